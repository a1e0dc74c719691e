"""A small podcast in a real store with real MP3s, for the tests of the site: three episodes, one of them hostile."""

import io
import math
from datetime import UTC, datetime
from hashlib import sha256

import av
import numpy as np

from companion.config import Settings
from companion.feeds import Enclosure, Episode, Feed, Person, episode_id
from companion.moments import Moment, Why, moment_id
from companion.reviews import Review, Verdict
from companion.store import Audio, Store, Validators
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Word

SECONDS = 180
FIRST = episode_id("chairs", "one")
SECOND = episode_id("chairs", "two")
HOSTILE = episode_id("chairs", "<three>")
SILENT = episode_id("chairs", "four")

# who, from second, to second, words
TALK = (
    ("Nora", 2.0, 7.5, "Dana, could you try to be curious about him for one minute, before we go on?"),
    ("Dana", 8.0, 11.0, "I can try that."),
    ("Dana", 11.4, 14.8, "What was the worst part of that night for you?"),
    ("Tom", 16.0, 18.6, "Sitting at the table by myself."),
    ("Tom", 19.0, 24.5, "Everybody was laughing in the kitchen, and I felt invisible, like nobody would miss me."),
    (
        "Dana",
        26.0,
        32.2,
        "I remember it differently, but I can see that it really hurt you, and your hurt matters to me.",
    ),
    ("Tom", 34.0, 36.4, "It helps to hear you say that."),
    ("Nora", 38.0, 43.0, "Notice what just happened. Nobody had to be right."),
    ("Tom", 45.0, 50.5, "I can feel myself wanting to defend, there is a wall going up in me right now."),
    ("Nora", 52.0, 55.8, "Thank you for saying it while it is happening."),
    ("Dana", 58.0, 64.0, "When I was a kid, nobody came when I cried, so I learned not to cry."),
    ("Tom", 66.0, 68.9, "I never knew that about you."),
    ("Nora", 72.0, 79.0, "Dana, when he goes quiet now, part of you is waiting at that door again. Is that right?"),
    ("Dana", 81.0, 83.4, "Yes. Every single time."),
    ("Tom", 86.0, 92.5, "So when I walk out to calm down, it is as if I was leaving you there. I did not know."),
    ("Dana", 95.0, 99.0, "I do everything around here and nobody even notices."),
    ("Nora", 101.0, 108.0, "Let us take turns. Dana first, and Tom, you only listen and say back what you heard."),
    ("Tom", 110.0, 116.5, "You felt alone with all of it, and when I joked about it, it got worse. Did I get it?"),
    ("Dana", 118.0, 120.2, "Yes. You got it."),
    ("Nora", 124.0, 131.0, "How is it to hear that, Dana? Take your time, there is no right answer to this."),
    ("Dana", 136.0, 141.0, "Quiet. It is quiet in me for the first time this week."),
    ("Tom", 150.0, 155.0, "I would like to keep doing this, even when it goes badly."),
)

# theme, number of the line in TALK, score, accepted
SHOWN = (
    ("leaning-in", 2, 0.91, True),
    ("validation", 5, 0.88, True),
    ("naming-the-block", 8, 0.83, False),
    ("past-wounds", 10, 0.79, False),
    ("resentment", 15, 0.81, False),
    ("taking-turns", 17, 0.74, False),
)

NOTES = (
    "<p>Dana and Tom come back to the dinner in December, and for once nobody has to win it.</p>"
    '<p>Mentioned: <a href="https://www.thesecurerelationship.com/relationship-tips/leaning-in-relationship">an '
    "article on leaning in</a>.</p>"
    "<p>This week's prompt: When did you last feel invisible, and what would have helped?</p>"
)
TIMED_NOTES = (
    "<p>No prompt this time, but listen to 1:21 again, and to (2:30). Recorded at 10:45 am.</p>"
    "<ul><li>0:00 Before they sat down</li><li>[0:45] The wall &amp; the kitchen</li><li>01:35 – Taking turns</li></ul>"
    '<p>Elsewhere: <a href="https://example.org/a?t=0:10">from 0:10 on</a>, and 59:59 of the other one.</p>'
)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
EVIL_NOTES = (  # as if a sanitiser had let nearly everything through: the policy has to hold on its own
    f"{EVIL}<p onclick=alert(3) style='position:fixed'>press</p><a href='javascript:alert(4)'>go</a>"
    "<iframe srcdoc='<script>parent.alert(5)</script>'></iframe><svg onload=alert(6)></svg>"
    "<base href='https://evil.test/'><img src='https://evil.test/a.png'><video src='https://evil.test/a.mp4'></video>"
    "<form action='https://evil.test/'><button>send</button></form><link rel=stylesheet href='https://evil.test/a.css'>"
)


def fill(settings: Settings) -> None:
    """Makes the database and the audio files."""
    sound = tone(SECONDS)
    feed = Feed(
        id="chairs",
        url="https://example.org/feed.xml",
        title="Two Chairs",
        link="https://example.org/",
        language="en",
        description="A couple and their therapist.",
        image=None,
        author="Nora",
    )
    episodes = (
        episode(FIRST, "one", "Session 1: The Dinner in December", 1, NOTES),
        episode(SECOND, "two", "Session 2: What the Door Meant", 2, TIMED_NOTES),
        episode(HOSTILE, "<three>", f'Session 3: "{EVIL}', 3, EVIL_NOTES),
        episode(SILENT, "four", "Session 4: Not Fetched Yet", 4, ""),
    )
    settings.audio.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.database) as store:
        store.feeds.save(feed, episodes, Validators(etag=None, modified=None))
        for id in (FIRST, SECOND, HOSTILE):
            name = f"{id}.mp3"
            (settings.audio / name).write_bytes(sound)
            digest = sha256(sound).hexdigest()
            store.media.save(
                Audio(episode=id, file=name, type="audio/mpeg", size=len(sound), seconds=SECONDS, sha256=digest)
            )
            hostile = EVIL if id == HOSTILE else ""
            store.transcripts.save(transcript(id, hostile))
            store.moments.replace(id, "test", tuple(moments(id, hostile)))
        for theme, line, _, accepted in SHOWN:
            if accepted:
                store.moments.review(
                    Review(
                        moment=moment_id(FIRST, theme, TALK[line][3]),
                        verdict=Verdict.ACCEPT,
                        reviewer="Nora",
                        at=datetime(2026, 3, 1, tzinfo=UTC),
                        note="She keeps her own memory, and still lets the hurt count."
                        if theme == "validation"
                        else "",
                    )
                )


def episode(id: str, guid: str, title: str, number: int, notes: str) -> Episode:
    """An episode as a feed would give it."""
    return Episode(
        id=id,
        feed="chairs",
        guid=guid,
        title=title,
        published=datetime(2026, 2, number, 6, tzinfo=UTC),
        duration=float(SECONDS),
        season=1,
        number=number,
        type="full",
        explicit=False,
        image="https://example.org/cover.jpg",
        link=None,
        notes=notes,
        enclosure=Enclosure(url=f"https://example.org/{number}.mp3", type="audio/mpeg", length=None),
        transcripts=(),
        chapters=None,
        soundbites=(),
        persons=(Person(name="Nora", role="host"),),
    )


def transcript(id: str, hostile: str) -> Transcript:
    """The talk, with a time for every word."""
    segments = []
    for who, start, end, said in TALK:
        text = f"{said} {hostile}".strip()
        texts = text.split()
        step = (end - start) / len(texts)
        words = tuple(
            Word(start=start + i * step, end=start + (i + 1) * step, text=word, probability=0.9)
            for i, word in enumerate(texts)
        )
        segments.append(Segment(start=start, end=end, text=text, speaker=f"{who}{hostile}", words=words))
    return Transcript(episode=id, source=Source.RECOGNISED, model="test", language="en", segments=tuple(segments))


def moments(id: str, hostile: str) -> list[Moment]:
    """The moments that the talk shows."""
    found = []
    for theme, line, score, _ in SHOWN:
        who, start, end, said = TALK[line]
        quote = f"{said} {hostile}".strip()
        found.append(
            Moment(
                id=moment_id(id, theme, quote),
                episode=id,
                theme=theme,
                span=Span(start=start, end=end),
                quote=quote,
                speaker=f"{who}{hostile}",
                before=TALK[line - 1][3],
                after=TALK[line + 1][3],
                score=score,
                why=Why(sentence=f"It sounds like “{said.split(',')[0]}”. {hostile}", parts=(("cue", score),)),
                tagger="test",
            )
        )
    return found


def tone(seconds: int) -> bytes:
    """A real MP3 of a soft tone that beats once a second."""
    rate, target = 16000, io.BytesIO()
    time = np.arange(rate * seconds) / rate
    wave = np.sin(2 * math.pi * 220 * time) * (0.1 + 0.1 * np.cos(2 * math.pi * time))
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = 32000
        frame = av.AudioFrame.from_ndarray((wave * 32767).astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return target.getvalue()

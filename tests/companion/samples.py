"""Nouns to fill a store with: a feed, an episode, what is said in it, and a moment."""

from datetime import UTC, datetime

from companion.feeds import Enclosure, Episode, Feed, Person, PublishedTranscript, Soundbite, episode_id
from companion.moments import Moment, Why, moment_id
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Word

FEED = Feed(
    id="talk",
    url="https://podcast.example/feed.xml",
    title="Talk",
    link=None,
    language="en",
    description="Couples talk.",
    image=None,
    author="Ann",
)


def episode(guid: str = "one", **changes: object) -> Episode:
    """An episode with everything set."""
    values: dict[str, object] = {
        "id": episode_id("talk", guid),
        "feed": "talk",
        "guid": guid,
        "title": f"Session {guid}",
        "published": datetime(2025, 10, 13, 6, tzinfo=UTC),
        "duration": 120.0,
        "season": 1,
        "number": 3,
        "type": "full",
        "explicit": False,
        "image": None,
        "link": "https://podcast.example/one",
        "notes": "<p>They talk about the <em>holiday</em> &amp; dinner.</p>",
        "enclosure": Enclosure(url="https://podcast.example/one.mp3", type="audio/mpeg", length=1000),
        "transcripts": (
            PublishedTranscript(url="https://podcast.example/1.vtt", type="text/vtt", language="en"),
            PublishedTranscript(url="https://podcast.example/1.srt", type="application/srt", language=None),
        ),
        "chapters": None,
        "soundbites": (Soundbite(start=3.5, duration=20.0, title="The worst part"),),
        "persons": (Person(name="Nora", role="host"),),
    }
    return Episode(**{**values, **changes})  # type: ignore[arg-type]


ONE = episode().id


def transcript(source: Source = Source.RECOGNISED, text: str = "I can see that it hurt you.") -> Transcript:
    words = tuple(Word(start=10 + i, end=10.5 + i, text=word, probability=0.9) for i, word in enumerate(text.split()))
    end = words[-1].end
    one = Segment(start=10.0, end=end, text=text, speaker=None, words=words)
    return Transcript(episode=ONE, source=source, model="micro", language="en", segments=(one,))


def moment(quote: str = "I can see that it hurt you.", theme: str = "validation", score: float = 0.8) -> Moment:
    return Moment(
        id=moment_id(ONE, theme, quote),
        episode=ONE,
        theme=theme,
        span=Span(start=10.0, end=16.5),
        quote=quote,
        speaker=None,
        before="",
        after="Thank you.",
        score=score,
        why=Why(sentence="“I can see” was heard.", parts=(("I can see", 0.8),)),
        tagger="cues-1",
    )

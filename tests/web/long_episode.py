"""An episode of two hours and 20,000 words in a real store, for what has to stay light and quick."""

import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import av
import numpy as np
import podcast

from companion import tables
from companion.config import Settings
from companion.feeds import Feed, episode_id
from companion.moments import Moment, Why, moment_id
from companion.store import Audio, Store, Validators
from companion.themes import themes
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Word

ID = episode_id("long", "two hours")
SECONDS = 7200
WORDS = 20_000
_RATE = 16000
_BEAT = 60  # seconds of sound that are encoded; the file is as many of them as it takes


def fill(settings: Settings) -> None:
    """Makes the database and the audio file."""
    segments = tuple(talk())
    feed = Feed(
        id="long",
        url="https://example.org/long.xml",
        title="Long Evenings",
        link=None,
        language="en",
        description="",
        image=None,
        author="Nora",
    )
    episode = podcast.episode(ID, "two hours", "The Whole Evening", 1, "<p>Everything that was said.</p>")
    sound = _hum() * (SECONDS // _BEAT)
    settings.audio.mkdir(parents=True, exist_ok=True)
    (settings.audio / f"{ID}.mp3").write_bytes(sound)
    with Store.open(settings.database) as store:
        store.feeds.save(
            feed,
            (replace(episode, feed="long", duration=float(SECONDS)),),
            Validators(etag=None, modified=None),
        )
        store.media.save(
            Audio(episode=ID, file=f"{ID}.mp3", type="audio/mpeg", size=len(sound), seconds=SECONDS, sha256="0" * 64)
        )
        store.transcripts.save(
            Transcript(episode=ID, source=Source.RECOGNISED, model="test", language="en", segments=segments)
        )
        store.moments.replace(ID, "test", tuple(_moments(segments)))


def talk() -> Iterator[Segment]:
    """20,000 words by three people: drawn one by one, so that they compress worse than anything people would say."""
    dice = random.Random(4)
    vocabulary = re.findall(r"[a-z’']+", tables.shipped("examples.toml").lower())
    words = iter([dice.choice(vocabulary) for _ in range(WORDS)])
    at, pace = 2.0, (SECONDS - 10) / WORDS
    speaker = "Nora"
    while texts := list(islice(words, dice.randint(5, 24))):
        if dice.random() < 0.4:
            speaker = dice.choice(["Nora", "Dana", "Tom"])
        spoken = []
        for text in texts:
            length = pace * dice.uniform(0.3, 1.6)
            spoken.append(Word(start=at, end=at + length, text=text, probability=0.9))
            at += length
        spoken[0] = replace(spoken[0], text=spoken[0].text.capitalize())
        spoken[-1] = replace(spoken[-1], text=f"{spoken[-1].text}.")
        said = " ".join(word.text for word in spoken)
        yield Segment(start=spoken[0].start, end=at, text=said, speaker=speaker, words=tuple(spoken))
        at += 0.3


def _moments(segments: tuple[Segment, ...]) -> Iterator[Moment]:
    slugs = list(themes())
    for number, one in enumerate(segments[::35]):
        slug = slugs[number % len(slugs)]
        yield Moment(
            id=moment_id(ID, slug, one.text),
            episode=ID,
            theme=slug,
            span=Span(start=one.start, end=one.end),
            quote=one.text,
            speaker=one.speaker,
            before="",
            after="",
            score=0.7,
            why=Why(sentence="It sounds like it.", parts=(("cue", 0.7),)),
            tagger="test",
        )


def _hum() -> bytes:
    """A minute of MP3 frames without a header that would say how long the file is."""
    target = io.BytesIO()
    wave = np.sin(2 * np.pi * 200 * np.arange(_RATE * _BEAT) / _RATE) * 0.1
    with av.open(target, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=_RATE, layout="mono")
        stream.bit_rate = 8000
        frame = av.AudioFrame.from_ndarray((wave * 32767).astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate = _RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return target.getvalue()

"""Makes a large database for measuring: 1,000 episodes, 900,000 segments, 12,000 moments, all of our own words.

python tests/bench/large.py FOLDER [--episodes 1000]      (a new folder; a minute or two, 190 MB)

The talk is made of the words of the shipped editorial texts and the demo's script, as often as they occur there, with
whole sentences of theirs between; so common words are common, rare ones rare, and phrases can be found. There are no
word times and no audio files, only what the database knows of them. The same arguments make the same database.
"""

import argparse
import random
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Any

from companion.config import Settings
from companion.feeds import Enclosure, Episode, Feed, episode_id
from companion.moments import Moment, Why, moment_id
from companion.reviews import Review, Verdict
from companion.store import Audio, Store, Validators
from companion.themes import themes
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript

FEED = "large"
SEGMENTS = 900  # in an episode
_WORDS = (4, 18)  # in a segment, 11 in the middle
_WORDS_A_SECOND = 2.6
_MOMENTS = (8, 16)  # in an episode
_AT_ONCE = 25  # episodes in one transaction
_QUOTED = 0.04  # of the segments are a whole sentence of the texts
_SEASON = 125  # episodes
_TABLES = (
    ("companion.editorial", "examples.toml"),
    ("companion.editorial", "themes.toml"),
    ("companion.editorial", "exercises.toml"),
    ("companion.demo.podcast", "script.toml"),
)
_COUPLES = (("Dana", "Tom"), ("Ines", "Paul"), ("Mira", "Jonas"), ("Ruth", "Sam"), ("Leila", "Ben"), ("Ada", "Finn"))


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """What the talk is made of: words with their sums of frequency, sentences, and the lines that show each theme."""

    words: tuple[str, ...]
    sums: tuple[int, ...]
    sentences: tuple[str, ...]
    shows: dict[str, tuple[str, ...]]


def main() -> None:
    """Reads the command line, makes the database, says how large it became."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--episodes", type=int, default=1000)
    given = parser.parse_args()
    settings = Settings(data=given.folder.absolute())
    if settings.database.exists():
        parser.error(f"{settings.database} is there already")
    began = time.perf_counter()
    make(settings, given.episodes)
    size = settings.database.stat().st_size / 1e6
    print(f"{given.episodes} episodes in {time.perf_counter() - began:.0f} s, {size:.0f} MB: {settings.database}")


def make(settings: Settings, episodes: int) -> None:
    """Fills a new database with so many episodes, through the store's own doors."""
    chance = random.Random(7)
    spoken = tongue()
    feed = Feed(
        id=FEED,
        url="https://example.org/large.xml",
        title="A Thousand Evenings",
        link="https://example.org/",
        language="en",
        description="Couples talk; somebody listens.",
        image=None,
        author="Nora",
    )
    listed = tuple(_episode(number, spoken, chance) for number in range(1, episodes + 1))
    with Store.open(settings.database) as store:
        store.feeds.save(feed, listed, Validators(etag=None, modified=None))
        for first in range(0, episodes, _AT_ONCE):
            with store.atomic():
                for episode in listed[first : first + _AT_ONCE]:
                    _fill(store, episode, spoken, chance)


def tongue() -> Tongue:
    """The words and sentences of the shipped texts."""
    tables = [tomllib.loads(files(place).joinpath(name).read_text("utf-8")) for place, name in _TABLES]
    texts = [text for table in tables for text in _texts(table)]
    counted = Counter(word for text in texts for word in re.findall(r"[a-z]+(?:['’][a-z]+)?", text.lower()))
    examples = tables[0]["example"]
    shows = {
        slug: tuple(one["text"] for one in examples if one["theme"] == slug and one["shows"])
        or tuple(theme.sounds_like)
        for slug, theme in themes().items()
    }
    return Tongue(
        words=tuple(counted),
        sums=tuple(accumulate(counted.values())),
        sentences=tuple(text for text in texts if 3 < len(text.split()) < 30),
        shows=shows,
    )


def _texts(table: object) -> Iterator[str]:
    if isinstance(table, str) and " " in table:
        yield table
    elif isinstance(table, dict | list):
        for inner in table.values() if isinstance(table, dict) else table:
            yield from _texts(inner)


def _said(spoken: Tongue, chance: random.Random, length: int) -> str:
    text = " ".join(chance.choices(spoken.words, cum_weights=spoken.sums, k=length))
    return f"{text[0].upper()}{text[1:]}{chance.choice('...?')}"


def _episode(number: int, spoken: Tongue, chance: random.Random) -> Episode:
    notes = "".join(f"<p>{_said(spoken, chance, 30)}</p>" for _ in range(3))
    if number % 3 == 0:
        notes += f"<p>This week's prompt: {chance.choice(spoken.sentences)}</p>"
    guid = f"large-{number}"
    return Episode(
        id=episode_id(FEED, guid),
        feed=FEED,
        guid=guid,
        title=f"{number}: {_said(spoken, chance, 5)[:-1]}",
        published=datetime(2016, 1, 4, 6, tzinfo=UTC) + timedelta(days=3 * number),
        duration=3900.0,
        season=1 + (number - 1) // _SEASON,
        number=1 + (number - 1) % _SEASON,
        type="full",
        explicit=False,
        image=None,
        link=None,
        notes=notes,
        enclosure=Enclosure(url=f"https://example.org/{number}.mp3", type="audio/mpeg", length=None),
        transcripts=(),
        chapters=None,
        soundbites=(),
        persons=(),
    )


def _fill(store: Store, episode: Episode, spoken: Tongue, chance: random.Random) -> None:
    """Audio, transcript, moments and some reviews of one episode; every moment's words are in the transcript."""
    voices = ("Nora", *chance.choice(_COUPLES))
    shown = {
        place: chance.choice(list(spoken.shows))
        for place in chance.sample(range(1, SEGMENTS - 1), chance.randint(*_MOMENTS))
    }
    segments, now = [], 0.0
    for place in range(SEGMENTS):
        if place in shown:
            text = chance.choice(spoken.shows[shown[place]])
        elif chance.random() < _QUOTED:
            text = chance.choice(spoken.sentences)
        else:
            text = _said(spoken, chance, chance.randint(*_WORDS))
        end = now + len(text.split()) / _WORDS_A_SECOND
        speaker = voices[place // 3 % 3]
        segments.append(Segment(start=round(now, 2), end=round(end, 2), text=text, speaker=speaker, words=()))
        now = end + chance.random() * 0.4
    store.media.save(
        Audio(
            episode=episode.id,
            file=f"{episode.id}.mp3",
            type="audio/mpeg",
            size=15_000_000,
            seconds=now,
            sha256=sha256(episode.id.encode()).hexdigest(),
        )
    )
    store.transcripts.save(
        Transcript(episode=episode.id, source=Source.RECOGNISED, model="none", language="en", segments=tuple(segments))
    )
    found = {}
    for place, theme in sorted(shown.items()):
        moment = _moment(episode.id, theme, segments[place - 1], segments[place], segments[place + 1], chance)
        found.setdefault(moment.id, moment)
    store.moments.replace(episode.id, "large", tuple(found.values()))
    for id in found:
        verdict = chance.choices((Verdict.ACCEPT, Verdict.REJECT, None), weights=(15, 5, 80))[0]
        if verdict:
            store.moments.review(_review(id, verdict))


def _moment(episode: str, theme: str, before: Segment, shows: Segment, after: Segment, chance: random.Random) -> Moment:
    score = round(0.5 + chance.random() / 2, 3)
    return Moment(
        id=moment_id(episode, theme, shows.text),
        episode=episode,
        theme=theme,
        span=Span(start=shows.start, end=shows.end),
        quote=shows.text,
        speaker=shows.speaker,
        before=before.text,
        after=after.text,
        score=score,
        why=Why(sentence="It sounds like the lines that we know for it.", parts=(("words", score),)),
        tagger="large",
    )


def _review(moment: str, verdict: Verdict) -> Review:
    fields: dict[str, Any] = {"reviewer": "Nora", "at": datetime(2026, 3, 1, tzinfo=UTC), "note": ""}
    return Review(moment=moment, verdict=verdict, **fields)


if __name__ == "__main__":
    main()

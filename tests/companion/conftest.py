"""A store with one episode in it, and the nouns to fill it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.feeds import Enclosure, Episode, Feed, Person, PublishedTranscript, Soundbite, episode_id
from companion.store import Store, Validators

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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "companion.db") as store:
        store.feeds.save(FEED, (episode(),), Validators(etag='"1"', modified=None))
        yield store

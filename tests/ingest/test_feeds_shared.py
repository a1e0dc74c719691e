"""Nine real feeds against facts that were read by other means; they lie beside the project, not in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from companion.feeds import Episode, Feed
from ingest.rss import distinct
from ingest.sandbox import parse_guarded

NAMES = [
    "1865-art19",
    "changingthetide-subsplash",
    "launched-fireside",
    "linuxunplugged-2017",
    "linuxunplugged-2018-01-20",
    "pc20-freedomcontroller",
    "replyall-megaphone",
    "stealthestars-art19",
    "thetipoff-acast",
]


def read(folder: Path, name: str) -> tuple[Feed, tuple[Episode, ...]]:
    data = (folder / f"{name}.xml").read_bytes()
    return parse_guarded(data, feed_id="shared", url=f"https://feeds.example/{name}.xml")


def facts(folder: Path, name: str) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return next(feed["expected"] for feed in manifest["feeds"] if feed["file"] == f"{name}.xml")


def utc(episode: Episode) -> str | None:
    return episode.published.strftime("%Y-%m-%dT%H:%M:%SZ") if episode.published else None


def test_no_feed_is_left_out(shared_feeds: Path) -> None:
    assert sorted(path.stem for path in shared_feeds.glob("*.xml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_episode(shared_feeds: Path, name: str) -> None:
    rows = json.loads((shared_feeds / "expected" / f"{name}.json").read_text("utf-8"))["rows"]
    _, episodes = read(shared_feeds, name)
    assert rows == [
        [
            episode.guid,
            episode.enclosure.url if episode.enclosure else None,
            episode.duration,
            utc(episode),
            episode.title,
            [transcript.url for transcript in episode.transcripts],
        ]
        for episode in episodes
    ]


@pytest.mark.parametrize("name", NAMES)
def test_totals(shared_feeds: Path, name: str) -> None:
    expected = facts(shared_feeds, name)
    feed, episodes = read(shared_feeds, name)
    assert feed.title == expected["show_title"]
    assert len(episodes) == expected["episodes"]
    assert len(episodes) - len(distinct(episodes)) == expected["repeated_guids"]
    assert sum(episode.enclosure is not None for episode in episodes) == expected["episodes_with_enclosure"]
    assert sum(episode.duration is not None for episode in episodes) == expected["items_with_duration"]
    assert sum(len(episode.transcripts) for episode in episodes) == expected["transcripts"]
    assert sum(episode.chapters is not None for episode in episodes) == expected["chapters"]
    assert sum(len(episode.soundbites) for episode in episodes) == expected["soundbites"]
    dates = sorted(filter(None, map(utc, episodes)))
    assert (dates[-1], dates[0]) == (expected["newest_published_utc"], expected["oldest_published_utc"])


@pytest.mark.parametrize("name", NAMES)
def test_first_and_last_episode(shared_feeds: Path, name: str) -> None:
    _, episodes = read(shared_feeds, name)
    for episode, place in ((episodes[0], "first_in_document"), (episodes[-1], "last_in_document")):
        expected = facts(shared_feeds, name)[place]
        assert episode.enclosure is not None
        assert episode.enclosure.type == expected["enclosure_type"]
        assert episode.enclosure.length == int(expected["enclosure_length"])
        assert episode.chapters == expected["chapters_url"]
        found = [{"url": transcript.url, "type": transcript.type} for transcript in episode.transcripts]
        assert found == expected["transcripts"]


def test_a_year_later_the_old_episodes_keep_their_ids(shared_feeds: Path) -> None:
    _, before = read(shared_feeds, "linuxunplugged-2017")
    _, after = read(shared_feeds, "linuxunplugged-2018-01-20")
    old, new = {episode.id for episode in before}, {episode.id for episode in after}
    assert old < new and len(new - old) == 18

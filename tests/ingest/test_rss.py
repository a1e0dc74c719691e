"""Reading feeds: pairs of x.xml and x.json, and what is no feed; in the words people are told."""

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest

from companion.errors import FeedError
from companion.feeds import Episode, episode_id
from ingest import rss

CASES = Path(__file__).parents[1] / "data" / "rss"
URL = "https://feeds.example/show/feed.xml"


def plain(feed: Any, episodes: tuple[Episode, ...]) -> dict[str, Any]:
    """As the .json files have it: everything that is not empty, without what follows from the rest."""

    def filled(thing: Any) -> dict[str, Any]:
        fields = dataclasses.asdict(thing)
        return {name: value for name, value in fields.items() if value or (value == 0 and value is not False)}

    found = {"feed": filled(feed), "episodes": [filled(episode) for episode in episodes]}
    for each in found["episodes"]:
        assert each.pop("id") == episode_id("case", each["guid"]) and each.pop("feed") == "case"
        if each["type"] == "full":
            del each["type"]
    del found["feed"]["id"], found["feed"]["url"]
    return json.loads(json.dumps(found, default=lambda date: date.strftime("%Y-%m-%dT%H:%M:%SZ")))


@pytest.mark.parametrize("case", sorted(CASES.glob("*.xml")), ids=lambda path: path.stem)
def test_case(case: Path) -> None:
    feed, episodes = rss.parse(case.read_bytes(), feed_id="case", url=URL)
    assert plain(feed, episodes) == json.loads(case.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty answer"),
        (b" \n\t ", "empty answer"),
        (b"<!DOCTYPE html><html><body><form>Log in</form></body></html>", "web page"),
        (b"\xef\xbb\xbf  <HTML><head><title>Sign in</title>", "web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "web page"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "JSON"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "neither RSS nor Atom"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90", "neither RSS nor Atom"),
        (b"<rss><channel><title>x", "cut off"),
        (b"just words", "neither RSS nor Atom"),
        (b"<!--" * 1000, "neither RSS nor Atom"),
        (__file__.encode(), "neither RSS nor Atom"),  # feedparser would open a file of that name
    ],
)
def test_what_is_no_feed(data: bytes, words: str) -> None:
    with pytest.raises(FeedError, match=words) as caught:
        rss.parse(data, feed_id="case", url=URL)
    assert URL in caught.value.message


@pytest.mark.parametrize(
    ("spelled", "seconds"),
    [
        ("4385", 4385),
        (" 64 ", 64),
        ("64.5", 64.5),
        ("1:04", 64),
        ("01:04", 64),
        ("75:30", 4530),
        ("1:02:03", 3723),
        ("00:16:00", 960),
        ("01:02:03.5", 3723.5),
        ("1h 2m", 3720),
        ("1h2m3s", 3723),
        ("1 hr 2 min", 3720),
        ("1 hour, 2 minutes, 3 seconds", 3723),
        ("62 minutes", 3720),
        ("PT1H2M3S", 3723),
        ("45s", 45),
        *((nonsense, None) for nonsense in ("", " ", "0", "00:00:00", "-5", "unknown", "1:2:3:4", ":", "12:", "nan")),
        *((nonsense, None) for nonsense in ("inf", "1e5", "9" * 400, "1.2.3", "about 1 hour", "٣٠ دقيقة")),
    ],
)
def test_durations(spelled: str, seconds: float | None) -> None:
    assert rss.seconds(spelled) == seconds


def test_distinct_keeps_the_first_of_an_identity() -> None:
    item = b"<item><guid>%s</guid><title>%s</title></item>"
    items = b"".join(item % pair for pair in [(b"a", b"1"), (b"b", b"2"), (b"a", b"3"), (b"c", b"4")])
    _, episodes = rss.parse(b'<rss version="2.0"><channel>' + items + b"</channel></rss>", feed_id="case", url=URL)
    assert [episode.title for episode in episodes] == ["1", "2", "3", "4"]
    assert [episode.title for episode in rss.distinct(episodes)] == ["1", "2", "4"]


def test_identity_without_a_guid_outlives_a_new_query() -> None:
    def read(query: str) -> str:
        enclosure = f'<enclosure url="https://a.example/e1.mp3?{query}" type="audio/mpeg" length="1"/>'
        data = f'<rss version="2.0"><channel><item><title>{query}</title>{enclosure}</item></channel></rss>'
        return rss.parse(data.encode(), feed_id="case", url=URL)[1][0].id

    assert read("token=1") == read("token=2")


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#0;", "&#55555;", "&#99999999999999999999;", "&#xFFFFFFFF;", "&#x110000;"]
)
def test_references_to_characters_that_do_not_exist(reference: str) -> None:
    data = f'<rss version="2.0"><channel><item><title>Before{reference} after&#233;</title></item></channel></rss>'
    _, (episode,) = rss.parse(data.encode(), feed_id="case", url=URL)
    assert episode.title == "Before afteré"


def test_damaged_feeds_are_read_or_refused_and_nothing_else() -> None:
    """Feeds with bits cut out, moved about and thrown in: a feed or a `FeedError`, and only text that can be stored."""
    chance = random.Random(7)
    whole = [path.read_bytes() for path in sorted(CASES.glob("*.xml"))]
    thrown_in = [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"\0", b"\xff\xfe", b"<item>", b"</item>", b"<title>"]
    thrown_in += [
        b'"',
        b"&#xD800;",
        b"http://[",
        b"<podcast:person>",
        b"<image>",
        b"<enclosure/>",
        b"<guid>",
        b"9" * 20,
    ]
    read = 0
    for _ in range(400):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.choice([0, 0, 1, 60])] = chance.choice([*thrown_in, b"", data[:40]])
        try:
            found = rss.parse(bytes(data), feed_id="case", url=URL)
        except FeedError:
            continue
        json.dumps(plain(*found), ensure_ascii=False).encode("utf-8")
        read += 1
    assert read > 100

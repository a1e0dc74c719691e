"""The guarded reader gives what the bare one gives, and comes back in time whatever it is fed."""

import time
from pathlib import Path

import pytest

from companion.errors import FeedError
from ingest import rss
from ingest.sandbox import parse_guarded

CASES = Path(__file__).parents[1] / "data" / "rss"
URL = "https://feeds.example/show/feed.xml"


@pytest.mark.parametrize("case", ["everything", "atom"])
def test_same_as_unguarded(case: str) -> None:
    data = (CASES / f"{case}.xml").read_bytes()
    assert parse_guarded(data, feed_id="x", url=URL) == rss.parse(data, feed_id="x", url=URL)


def test_errors_come_through() -> None:
    with pytest.raises(FeedError, match="is a web page"):
        parse_guarded(b"<!doctype html><html>", feed_id="x", url=URL)


HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>t</title><description>'


@pytest.mark.parametrize("endless", [b"<!-- ", b"<![CDATA[", b"<a", b"<!", b"&lt;!-- ", b"<b>"])
def test_hostile_markup_ends_in_time(endless: bytes) -> None:
    """400 kB of what never closes: read or given up, but never waited for."""
    started = time.monotonic()
    try:
        feed, _ = parse_guarded(HEAD + endless * (400_000 // len(endless)), feed_id="x", url=URL, seconds=5)
        assert feed.id == "x"
    except FeedError as error:
        assert "given up after 5 seconds" in error.message
    assert time.monotonic() - started < 20


def test_time_limit() -> None:
    started = time.monotonic()
    with pytest.raises(FeedError, match="given up after 1 seconds"):
        parse_guarded(
            b'<rss version="2.0"><channel>' + b"<item><title>a</title></item>" * 300_000 + b"</channel></rss>",
            feed_id="x",
            url=URL,
            seconds=1,
        )
    assert time.monotonic() - started < 20


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux keeps the limit on address space")
def test_memory_limit() -> None:
    data = b'<rss version="2.0"><channel><title>' + b"words " * 2_000_000 + b"</title></channel></rss>"
    with pytest.raises(FeedError, match="more than 96 MB"):
        parse_guarded(data, feed_id="x", url=URL, memory_mb=96)


def test_a_child_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FeedError, match="could not be read"):
        parse_guarded(b"", feed_id="x", url=URL, memory_mb=1)

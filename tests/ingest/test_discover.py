"""What people give `add` and `preview`, against a loopback host that stands in for the web and for Apple's lookup."""

import json
from pathlib import Path

import pytest
from loopback import Host, reply

from companion.errors import CompanionError, FeedError, FetchError, InvalidError
from ingest.discover import SECURE_LOVE, read_feed, resolve
from ingest.fetch import HttpFetcher

FEED = b'<rss version="2.0"><channel><title>A show</title><item><title>One</title></item></channel></rss>'
APPLE_SAYS = {"resultCount": 1, "results": [{"kind": "podcast", "feedUrl": "https://feeds.example/show.xml"}]}


@pytest.fixture
def apple(host: Host) -> str:
    return host.at("/lookup", reply(200, json.dumps(APPLE_SAYS).encode(), Content_Type="text/javascript"))


@pytest.mark.parametrize(
    ("what", "number"),
    [
        ("secure-love", SECURE_LOVE),
        ("1753342452", "1753342452"),
        ("https://podcasts.apple.com/us/podcast/secure-love/id1753342452", "1753342452"),
        ("https://podcasts.apple.com/us/podcast/x/id42?i=1000", "42"),
        (" https://itunes.apple.com/podcast/id42/ ", "42"),
    ],
)
def test_apple(host: Host, fetcher: HttpFetcher, apple: str, what: str, number: str) -> None:
    assert resolve(what, fetcher, apple_lookup=apple) == "https://feeds.example/show.xml"
    assert [path for path, _ in host.asked] == [f"/lookup?id={number}&entity=podcast"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b'{"resultCount": 0, "results": []}', "knows no podcast with the number 7"),
        (b'{"results": [{"trackName": "x"}]}', "no feed address"),
        (b'{"results": [{"feedUrl": "javascript:alert(1)"}]}', "no feed address"),
        (b'{"results": [{"feedUrl": 5}]}', "makes no sense"),
        (b'{"results": ["x"]}', "makes no sense"),
        (b'{"results": {"a": 1}}', "makes no sense"),
        (b"[]", "makes no sense"),
        (b"<html>", "makes no sense"),
        (b"", "makes no sense"),
    ],
)
def test_apple_answers_that_are_of_no_use(host: Host, fetcher: HttpFetcher, answer: bytes, words: str) -> None:
    with pytest.raises(FeedError, match=words):
        resolve("7", fetcher, apple_lookup=host.at("/lookup", reply(200, answer)))


def test_a_feed_is_itself(host: Host, fetcher: HttpFetcher, apple: str) -> None:
    url = host.at("/feed", reply(200, FEED))
    assert resolve(url, fetcher, apple_lookup=apple) == url
    assert resolve(host.at("/old", reply(301, Location="/feed")), fetcher, apple_lookup=apple) == url
    moved_for_now = host.at("/now", reply(302, Location="/feed"))
    assert resolve(moved_for_now, fetcher, apple_lookup=apple) == moved_for_now


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="https://f.example/?a&amp;b">', "https://f.example/?a&b"),
        ("<LINK TYPE='application/atom+xml' HREF=/atom.xml REL='home Alternate' />", "{host}/atom.xml"),
        ('<link\n rel=alternate\n type="application/rss+xml"\n href="feed/">', "{host}/shows/feed/"),
        ('<link rel="stylesheet" href="/a.css"><link rel="alternate" hreflang="de" href="/de">'
         '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
         '<link rel="alternate" type="application/rss+xml" href="/1">'
         '<link rel="alternate" type="application/rss+xml" href="/2">',
         "{host}/1"),
    ],
)  # fmt: skip
def test_a_page_that_announces_its_feed(host: Host, fetcher: HttpFetcher, link: str, found: str) -> None:
    page = f"<!doctype html><html><head><title>x</title>{link}</head><body>x</body></html>"
    url = host.at("/shows/page", reply(200, page.encode()))
    assert resolve(url, fetcher, apple_lookup="http://unused.example/") == found.format(host=host.url(""))


def test_a_page_without_a_feed(host: Host, fetcher: HttpFetcher) -> None:
    url = host.at("/page", reply(200, b"<!doctype html><html><body>Log in</body></html>"))
    with pytest.raises(FeedError, match="announces no feed"):
        resolve(url, fetcher, apple_lookup="http://unused.example/")


@pytest.mark.parametrize("what", ["", "x", "feed.xml", "ftp://a.example/x", "http://", "http://[::1", "id", "-1", "١٢"])
def test_what_is_nothing_we_know(fetcher: HttpFetcher, what: str) -> None:
    with pytest.raises(InvalidError, match="neither a file nor an address"):
        resolve(what, fetcher, apple_lookup="http://unused.example/")


def test_preview_of_an_address_asks_once(host: Host, fetcher: HttpFetcher) -> None:
    url = host.at("/feed", reply(200, FEED))
    feed, episodes = read_feed(url, fetcher, apple_lookup="http://unused.example/")
    assert (feed.title, feed.url, [episode.title for episode in episodes]) == ("A show", url, ["One"])
    assert len(host.asked) == 1


def test_preview_by_way_of_a_page_and_of_apple(host: Host, fetcher: HttpFetcher) -> None:
    url = host.at("/feed", reply(200, FEED))
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    page = host.at("/page", reply(200, f"<html>{link}".encode()))
    apple = host.at("/lookup", reply(200, json.dumps({"results": [{"feedUrl": url}]}).encode()))
    for what in (page, "secure-love"):
        assert read_feed(what, fetcher, apple_lookup=apple)[0].url == url


def test_preview_of_a_file(fetcher: HttpFetcher, tmp_path: Path) -> None:
    path = tmp_path / "my feed.xml"
    path.write_bytes(FEED)
    feed, _ = read_feed(str(path), fetcher, apple_lookup="http://unused.example/")
    assert (feed.title, feed.url) == ("A show", path.as_uri())


def test_preview_of_what_cannot_be_read(host: Host, fetcher: HttpFetcher, tmp_path: Path) -> None:
    large = tmp_path / "large.xml"
    large.write_bytes(b" " * (15 * 1024 * 1024 + 1))
    words: dict[str, tuple[type[CompanionError], str]] = {
        str(tmp_path): (InvalidError, "cannot be read"),
        str(large): (InvalidError, "larger than 15 MB"),
        str(tmp_path / "none.xml"): (InvalidError, "neither a file"),
        host.at("/json", reply(200, b"{}")): (FeedError, "JSON"),
        host.at("/none", reply(404)): (FetchError, "nothing there"),
    }
    for source, (error, match) in words.items():
        with pytest.raises(error, match=match):
            read_feed(source, fetcher, apple_lookup="http://unused.example/")

"""Fetching: conditions, redirects, refusals, manners, and hosts that misbehave; all over real HTTP on loopback."""

import gzip
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from loopback import Behaviour, Host, packed, reply

from companion import __version__
from companion.errors import FetchError
from ingest.fetch import HttpFetcher
from ingest.net import Patience


def test_conditional_request(host: Host, fetcher: HttpFetcher) -> None:
    url = host.at("/f", reply(200, b"<rss/>", ETag='"1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT"), reply(304))
    first = fetcher.get(url)
    assert (first.status, first.body, first.etag) == (200, b"<rss/>", '"1"')
    second = fetcher.get(url, etag=first.etag, modified=first.modified)
    assert (second.status, second.body) == (304, b"")
    assert (second.etag, second.modified) == (first.etag, first.modified), "what a 304 leaves out still holds"
    sent = host.asked[1][1]
    assert sent["If-None-Match"] == '"1"' and sent["If-Modified-Since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert sent["User-Agent"] == f"podcast-companion/{__version__}" and sent["Host"] == f"127.0.0.1:{host.port}"


def test_an_etag_that_is_not_ascii_goes_back_as_it_came(host: Host, fetcher: HttpFetcher) -> None:
    url = host.at("/f", reply(200, b"<rss/>", ETag='"fünf"'), reply(304))
    first = fetcher.get(url)
    assert fetcher.get(url, etag=first.etag).status == 304
    assert host.asked[1][1]["If-None-Match"] == '"fünf"'


def test_a_304_that_was_not_asked_for_is_an_error(host: Host, fetcher: HttpFetcher) -> None:
    with pytest.raises(FetchError, match="of no use"):
        fetcher.get(host.at("/f", reply(304)))


def test_gzip_and_its_bomb(host: Host, fetcher: HttpFetcher) -> None:
    assert fetcher.get(host.at("/f", packed(b"x" * 300_000))).body == b"x" * 300_000
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 9)
    with pytest.raises(FetchError, match="larger than 15 MB") as caught:
        fetcher.get(host.at("/bomb", reply(200, bomb, Content_Encoding="gzip")))
    assert caught.value.permanent and len(host.asked) == 2, "no second try for what is too large"


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"Content_Encoding": "br"}, b"x", "packed as “br”"),
        ({"Content_Encoding": "gzip"}, b"not gzip", "packed wrongly"),
        ({"Content_Encoding": "gzip"}, gzip.compress(b"x" * 9999, mtime=0)[:-9], "broke off"),
    ],
)
def test_wrong_packing(host: Host, fetcher: HttpFetcher, headers: dict[str, str], body: bytes, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        fetcher.get(host.at("/f", reply(200, body, **headers)))


def test_body_cap_without_a_length(host: Host, fetcher: HttpFetcher) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)

    with pytest.raises(FetchError, match="larger than 15 MB"):
        fetcher.get(host.at("/f", endless))


def test_permanent_redirects_are_remembered_up_to_the_first_other_one(host: Host, fetcher: HttpFetcher) -> None:
    host.at("/d", reply(200, b"here"))
    host.at("/c", reply(302, Location="/d"))
    host.at("/b", reply(308, Location="c"))
    answer = fetcher.get(host.at("/a", reply(301, Location=host.url("/b"))))
    assert (answer.body, answer.url, answer.permanent_url) == (b"here", host.url("/d"), host.url("/c"))
    assert fetcher.get(host.url("/c")).permanent_url is None


def test_redirects_in_a_circle_and_without_end(host: Host, fetcher: HttpFetcher) -> None:
    host.at("/b", reply(302, Location="/a"))
    with pytest.raises(FetchError, match="circle"):
        fetcher.get(host.at("/a", reply(302, Location="/b")))

    def onward(request: BaseHTTPRequestHandler) -> None:
        reply(302, Location=request.path + "?x")(request)

    with pytest.raises(FetchError, match="more than 10 times"):
        fetcher.get(host.at("/on", onward))


@pytest.mark.parametrize("location", ["ftp://example.org/x", "file:///etc/passwd", "http://[", "javascript:alert(1)"])
def test_redirects_to_what_cannot_be_fetched(host: Host, fetcher: HttpFetcher, location: str) -> None:
    with pytest.raises(FetchError, match=r"only addresses that start with http|that is none|not a web address"):
        fetcher.get(host.at("/a", reply(302, Location=location)))


@pytest.mark.parametrize(
    ("status", "words", "permanent", "requests"),
    [
        (401, "wants a login", True, 1),
        (403, "does not allow", True, 1),
        (404, "has nothing there", True, 1),
        (410, "gone for good", True, 1),
        (204, "of no use", False, 1),
        (429, "asked too often", False, 3),
        (500, "trouble of its own", False, 3),
        (503, "trouble of its own", False, 3),
    ],
)
def test_refusals(
    host: Host, fetcher: HttpFetcher, naps: list[float], status: int, words: str, permanent: bool, requests: int
) -> None:
    url = host.at("/f", reply(status))
    with pytest.raises(FetchError, match=words) as caught:
        fetcher.get(url)
    assert (caught.value.status, caught.value.permanent, caught.value.url) == (status, permanent, url)
    assert len(host.asked) == requests and len(naps) == requests - 1
    assert all(0.5 * 2**n <= nap <= 1.5 * 2**n for n, nap in enumerate(naps)), "back-off with jitter"


def test_a_host_that_recovers(host: Host, fetcher: HttpFetcher) -> None:
    assert fetcher.get(host.at("/f", reply(502), reply(200, b"x"))).body == b"x"


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_sat_out_when_short(host: Host, fetcher: HttpFetcher, naps: list[float], as_date: bool) -> None:
    after = format_datetime(datetime.now(UTC) + timedelta(seconds=31), usegmt=True) if as_date else "30"
    assert fetcher.get(host.at("/f", reply(429, Retry_After=after), reply(200, b"x"))).body == b"x"
    assert naps == [pytest.approx(30, abs=2)]


def test_retry_after_is_reported_when_long_and_the_host_left_alone(
    host: Host, fetcher: HttpFetcher, naps: list[float]
) -> None:
    with pytest.raises(FetchError, match="60 minutes") as caught:
        fetcher.get(host.at("/f", reply(503, Retry_After="3600")))
    assert caught.value.retry_after == 3600
    with pytest.raises(FetchError, match="not to be asked again") as caught:
        fetcher.get(host.url("/other"))
    assert caught.value.retry_after == pytest.approx(3600, abs=5)
    assert len(host.asked) == 1 and not naps


@pytest.mark.parametrize("after", ["soon", "", "-5", "Mon, 99 Foo 2024"])
def test_nonsense_in_retry_after(host: Host, fetcher: HttpFetcher, after: str) -> None:
    assert fetcher.get(host.at("/f", reply(503, Retry_After=after), reply(200, b"x"))).body == b"x"


HASTY = Patience(read=0.5, total=1, tries=2)


@pytest.fixture
def hasty(naps: list[float]) -> HttpFetcher:
    return HttpFetcher(allow_private=True, sleep=naps.append, patience=HASTY)


def drip(head: bytes, drop: bytes) -> Behaviour:
    """Bytes that come often enough for every read, and never end."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while True:
            request.wfile.write(drop)
            time.sleep(0.1)

    return behave


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_host_that_drips_for_ever(host: Host, hasty: HttpFetcher, head: bytes) -> None:
    """A time-out per read would never end this, neither in the headers nor in the body."""
    started = time.monotonic()
    with pytest.raises(FetchError, match="too slow"):
        hasty.get(host.at("/f", drip(head, b"x")))
    assert time.monotonic() - started < HASTY.total * HASTY.tries + 10


def test_a_host_that_says_nothing(host: Host, hasty: HttpFetcher) -> None:
    with pytest.raises(FetchError, match="too slow"):
        hasty.get(host.at("/f", lambda request: time.sleep(5)))


@pytest.mark.parametrize(
    "garbage", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx",
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nx"]
)  # fmt: skip
def test_a_host_that_does_not_speak_http(host: Host, fetcher: HttpFetcher, garbage: bytes) -> None:
    with pytest.raises(FetchError, match="broke off"):
        fetcher.get(host.at("/f", lambda request: request.wfile.write(garbage)))


def test_nobody_there(fetcher: HttpFetcher) -> None:
    with Host().server as server:  # a port that was free a moment ago
        port = server.server_port
        server.shutdown()
    with pytest.raises(FetchError, match="cannot be reached"):
        fetcher.get(f"http://127.0.0.1:{port}/")


def test_one_request_at_a_time_per_host(host: Host, fetcher: HttpFetcher) -> None:
    busy, most = 0, 0
    lock = threading.Lock()

    def slow(request: BaseHTTPRequestHandler) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.1)
        with lock:
            busy -= 1
        reply(200, b"x")(request)

    url = host.at("/f", slow)
    threads = [threading.Thread(target=fetcher.get, args=(url,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(host.asked) == 4 and most == 1


def test_addresses_that_need_mending_on_the_way(host: Host, fetcher: HttpFetcher) -> None:
    host.at("/my%20file%C3%A9.xml", reply(200, b"x"))
    assert fetcher.get(host.url("/my file\u00e9.xml?a=b c&d=%20#part")).body == b"x"
    assert host.asked[0][0] == "/my%20file%C3%A9.xml?a=b%20c&d=%20"


@pytest.mark.parametrize(
    "url", ["", "x", "http://", "http:///x", "http://h:99999/", "http://[::1", "gopher://x/", "//x"]
)
def test_what_is_no_address(fetcher: HttpFetcher, tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    assert caught.value.permanent
    with pytest.raises(FetchError):
        fetcher.download(url, tmp_path / "a.mp3")

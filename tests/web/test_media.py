"""Audio in ranges: over real HTTP on loopback, and the reading of the Range header alone."""

import hashlib
import socket

import httpx
import podcast
import pytest

from companion.config import Settings
from web.media import byte_range

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        *(("bytes=0-0", (0, 0)), ("bytes=0-499", (0, 499)), ("bytes=500-", (500, 999)), ("bytes=-200", (800, 999))),
        *(("bytes=0-99999", (0, 999)), ("bytes=-99999", (0, 999)), ("BYTES=1-2", (1, 2)), ("bytes= 1 - 2 ", (1, 2))),
        *(("bytes=1000-", (1000, 999)), ("bytes=1000-1001", (1000, 999)), ("bytes=-0", (1000, 1000))),
        *(("", None), ("bytes=", None), ("bytes=-", None), ("bytes=5-2", None), ("bytes=a-b", None)),
        *(("lines=0-1", None), ("bytes=0-1,4-5", None), ("bytes=٣-٤", None), ("bytes=" + "9" * 30 + "-", None)),
    ],
)
def test_reading_a_range(header: str, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, SIZE) == expected


@pytest.fixture(scope="module")
def body(settings: Settings) -> bytes:
    return (settings.audio / f"{podcast.FIRST}.mp3").read_bytes()


@pytest.fixture
def url(site: str) -> str:
    return f"{site}/episodes/{podcast.FIRST}/audio"


def test_the_whole_file(url: str, body: bytes) -> None:
    answer = httpx.get(url)
    assert answer.status_code == 200
    assert answer.content == body
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/mpeg"
    assert hashlib.sha256(body).hexdigest()[:32] in answer.headers["etag"]
    assert not answer.headers["etag"].startswith("W/")
    assert "last-modified" in answer.headers
    assert "content-range" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-0", 0, 0), ("0-1023", 0, 1023), ("300000-400001", 300000, 400001), ("700000-", 700000, -1), ("-77", -77, -1)],
)
def test_one_range(asked: str, first: int, last: int, url: str, body: bytes) -> None:
    size = len(body)
    first, last = first % size, last % size
    answer = httpx.get(url, headers={"range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert answer.content == body[first : last + 1]


@pytest.mark.parametrize("asked", ["99999999-", "-0"])
def test_a_range_past_the_end(asked: str, url: str, body: bytes) -> None:
    answer = httpx.get(url, headers={"range": f"bytes={asked}"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(body)}"
    assert answer.content == b""


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-1", "words=1-2", "bytes=x"])
def test_what_cannot_be_a_range_is_served_whole(asked: str, url: str, body: bytes) -> None:
    answer = httpx.get(url, headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, body)


def test_if_range(url: str, body: bytes) -> None:
    known = httpx.head(url).headers
    for good in (known["etag"], known["last-modified"]):
        assert httpx.get(url, headers={"range": "bytes=5-9", "if-range": good}).status_code == 206
    for stale in ('"other"', f"W/{known['etag']}", "Wed, 21 Oct 2015 07:28:00 GMT", "nonsense"):
        answer = httpx.get(url, headers={"range": "bytes=5-9", "if-range": stale})
        assert (answer.status_code, answer.content) == (200, body)


def test_head_says_what_get_would(url: str, body: bytes) -> None:
    head, get = httpx.head(url), httpx.get(url)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "last-modified", "accept-ranges", "cache-control"):
        assert head.headers[name] == get.headers[name]
    assert httpx.head(url, headers={"range": "bytes=0-1"}).headers["content-length"] == str(len(body))


def test_unchanged_audio_is_not_sent_again(url: str) -> None:
    etag = httpx.head(url).headers["etag"]
    for given in (etag, f'"other", {etag}', f"W/{etag}"):
        answer = httpx.get(url, headers={"if-none-match": given, "range": "bytes=0-1"})
        assert (answer.status_code, answer.content) == (304, b"")
    assert httpx.get(url, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_listener_who_leaves_does_no_harm(site: str, url: str, body: bytes) -> None:
    host, _, port = site.removeprefix("http://").partition(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as leaving:
            leaving.sendall(f"GET /episodes/{podcast.FIRST}/audio HTTP/1.1\r\nhost: x\r\n\r\n".encode())
            leaving.recv(100)
    assert httpx.get(url).content == body


def test_a_file_that_is_gone(site: str, settings: Settings) -> None:
    file = settings.audio / f"{podcast.SECOND}.mp3"
    kept = file.read_bytes()
    file.unlink()
    try:
        answer = httpx.get(f"{site}/episodes/{podcast.SECOND}/audio")
        assert answer.status_code == 404
        assert str(settings.audio) not in answer.text
    finally:
        file.write_bytes(kept)

"""Downloads: whatever a host does, the file that appears is one whole body, or there is an error that says why."""

import errno
import hashlib
import random
import shutil
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from loopback import Behaviour, Host, audio, packed, reply

from companion.errors import FetchError
from ingest import fetch
from ingest.fetch import HttpFetcher
from ingest.net import Patience

ONE = random.Random(1).randbytes(200_000)
TWO = random.Random(2).randbytes(200_000)  # as long as ONE, as when another advertisement is spliced in
OLD = {"Last_Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "audio" / "episode.mp3"


def whole(to: Path, body: bytes) -> bool:
    """The file is this body, and nothing else was left behind."""
    return to.read_bytes() == body and list(to.parent.iterdir()) == [to]


def ranges(host: Host) -> list[str | None]:
    return [headers.get("Range") for _, headers in host.asked]


def test_a_plain_download(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    host.at("/real", audio(ONE, etag='"1"'))
    url = host.at("/a", reply(302, Location="/real"))
    got = fetcher.download(url, to, progress=lambda done, total: seen.append((done, total)))
    assert whole(to, ONE)
    assert (got.size, got.sha256) == (len(ONE), hashlib.sha256(ONE).hexdigest())
    assert (got.type, got.url) == ("audio/mpeg", host.url("/real"))
    assert seen[0] == (0, len(ONE)) and seen[-1] == (len(ONE), len(ONE)) and seen == sorted(seen)
    assert host.asked[0][1]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("mark", [{"etag": '"1"'}, OLD], ids=["etag", "last-modified"])
def test_a_cut_is_resumed(host: Host, fetcher: HttpFetcher, to: Path, mark: dict[str, str]) -> None:
    url = host.at("/a", audio(ONE, cut=70_000, **mark), audio(ONE, cut=50_000, **mark), audio(ONE, **mark))
    fetcher.download(url, to)
    assert whole(to, ONE) and ranges(host) == [None, "bytes=70000-", "bytes=120000-"]


def test_a_later_run_resumes_what_an_earlier_one_left(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    url = host.at("/a", audio(ONE, etag='"1"', cut=30_000))
    with pytest.raises(FetchError, match="broke off"):
        fetcher.download(url, to)
    assert not to.exists() and to.with_name("episode.mp3.part").stat().st_size == 150_000
    assert len(host.asked) == Patience().download_tries
    host.at("/a", audio(ONE, etag='"1"'))
    fetcher.download(url, to)
    assert whole(to, ONE) and ranges(host)[-1] == "bytes=150000-"


@pytest.mark.parametrize(
    "mark",
    [{}, {"etag": 'W/"1"'}, {"Last_Modified": "Mon, 01 Jan 2099 00:00:00 GMT"}, {"Last_Modified": "yesterday"}],
    ids=["none", "weak", "too new", "nonsense"],
)
def test_without_a_validator_a_cut_means_starting_over(
    host: Host, fetcher: HttpFetcher, to: Path, mark: dict[str, str]
) -> None:
    url = host.at("/a", audio(ONE, cut=70_000, **mark), audio(TWO, **mark))
    fetcher.download(url, to)
    assert whole(to, TWO) and ranges(host) == [None, None]


def spliced(**wrong: str) -> Behaviour:
    """A host that ignores If-Range and answers 206 with the rest of another body."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        if "Range" not in request.headers:
            return audio(TWO, etag='"2"')(request)
        start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        fields = {"Content_Range": f"bytes {start}-199999/200000", "ETag": '"1"', **wrong}
        return reply(206, TWO[start:], **{name: value for name, value in fields.items() if value})(request)

    return behave


@pytest.mark.parametrize(
    "second",
    [
        audio(TWO, etag='"2"'),
        audio(TWO, etag='"1"', ranges=False),
        spliced(ETag='"2"'),
        spliced(ETag=""),
        spliced(Content_Range=""),
        spliced(Content_Range="bytes 0-199999/200000"),
        spliced(Content_Range="bytes 70000-199999/200001"),
        spliced(Content_Range="bytes 70000-199999/*"),
        spliced(Content_Range="bytes 69999-199999/200000"),
        spliced(Content_Range="octets 1"),
    ],
    ids=["changed", "ignores Range", "other etag", "no etag", "no range", "from 0", "total", "unknown", "start", "odd"],
)
def test_a_body_that_changed_is_never_joined_to_the_old_one(
    host: Host, fetcher: HttpFetcher, to: Path, second: Behaviour
) -> None:
    fetcher.download(host.at("/a", audio(ONE, etag='"1"', cut=70_000), second), to)
    assert whole(to, TWO)


def test_416_starts_over(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    short = ONE[:40_000]
    url = host.at("/a", audio(ONE, etag='"1"', cut=70_000), audio(short, etag='"1"'), audio(short, etag='"1"'))
    fetcher.download(url, to)
    assert whole(to, short) and ranges(host) == [None, "bytes=70000-", None]


def test_a_206_that_nobody_asked_for(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    with pytest.raises(FetchError, match="could not continue"):
        fetcher.download(host.at("/a", reply(206, ONE, Content_Range="bytes 0-199999/200000")), to)
    assert not to.exists()


def test_the_rest_in_several_pieces(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    """A 206 may hold less than was asked for; one that holds more than the whole is not believed."""

    def piece(size: int) -> Behaviour:
        def behave(request: BaseHTTPRequestHandler) -> None:
            start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            end = start + size
            said = f"bytes {start}-{min(end, len(ONE)) - 1}/{len(ONE)}"
            reply(206, (ONE + TWO)[start:end], Content_Range=said, ETag='"1"')(request)

        return behave

    url = host.at("/a", audio(ONE, etag='"1"', cut=70_000), piece(60_000), piece(70_000))
    fetcher.download(url, to)
    assert whole(to, ONE) and len(host.asked) == 3
    url = host.at("/b", audio(ONE, etag='"1"', cut=70_000), piece(150_000), audio(TWO, etag='"2"'))
    fetcher.download(url, to)
    assert whole(to, TWO)


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_of_misbehaviour(host: Host, naps: list[float], to: Path, seed: int) -> None:
    """Bodies change under their addresses, answers break off, ranges are ignored or mixed up: never half and half."""
    chance = random.Random(seed)
    bodies = [chance.randbytes(chance.choice([50_000, 60_000])) for _ in range(2)]

    def behave(request: BaseHTTPRequestHandler) -> None:
        body = chance.choice(bodies)
        mark = {"etag": f'"{bodies.index(body)}"'} if chance.random() < 0.8 else {}
        cut = chance.choice([None, None, 0, 1, 20_000, 49_999])
        honest = audio(body, cut=cut, ranges=chance.random() < 0.8, **mark)
        confused = reply(206, body[10_000:], Content_Range=f"bytes 20000-{len(body) - 1}/{len(body)}", **mark)
        chance.choice([honest, honest, honest, honest, reply(503), reply(416), confused])(request)

    url = host.at("/a", behave)
    outcomes = []
    for _ in range(4):
        try:
            HttpFetcher(allow_private=True, sleep=naps.append).download(url, to)
            outcomes.append(to.read_bytes())
        except FetchError:
            outcomes.append(to.read_bytes() if to.exists() else b"")
    assert all(outcome in (b"", *bodies) for outcome in outcomes)
    fetcher = HttpFetcher(allow_private=True, sleep=naps.append)
    fetcher.download(host.at("/a", audio(bodies[0], etag='"0"')), to)
    assert whole(to, bodies[0])


def test_a_length_that_is_a_lie(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    with pytest.raises(FetchError, match="broke off"):
        fetcher.download(host.at("/more", reply(200, ONE, Content_Length="300000")), to)
    assert not to.exists()
    fetcher.download(host.at("/less", reply(200, ONE, Content_Length="1000")), to)
    assert whole(to, ONE[:1000]), "in HTTP the body is what the length says"


def test_a_download_killed_before_its_last_step(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    url = host.at("/a", audio(ONE, etag='"1"', cut=30_000))
    with pytest.raises(FetchError):
        fetcher.download(url, to)
    part = to.with_name("episode.mp3.part")
    part.write_bytes(ONE)
    host.asked.clear()
    assert fetcher.download(url, to).sha256 == hashlib.sha256(ONE).hexdigest()
    assert whole(to, ONE) and not host.asked


@pytest.mark.parametrize("note", ["", "{", "[]", "{}", '{"asked": 1}', "null"])
def test_a_note_that_is_damaged(host: Host, fetcher: HttpFetcher, to: Path, note: str) -> None:
    to.parent.mkdir()
    to.with_name("episode.mp3.part").write_bytes(TWO[:1000])
    to.with_name("episode.mp3.part.json").write_text(note)
    fetcher.download(host.at("/a", audio(ONE, etag='"1"')), to)
    assert whole(to, ONE) and ranges(host) == [None]


def test_a_part_of_another_address_is_not_continued(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    with pytest.raises(FetchError):
        fetcher.download(host.at("/a", audio(ONE, etag='"1"', cut=9_000)), to)
    fetcher.download(host.at("/b", audio(TWO, etag='"1"')), to)
    assert whole(to, TWO) and ranges(host)[-1] is None


def test_a_packed_body_is_unpacked(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    fetcher.download(host.at("/a", packed(ONE, ETag='"1"')), to)
    assert whole(to, ONE)


def test_a_slow_but_steady_host_is_waited_for_and_a_dripping_one_is_not(host: Host, to: Path) -> None:
    def steadily(pause: float, size: int) -> Behaviour:
        def behave(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Length", "20000")
            request.end_headers()
            for start in range(0, 20_000, size):
                request.wfile.write(ONE[start : start + size])
                time.sleep(pause)

        return behave

    hurried = Patience(stall=1, stall_bytes=2_000, download_tries=1)
    fetcher = HttpFetcher(allow_private=True, patience=hurried)
    fetcher.download(host.at("/steady", steadily(0.1, 1_000)), to)  # two seconds in all: twice `stall`
    assert whole(to, ONE[:20_000])
    with pytest.raises(FetchError, match="too slow"):
        fetcher.download(host.at("/drip", steadily(0.1, 10)), to)


def test_a_download_that_is_too_large(
    host: Host, fetcher: HttpFetcher, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_DOWNLOAD", 100_000)
    for url in (host.at("/told", audio(ONE)), host.at("/untold", packed(ONE))):
        with pytest.raises(FetchError, match="larger than") as caught:
            fetcher.download(url, to)
        assert caught.value.permanent and not list(to.parent.iterdir())


def test_a_disk_that_is_full_before_the_first_byte(
    host: Host, fetcher: HttpFetcher, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
    with pytest.raises(FetchError, match="disk is full: free 1 MB"):
        fetcher.download(host.at("/a", audio(ONE)), to)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_up_on_the_way(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    to.parent.mkdir()
    to.with_name("episode.mp3.part").symlink_to("/dev/full")
    with pytest.raises(FetchError, match="disk is full") as caught:
        fetcher.download(host.at("/a", audio(ONE, etag='"1"')), to)
    assert isinstance(caught.value.__cause__, OSError) and caught.value.__cause__.errno == errno.ENOSPC
    assert len(host.asked) == 1 and not to.exists()


def test_a_place_that_cannot_be_written(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    to.parent.write_text("a file where the folder should be")
    with pytest.raises(FetchError, match="cannot be written"):
        fetcher.download(host.at("/a", audio(ONE)), to)


def test_a_missing_file_is_an_error_and_keeps_what_is_there(host: Host, fetcher: HttpFetcher, to: Path) -> None:
    to.parent.mkdir()
    to.write_bytes(TWO)
    with pytest.raises(FetchError, match="nothing there"):
        fetcher.download(host.at("/a", reply(404)), to)
    assert whole(to, TWO)

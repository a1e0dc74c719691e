"""What bad input gets: a clear sentence, exit code 1 (2 for wrong usage), and nothing lost."""

import sqlite3
import wave
from pathlib import Path

import pytest
from filelock import FileLock
from loopback import Host, reply
from typed import companion

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Talk</title>{items}</channel></rss>"""
ITEM = """<item><guid>{name}</guid><title>{name}</title><itunes:duration>{duration}</itunes:duration>
<enclosure url="{url}" type="audio/mpeg" length="1"/></item>"""


def feed(host: Host, **audio: tuple[bytes, str]) -> str:
    """A feed whose episodes have these bodies and announced durations; its address."""
    items = "".join(
        ITEM.format(name=name, duration=duration, url=host.at(f"/{name}.mp3", reply(200, body)))
        for name, (body, duration) in audio.items()
    )
    return host.at("/feed.xml", reply(200, FEED.format(items=items).encode(), Content_Type="application/rss+xml"))


def add(data: Path, url: str) -> None:
    done = companion(data, "--allow-private-network", "add", url, "--id", "talk")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        (b"<!doctype html><title>Sign in</title>", 200, "page"),
        (b"", 200, "empty"),
        (b'{"a": 1}', 200, "not a"),
        (b"gone", 404, "404"),
    ],
)
def test_what_is_no_feed(tmp_path: Path, host: Host, body: bytes, status: int, complaint: str) -> None:
    url = host.at("/feed.xml", reply(status, body))
    for command in ("add", "preview"):
        done = companion(tmp_path, "--allow-private-network", command, url)
        assert (done.returncode, done.stdout) == (1, "")
        assert complaint in done.stderr.lower()
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("add", "http://no-such-host.invalid/feed.xml"), 1, "no-such-host.invalid"),
        (("add", "http://127.0.0.1:9/feed.xml"), 1, "--allow-private-network"),
        (("add", "file:///etc/passwd"), 1, ""),
        (("add", "gibberish"), 1, "gibberish"),
        (("add", "x" * 5000), 1, "neither a file nor an address"),
        (("preview", "x" * 5000), 1, "neither a file nor an address"),
        (("add", str(Path(__file__))), 1, "is a file"),
        (("preview", "/nowhere/feed.xml"), 1, "/nowhere/feed.xml"),
        (("ingest", "nobody"), 1, "nobody"),
        (("ingest", "--episode", "nobody"), 1, "nobody"),
        (("export", "nobody", "--format", "vtt"), 1, "nobody"),
        (("ingest", "--latest", "0"), 2, "--latest"),
        (("search",), 2, "QUERY"),
        (("search", "x", "--theme", "romance"), 2, "validation"),
        (("moments", "--state", "odd"), 2, "--state"),
        (("dance",), 2, "dance"),
    ],
)
def test_what_cannot_be(tmp_path: Path, arguments: tuple[str, ...], code: int, complaint: str) -> None:
    done = companion(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert complaint in done.stderr


def test_audio_that_is_none_fails_alone_and_is_named(tmp_path: Path, host: Host) -> None:
    silence = tmp_path / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(32000 * 20))
    sound = silence.read_bytes()
    url = feed(
        host,
        good=(sound, "20"),
        page=(b"<html>Please sign in</html>", ""),
        nothing=(b"", ""),
        half=(sound, "1:00:00"),
        noise=(bytes(range(256)) * 400, ""),
    )
    add(tmp_path, url)
    done = companion(tmp_path, "--allow-private-network", "ingest", "--model", "micro")
    assert done.returncode == 1
    status = companion(tmp_path, "status").stdout
    for name in ("page", "nothing", "half", "noise"):
        assert f"“{name}”, audio: " in done.stderr
    assert "good: audio, recognised" in status
    assert len(list((tmp_path / "audio").glob("*.mp3"))) == 1  # what failed is not left lying about


def test_a_model_that_cannot_be_had(tmp_path: Path, host: Host) -> None:
    add(tmp_path, feed(host, one=(b"x" * 1000, "")))
    missing = companion(tmp_path, "--allow-private-network", "ingest", "--model", "tiny")
    assert missing.returncode == 1
    assert (
        "tiny" in missing.stderr and str(tmp_path / "models") in missing.stderr and "companion demo" in missing.stderr
    )
    misspelt = companion(tmp_path, "--allow-private-network", "ingest", "--model", "smal")
    assert misspelt.returncode == 1 and "small" in misspelt.stderr
    folder = companion(tmp_path, "--allow-private-network", "ingest", "--model", str(tmp_path))
    assert folder.returncode == 1 and "model.bin" in folder.stderr


def test_a_database_of_another_kind_or_a_newer_one_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "companion.db"
    path.write_bytes(b"my diary " * 1000)
    done = companion(tmp_path, "status")
    assert done.returncode == 1 and str(path) in done.stderr
    assert path.read_bytes() == b"my diary " * 1000
    path.unlink()
    companion(tmp_path, "status")
    raw = sqlite3.connect(path)
    raw.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('companion', 'm999', '')")
    raw.commit()
    raw.close()
    done = companion(tmp_path, "search", "x")
    assert done.returncode == 1 and "newer version" in done.stderr


def test_searching_where_nothing_is_yet_says_how_to_begin(tmp_path: Path) -> None:
    done = companion(tmp_path, "search", "hurt")
    assert done.returncode == 0
    assert done.stdout.startswith("No podcast yet.") and "companion add" in done.stdout


def test_a_lock_that_cannot_be_had_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "ingest.lock").mkdir()
    done = companion(tmp_path, "ingest")
    assert done.returncode == 1 and "cannot be written to" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_two_runs_at_once(tmp_path: Path) -> None:
    with FileLock(tmp_path / "ingest.lock"):
        done = companion(tmp_path, "ingest")
    assert done.returncode == 1 and "Another ingest is at work" in done.stderr


def test_settings_that_make_no_sense(tmp_path: Path) -> None:
    (tmp_path / "companion.toml").write_text('modell = "small"\n')
    done = companion(tmp_path, "status")
    assert done.returncode == 1 and "modell" in done.stderr
    (tmp_path / "companion.toml").unlink()
    done = companion(tmp_path, "status", COMPANION_PORT="many")
    assert done.returncode == 1 and "port" in done.stderr

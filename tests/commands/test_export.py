"""`companion export` as a person types it: every format, one moment, sound, and what is refused."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from typed import ROOT, companion, within

from companion.errors import InvalidError
from companion.exports import EXPORTS
from companion.moments import Clip
from companion.reviews import Review, Verdict
from companion.store import Store
from companion.timecode import Span

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def own(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's folder, so that what is decided here stays here."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "audio").symlink_to(demo / "audio")
    with Store.open(demo / "companion.db"):
        subprocess.run(["cp", *map(str, demo.glob("companion.db*")), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def clips(own: Path) -> tuple[Clip, ...]:
    """The moments of one episode; a person has rejected the third and accepted three others."""
    with Store.open(own / "companion.db") as store:
        episode = max(store.feeds.episodes(), key=lambda one: len(store.moments.of_episode(one.id)))
        found = store.moments.of_episode(episode.id)
        assert len(found) > 6
        for clip, verdict in zip(found, (Verdict.ACCEPT, Verdict.ACCEPT, Verdict.REJECT, Verdict.ACCEPT), strict=False):
            store.moments.review(Review(moment=clip.moment.id, verdict=verdict, reviewer="Nora", at=NOW, note=""))
    return found


@pytest.fixture
def redacted(own: Path, clips: tuple[Clip, ...]) -> Iterator[Span]:
    """A stretch inside the second moment, redacted."""
    moment = clips[1].moment
    middle = (moment.span.start + moment.span.end) / 2
    with Store.open(own / "companion.db") as store:
        span = store.protection.redact(
            moment.episode, Span(start=middle, end=middle + 0.1), reason="", who="Nora", at=NOW
        )
        yield span
        for one in store.protection.redactions(moment.episode):
            store.protection.lift(moment.episode, one.key)


def test_every_format_is_written_and_says_where_its_links_lead(
    own: Path, clips: tuple[Clip, ...], tmp_path: Path
) -> None:
    episode = clips[0].moment.episode
    for name, kind in EXPORTS.items():
        file = tmp_path / f"out{kind.extension}"
        done = within(own, "export", episode, "--format", name, "-o", str(file), COMPANION_BASE_URL="https://l.example")
        assert (done.exit_code, done.output) == (0, "")
        text = file.read_bytes().decode()
        if name in ("chapters", "notes", "html", "csv", "moments"):
            assert "https://l.example/" in text and "127.0.0.1" not in text
    done = companion(own, "export", episode, "--format", "notes", COMPANION_PORT="1234")
    assert "](http://127.0.0.1:1234/moments/" in done.stdout and "base_url" in done.stderr
    soundbites = companion(own, "export", episode, "--format", "soundbites")
    assert soundbites.stdout.count("<podcast:soundbite ") == 3 and soundbites.stderr == ""


def test_notes_are_html_where_the_file_is(own: Path, clips: tuple[Clip, ...], tmp_path: Path) -> None:
    file = tmp_path / "notes.HTML"
    assert companion(own, "export", clips[0].moment.episode, "--format", "notes", "-o", str(file)).returncode == 0
    assert file.read_text("utf-8").startswith("<p><strong>")


def test_the_table_holds_all_that_was_not_rejected(own: Path, clips: tuple[Clip, ...]) -> None:
    printed = companion(own, "export", clips[0].moment.episode, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"), newline="")))
    assert [row["id"] for row in rows] == [clip.moment.id for clip in clips if clip is not clips[2]]
    assert [row["state"] for row in rows[:4]] == ["accepted"] * 3 + ["proposed"]


def test_one_moment_alone(own: Path, clips: tuple[Clip, ...]) -> None:
    moment = clips[1].moment
    printed = companion(own, "export", moment.episode, "--format", "chapters", "--moment", moment.id).stdout
    silent = [one for one in json.loads(printed)["chapters"] if not one.get("toc", True)]
    assert [one["startTime"] for one in silent] == [round(moment.span.start, 3)]


def test_a_moment_as_sound_through_a_pipe_and_into_a_file(own: Path, clips: tuple[Clip, ...], tmp_path: Path) -> None:
    moment, file = clips[1].moment, tmp_path / "one.mp3"
    command = [sys.executable, "-m", "companion", "--data", str(own), "export", moment.episode, "--format", "mp3"]
    command += ["--moment", moment.id]
    piped = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    subprocess.run([*command, "-o", str(file)], cwd=ROOT, check=True)
    assert piped.stdout == file.read_bytes() and piped.stderr == b""
    with av.open(str(file)) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(moment.span.length, abs=0.1)


def test_sound_is_never_written_to_a_terminal(own: Path, clips: tuple[Clip, ...]) -> None:
    moment = clips[1].moment
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "companion", "--data", str(own), "export", moment.episode, "--format", "mp3"]
    done = subprocess.run(
        [*command, "--moment", moment.id], cwd=ROOT, stdout=slave, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(slave)
    os.close(master)
    assert done.returncode == 2 and "-o FILE" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("--format", "mp3"), 2, "--moment ID"),
        (("--format", "vtt", "--moment", "x"), 2, "leave --moment out"),
        (("--format", "mp3", "--moment", "nobody"), 1, "nobody"),
        (("--format", "csv", "--moment", "nobody"), 1, "nobody"),
        (("--format", "docx"), 2, "docx"),
        (("--format", "csv", "-o", "/nowhere/at/all.csv"), 1, "cannot be written"),
    ],
)
def test_what_cannot_be_exported(
    own: Path, clips: tuple[Clip, ...], arguments: tuple[str, ...], code: int, complaint: str
) -> None:
    done = companion(own, "export", clips[0].moment.episode, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert complaint in done.stderr


@pytest.mark.parametrize("name", ["soundbites", "notes", "html"])
def test_an_episode_without_accepted_moments_says_so(own: Path, clips: tuple[Clip, ...], name: str) -> None:
    with Store.open(own / "companion.db") as store:
        other = next(one.id for one in store.feeds.episodes() if one.id != clips[0].moment.episode)
    done = companion(own, "export", other, "--format", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no accepted moment" in done.stderr and "Accept some at the desk" in done.stderr


def test_what_is_redacted_is_in_no_export(own: Path, clips: tuple[Clip, ...], redacted: Span) -> None:
    moment = clips[1].moment
    for name in EXPORTS:
        done = within(own, "export", moment.episode, "--format", name)
        assert done.exit_code == 0 and done.stdout
        assert moment.id not in done.stdout and moment.quote not in done.stdout
    for name in ("mp3", "csv"):
        done = companion(own, "export", moment.episode, "--format", name, "--moment", moment.id)
        assert (done.returncode, done.stdout) == (1, "")
        assert "reaches into a stretch that is redacted" in done.stderr
    lines = companion(own, "export", moment.episode, "--format", "soundbites").stdout.splitlines()
    for line in lines:
        start, length = (float(part.split('"')[0]) for part in line.split('="')[1:3])
        assert start + length <= redacted.start or redacted.end <= start


def test_what_was_taken_down_is_not_exported(own: Path, clips: tuple[Clip, ...]) -> None:
    moment = clips[0].moment
    with Store.open(own / "companion.db") as store:
        store.protection.take_down(moment.id, reason="They asked.", who="Nora", at=NOW)
    done = companion(own, "export", moment.episode, "--format", "mp3", "--moment", moment.id)
    assert done.returncode == 1 and "taken down" in done.stderr
    assert moment.id not in companion(own, "export", moment.episode, "--format", "csv").stdout
    with Store.open(own / "companion.db") as store:
        store.protection.put_back(moment.id)
        store.protection.take_down(moment.episode, reason="They asked.", who="Nora", at=NOW)
    for name in EXPORTS:
        done = within(own, "export", moment.episode, "--format", name)
        assert isinstance(done.exception, InvalidError) and "taken down" in done.exception.message
        assert done.output == ""
    with Store.open(own / "companion.db") as store:
        store.protection.put_back(moment.episode)

"""The real model on real sound: windows, resuming, and a worker that may die without taking anything along."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sounds import SPEECH, noise, silence, tone, write

import ingest.recognise
from companion.config import MICRO, Settings
from companion.errors import AudioError, ConfigError, TranscribeError
from companion.transcripts import Window
from ingest.audio import RATE, blocks
from ingest.models import locate
from ingest.recognise import Recogniser
from ingest.segments import without_loops
from ingest.transcribe import WorkerTranscriber

ROOT = Path(__file__).parents[2]
SAID = """I am scared that if I say yes you will think I agree with everything.
    I hear how hard that was for you and I want to understand it better.
    When you walk away I feel like I do not matter to you at all.
    What would it be like to stay here with me for one more minute?
    Let us slow down and take turns with this one small thing.
    When you walk away I feel like I do not matter to you at all.
    I do not need you to fix it, I only need you to listen.
    The kids were asleep and the kitchen was quiet for once.
    I hear how hard that was for you and I want to understand it better."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, model=MICRO, device="cpu")


@pytest.fixture
def recogniser(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Recogniser:
    monkeypatch.setattr(ingest.recognise, "CPU_CLIPS", 2)  # short windows, so that a short file has several
    return Recogniser(locate(MICRO, settings), settings)


@pytest.fixture
def transcriber(settings: Settings) -> Iterator[WorkerTranscriber]:
    with WorkerTranscriber(settings) as transcriber:
        yield transcriber


@pytest.fixture(scope="session")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five minutes of talk with pauses: several windows for any model."""
    sound = np.concatenate([*blocks(SPEECH), silence(1)])
    return write(tmp_path_factory.mktemp("talk") / "long.mp3", np.tile(sound, 8), codec="libmp3lame")


def words_of(windows: list[Window]) -> list[str]:
    text = " ".join(segment.text for window in windows for segment in window.segments)
    return re.findall(r"[a-z']+", text.lower())


def test_windows_cover_the_file_and_resuming_changes_nothing(recogniser: Recogniser, tmp_path: Path) -> None:
    sound = np.concatenate([*blocks(SPEECH), silence(7), noise(40), *blocks(SPEECH)])
    path = write(tmp_path / "talk.wav", sound, codec="pcm_s16le")
    windows = list(recogniser.windows(path, start=0.0, index=0))
    assert len(windows) >= 3
    assert [window.index for window in windows] == list(range(len(windows)))
    assert windows[0].span.start == 0
    assert windows[-1].span.end == len(sound) / RATE
    assert all(before.span.end == after.span.start for before, after in pairwise(windows))
    for window in windows:
        words = [word for segment in window.segments for word in segment.words]
        edges = [window.span.start, *(edge for word in words for edge in (word.start, word.end)), window.span.end]
        assert edges == sorted(edges)
        assert all(0 <= word.probability <= 1 and word.text == word.text.strip() != "" for word in words)
        assert all(segment.text == " ".join(word.text for word in segment.words) for segment in window.segments)
        assert window.language == "en"
    for n in (1, len(windows) // 2, len(windows)):
        resumed = list(recogniser.windows(path, start=windows[n - 1].span.end, index=n))
        assert resumed == windows[n:]


def test_what_is_said_is_heard_where_it_is_said(recogniser: Recogniser) -> None:
    windows = list(recogniser.windows(SPEECH, start=0.0, index=0))
    heard = set(words_of(windows))
    expected = set(re.findall(r"[a-z']+", SAID.lower()))
    assert len(expected & heard) > 0.6 * len(expected)
    segments = [segment for window in windows for segment in window.segments]
    assert 6 <= len(segments) <= 16  # nine sentences were spoken
    assert all(word.end - word.start < 2 for segment in segments for word in segment.words)


@pytest.mark.parametrize("sound", [silence(100), noise(100), tone(100), silence(0.01)], ids=["0", "noise", "tone", "·"])
def test_where_nobody_speaks_there_are_windows_without_segments(
    recogniser: Recogniser, tmp_path: Path, sound: np.ndarray
) -> None:
    path = write(tmp_path / "a.wav", sound, codec="pcm_s16le")
    windows = list(recogniser.windows(path, start=0.0, index=0))
    assert windows[-1].span.end == pytest.approx(len(sound) / RATE)
    assert all(window.segments == () for window in windows)


def test_a_phrase_over_and_over_is_not_written_down_over_and_over(recogniser: Recogniser, tmp_path: Path) -> None:
    sound = next(blocks(SPEECH))[: round(1.2 * RATE)]
    path = write(tmp_path / "a.wav", np.tile(sound, 20), codec="pcm_s16le")
    for window in recogniser.windows(path, start=0.0, index=0):
        words = [word for segment in window.segments for word in segment.words]
        assert list(without_loops(words)) == words != []


def test_stereo_at_another_rate_is_the_same_talk(recogniser: Recogniser, tmp_path: Path) -> None:
    sound = np.repeat(np.concatenate(list(blocks(SPEECH))), 3)
    path = write(tmp_path / "a.m4a", sound, codec="aac", rate=48_000, layout="stereo")
    ours = set(words_of(list(recogniser.windows(path, start=0.0, index=0))))
    plain = set(words_of(list(recogniser.windows(SPEECH, start=0.0, index=0))))
    assert len(ours & plain) > 0.75 * len(plain)


def test_one_worker_serves_many_files_and_hands_on_their_faults(
    transcriber: WorkerTranscriber, tmp_path: Path, settings: Settings
) -> None:
    assert transcriber.model == MICRO
    page = tmp_path / "page.mp3"
    page.write_text("<html>Please log in</html>")
    with pytest.raises(AudioError, match=r"page\.mp3 is a web page"):
        list(transcriber.windows(page, start=0.0, index=0))
    first = children()
    windows = list(transcriber.windows(SPEECH, start=0.0, index=0))
    assert windows == list(Recogniser(locate(MICRO, settings), settings).windows(SPEECH, start=0.0, index=0))
    assert children() == first != set()
    transcriber.close()
    assert not children() & first


def test_a_worker_that_is_killed_costs_its_file_only(transcriber: WorkerTranscriber, long_file: Path) -> None:
    windows = transcriber.windows(long_file, start=0.0, index=0)
    first = next(windows)
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(TranscribeError, match=r"stopped by SIGKILL .* of long\.mp3"):
        list(windows)
    again = transcriber.windows(long_file, start=0.0, index=0)
    assert next(again) == first
    assert children().isdisjoint({worker})
    again.close()  # nobody wants the rest
    assert children() == set()
    assert list(transcriber.windows(SPEECH, start=0.0, index=0))


WATCHED = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal: a job in the background ignores it
from companion.config import Settings
from ingest.transcribe import WorkerTranscriber
with WorkerTranscriber(Settings(data=Path("."), model="micro", device="cpu")) as transcriber:
    for window in transcriber.windows(Path(sys.argv[1]), start=0.0, index=0):
        print(window.index, flush=True)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(long_file: Path, tmp_path: Path, end: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(long_file)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with parent:
        assert parent.stdout is not None and parent.stderr is not None
        assert parent.stdout.readline() == b"0\n"
        (worker,) = children(parent.pid)
        os.killpg(parent.pid, end)  # as a terminal does
        parent.wait(timeout=30)
        said = parent.stderr.read().decode()
    deadline = time.monotonic() + 30
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)
    assert said.count("Traceback") == (1 if end == signal.SIGINT else 0)  # the parent's own KeyboardInterrupt


def test_a_model_that_cannot_be_loaded_says_so(settings: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in locate(MICRO, settings).iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[: None if file.suffix == ".json" else 1000])
    with (
        WorkerTranscriber(Settings(data=tmp_path, model=str(broken), device="cpu")) as transcriber,
        pytest.raises(TranscribeError, match=r"speech model in .*broken cannot be loaded on cpu"),
    ):
        list(transcriber.windows(SPEECH, start=0.0, index=0))


def test_a_device_that_is_not_there_says_so(tmp_path: Path) -> None:
    with (
        WorkerTranscriber(Settings(data=tmp_path, model=MICRO, device="abacus")) as transcriber,
        pytest.raises(ConfigError, match=r"abacus.* auto, cpu or cuda"),
    ):
        list(transcriber.windows(SPEECH, start=0.0, index=0))


def test_a_graphics_card_without_its_libraries_is_left_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(settings: Settings) -> tuple[str, str]:
        return ("cpu", "int8") if settings.device == "cpu" else ("cuda", "no such type")

    monkeypatch.setattr(ingest.recognise, "choose_device", choose)
    auto = Recogniser(locate(MICRO, settings), replace(settings, device="auto"))
    assert list(auto.windows(SPEECH, start=0.0, index=0))
    with pytest.raises(TranscribeError, match="cannot be loaded on cuda"):
        Recogniser(locate(MICRO, settings), replace(settings, device="cuda"))


def children(pid: int | None = None) -> set[int]:
    """The processes a process has started and not yet seen end."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(pid or os.getpid())], capture_output=True, text=True, check=False
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if line.split()[1] != "ps"}


def alive(pid: int) -> bool:
    """Still running: neither gone nor a zombie nobody has collected."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")

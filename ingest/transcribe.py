"""Speech to text: what the pipeline sees of it, and the worker process that does it out of harm's way."""

import pickle
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self, cast

from companion import children
from companion.config import MICRO, Settings
from companion.errors import CompanionError, TranscribeError
from companion.timecode import clock
from companion.transcripts import Window
from ingest.models import locate


class Transcriber(Protocol):
    """Whatever turns audio into windows; `model` is the name stored with the transcripts."""

    model: str

    def windows(self, audio: Path, *, start: float, index: int) -> Iterator[Window]:
        """The windows from `start` seconds on, numbered from `index`; the last one ends where the file does.

        `start` is 0 or the end of an earlier window: then the same windows come as from an undisturbed run. One that
        starts at the file's end gets none. Raises `AudioError` and `TranscribeError`, possibly after some windows.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A message to the worker: a file to recognise, and with which model (the same one in every job to a worker).

    It answers with windows, then None; or with the error that ended the job.
    """

    folder: Path
    settings: Settings
    audio: Path
    start: float
    index: int


class WorkerTranscriber:
    """A `Transcriber` whose recogniser lives in a child process, which loads the model once and serves many files.

    If the child dies, so does the file at hand, with a `TranscribeError`; the next file gets a new child. The child
    ends by itself when this process is gone, however it went. Use as a context manager, from one thread at a time.
    """

    def __init__(self, settings: Settings) -> None:
        """Finds the settings' model, which may mean to download it: errors as for `ingest.models.locate`."""
        folder = locate(settings.model, settings)
        named = settings.model == MICRO or folder.parent == settings.models.resolve()
        self.model = settings.model if named else folder.name
        self._folder = folder
        self._settings = settings
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process; a later file starts another."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def windows(self, audio: Path, *, start: float, index: int) -> Iterator[Window]:
        """See `Transcriber`."""
        job = Job(folder=self._folder, settings=self._settings, audio=audio.absolute(), start=start, index=index)
        if self._worker is None:
            self._worker = _Worker()
        worker, done, finished = self._worker, start, False
        try:
            worker.send(job)
            while isinstance(answer := worker.receive(), Window):
                done = answer.span.end
                yield answer
            finished = True
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise TranscribeError(f"{worker.obituary()} (at {clock(done)} of {audio.name}).{self._hint()}") from error
        finally:
            if not finished:  # crashed, interrupted, or nobody wants the rest: its state is unknown, so it goes
                self.close()
        if isinstance(answer, CompanionError):
            raise answer

    def _hint(self) -> str:
        if self.model == MICRO:
            return ""
        cpu = "" if self._settings.device == "cpu" else ", device = cpu avoids the graphics card"
        return f" A smaller model needs less memory{cpu}."


class _Worker:
    """The child process and the two pipes to it."""

    def __init__(self) -> None:
        offline = {"HF_HUB_OFFLINE": "1"}  # the model is a folder by now: nothing in there may reach for the network
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end()
        self._process = subprocess.Popen(
            children.command("ingest.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=children.environment() | offline,
            start_new_session=True,  # Ctrl-C is for us alone; we end the child
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)

    def send(self, job: Job) -> None:
        pickle.dump(job, self._requests)
        self._requests.flush()

    def receive(self) -> "Window | CompanionError | None":
        answer: Window | CompanionError | None = pickle.load(self._answers)
        return answer

    def obituary(self) -> str:
        """How the child ended, with the last thing it said."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "The recogniser stopped answering"
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        self._stderr.seek(0)
        said = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        return f"The recogniser was stopped {how}" + (f", saying “{said[-1].strip()[:300]}”" if said else "")

    def end(self) -> None:
        self._process.kill()  # it holds nothing that needs saving
        self._process.wait()
        for stream in (self._requests, self._answers, self._stderr):
            with suppress(BrokenPipeError):  # a message that was never read
                stream.close()

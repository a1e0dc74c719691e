"""Work that the desk starts and that takes longer than a request: one at a time, and never beside a running ingest."""

import logging
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from companion import children
from companion.config import Settings
from companion.errors import CompanionError
from companion.running import held

_LOOK = 0.5  # seconds between looks at a lock that others hold
_OURS = "Something went wrong on our side. Try it again; if it fails once more, the log of the site says what happened."
_TOLD = timedelta(minutes=10)  # after a job has ended, how long that is news

_log = logging.getLogger("web.jobs")


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One piece of work: `of` is what it is about (an id, or "tagger"), `title` what it does, in words for people.

    `work` does it, and gives a sentence about how it went. Two jobs of the same title about the same thing are one.
    """

    of: str
    title: str
    work: Callable[[], str] = field(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A job that ended `at` a time in UTC, `well` or not, and what there is to say about it."""

    job: Job
    well: bool
    says: str
    at: datetime


class Jobs:
    """The jobs of one site. They live as long as it runs; a started ingest goes on even when the site is stopped.

    `clock` tells the time, in UTC.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._changed = threading.Condition()
        self._queue: list[Job] = []
        self._now: Job | None = None
        self._last: Done | None = None
        self._closing = threading.Event()
        self._worker: threading.Thread | None = None

    @property
    def now(self) -> Job | None:
        """What is being done."""
        return self._now

    @property
    def waiting(self) -> tuple[Job, ...]:
        """What is to be done after that, next one first."""
        return tuple(self._queue)

    @property
    def last(self) -> Done | None:
        """What was done last, as long as it is news: it has just ended, and nothing was begun since."""
        last = self._last
        return last if last and self._clock() - last.at < _TOLD else None

    @property
    def closing(self) -> bool:
        """True once the site is being stopped: whoever waits for news should end."""
        return self._closing.is_set()

    def add(self, job: Job) -> None:
        """Puts a job at the end of the queue, unless it is there or being done already."""
        with self._changed:
            if job not in [self._now, *self._queue]:
                self._queue.append(job)
            if self._worker is None:
                self._worker = threading.Thread(target=self._run, name="desk jobs", daemon=True)
                self._worker.start()
            self._changed.notify()

    def about(self, of: str) -> Job | None:
        """The job about something that is being done or waits, if there is one."""
        return next((job for job in [self._now, *self._queue] if job is not None and job.of == of), None)

    def close(self) -> None:
        """Starts nothing more."""
        self._closing.set()
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        while job := self._next():
            try:
                well, says = True, job.work()
            except CompanionError as error:
                well, says = False, error.message
            except Exception as error:  # a bug must not end the queue; it is said, and the next job has its turn
                _log.error("%s failed", job.title, exc_info=error)
                well, says = False, _OURS
            with self._changed:
                self._now, self._last = None, Done(job=job, well=well, says=says, at=self._clock())

    def _next(self) -> Job | None:
        """Waits for a job, and for the end of an ingest that others have started; None once the site is stopped."""
        with self._changed:
            while not self.closing:
                if self._queue and not held(self._settings.lock):
                    self._now, self._last = self._queue.pop(0), None
                    return self._now
                self._changed.wait(_LOOK if self._queue else None)
        return None


def ingest(settings: Settings, *what: str) -> str:
    """Runs `companion ingest` as a process of its own, which outlives the site; gives its last words.

    `what` are its arguments. `CompanionError` with its complaint if it could not begin; stages that failed are in the
    store, and no error.
    """
    log = settings.data / "ingest.log"
    command = children.command("companion", "--data", str(settings.data))
    command += ["--allow-private-network"] if settings.allow_private_network else []
    command += ["ingest", "--model", settings.model, "--transcribe", settings.transcribe, *what]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=children.environment(),
            start_new_session=True,
        )
        process.wait()
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    last = lines[-1] if lines else ""
    if last.startswith("companion: "):
        raise CompanionError(last.removeprefix("companion: "))
    return last

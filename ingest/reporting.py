"""How a run says how far it is: bars on a terminal, plain lines elsewhere; always on standard error."""

import sys
import threading
import time
from dataclasses import dataclass

import click
from tqdm import tqdm

from companion.feeds import Episode
from companion.timecode import clock


class Bars:
    """A bar for each episode and stage under way, with what is left; transcription also says how many × real time."""

    def __init__(self) -> None:
        self._bars: dict[tuple[str, str], tqdm[None]] = {}
        self._lock = threading.Lock()

    def line(self, text: str) -> None:
        """Prints a sentence above the bars."""
        with self._lock:
            tqdm.write(text, file=sys.stderr)

    def progress(self, episode: Episode, stage: str, done: float, total: float | None) -> None:
        """Moves the bar of this episode's stage, made when first needed and taken away when full."""
        with self._lock:
            key = (episode.id, stage)
            bar = self._bars.get(key)
            if bar is None:
                bar = self._bars[key] = _bar(episode, stage, total)
                bar.n = bar.initial = done
                bar.start_t = time.monotonic()
            bar.total = total
            bar.update(done - bar.n)
            if total is not None and done >= total:
                self._bars.pop(key).close()


def _bar(episode: Episode, stage: str, total: float | None) -> "tqdm[None]":
    download = stage == "download"
    return tqdm(
        total=total,
        desc=f"{stage} {episode.title[:40]}",
        unit="B" if download else "× real time",
        unit_scale=download,
        leave=False,
        dynamic_ncols=True,
        bar_format=None if download else "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}, {rate_noinv_fmt}",
        file=sys.stderr,
    )


@dataclass(kw_only=True, slots=True)
class _Stage:
    began: float
    at: float
    said: float


class Lines:
    """A plain line when a stage begins, every half minute while it lasts, and when it ends."""

    def __init__(self, *, every: float = 30.0) -> None:
        self._every = every
        self._stages: dict[tuple[str, str], _Stage] = {}
        self._lock = threading.Lock()

    def line(self, text: str) -> None:
        """Prints a sentence."""
        click.echo(text, err=True)

    def progress(self, episode: Episode, stage: str, done: float, total: float | None) -> None:
        """Prints how far this episode's stage is, if there is news."""
        now = time.monotonic()
        with self._lock:
            key = (episode.id, stage)
            known = self._stages.setdefault(key, _Stage(began=now, at=done, said=-self._every))
            ended = total is not None and done >= total
            if not ended and now - known.said < self._every:
                return
            known.said = now
            if ended:
                del self._stages[key]
            self.line(f"{stage} “{episode.title}”: {_how_far(stage, known, done, total, now)}")


def _how_far(stage: str, known: _Stage, done: float, total: float | None, now: float) -> str:
    speed = (done - known.at) / (now - known.began) if now - known.began > 0.01 else 0.0
    left = f", {clock((total - done) / speed)} left" if total and speed and done < total else ""
    if stage == "download":
        return f"{done / 1e6:.1f}" + (f" of {total / 1e6:.1f} MB" if total else " MB") + left
    pace = f", {speed:.0f} × real time" if speed else ""
    return f"{clock(done)} of {clock(total or done)}{pace}{left}"


def reporter() -> Bars | Lines:
    """Bars if a person watches, else lines."""
    return Bars() if sys.stderr.isatty() else Lines()

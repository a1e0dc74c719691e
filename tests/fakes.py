"""The stand-ins tests may use: everything else is real."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from companion.transcripts import Window


class FakeTranscriber:
    """Says the given windows of any file, from the one that starts at `start` on."""

    model = "fake"

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = windows

    def windows(self, audio: Path, *, start: float, index: int) -> Iterator[Window]:
        assert audio.is_file()
        yield from (window for window in self._windows if window.span.start >= start)

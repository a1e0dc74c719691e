"""Times in a recording: spans, the ways people and formats write a time, and media fragments.

All times are seconds as floats, from the start of the recording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TypeVar

from companion.errors import InvalidError

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of a recording: `start` and `end` in seconds, 0 <= start <= end."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end < inf:  # False for NaN, too
            raise InvalidError(
                f"A span must start at 0 or later and end after its start, not {self.start} to {self.end}."
            )

    @property
    def length(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """True if the two share more than an edge."""
        return self.start < other.end and other.start < self.end


def clock(seconds: float) -> str:
    """83.4 -> '1:23'; 3723 -> '1:02:03'. Fractions are dropped, as on any player."""
    minutes, s = divmod(int(seconds), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"


def exact(seconds: float) -> str:
    """83.4 -> '1:23.40', to be typed over by a person and read by `parse_time`."""
    whole, hundredths = divmod(round(seconds * 100), 100)
    return f"{clock(whole)}.{hundredths:02}"


def vtt_time(seconds: float) -> str:
    """83.4 -> '00:01:23.400' (WebVTT)."""
    millis = round(seconds * 1000)
    s, ms = divmod(millis, 1000)
    return f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.{ms:03}"


def srt_time(seconds: float) -> str:
    """83.4 -> '00:01:23,400' (SubRip)."""
    return vtt_time(seconds).replace(".", ",")


_COLONS = re.compile(r"(?:(\d{1,3}):(?=\d?\d:))?(\d{1,3}):([0-5]?\d(?:[.,]\d*)?)")
_UNITS = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6}(?:\.\d*)?)s)?")
_PLAIN = re.compile(r"\d{1,6}(?:\.\d*)?")


def parse_time(text: str) -> float:
    """Seconds from '83', '83.5', '1:23', '1:02:03', '00:01:23,400', '1h2m3s'; `InvalidError` for anything else."""
    text = text.strip().lower()
    if _PLAIN.fullmatch(text):
        return float(text)
    match = _COLONS.fullmatch(text) or (_UNITS.fullmatch(text) if text else None)
    if match is None:
        raise InvalidError(f"“{text[:40]}” is not a time; write it as 83, 1:23 or 1h2m3s.")
    hours, minutes, seconds = match.groups()
    return float(hours or 0) * 3600 + float(minutes or 0) * 60 + float((seconds or "0").replace(",", "."))


def parse_fragment(text: str) -> tuple[float, float | None]:
    """A media fragment's value, 'start' or 'start,end' (also 'npt:…', ',end'), as (start, end or None).

    Nonsense starts at 0, an end that is not after its start is dropped: a broken link still opens the page.
    Source: W3C Media Fragments URI 1.0, section 4.2.1.
    """
    start_text, _, end_text = text.strip().removeprefix("npt:").partition(",")
    start = _time_or(start_text, 0.0)
    end = _time_or(end_text, None)
    return start, end if end is not None and end > start else None


def _time_or(text: str, default: _T) -> float | _T:
    try:
        return parse_time(text)
    except InvalidError:
        return default


def fragment(span: Span) -> str:
    """The shortest exact 't' value for a span: '83,97.5'."""
    return f"{span.start:.3f}".rstrip("0").rstrip(".") + "," + f"{span.end:.3f}".rstrip("0").rstrip(".")


def shares(start: float, end: float, texts: Sequence[str]) -> list[tuple[float, float]]:
    """A stretch of time divided among texts said one after the other, by their lengths."""
    total = sum(map(len, texts)) or 1
    edges, said = [start], 0
    for text in texts:
        said += len(text)
        edges.append(start + (end - start) * said / total)
    return list(pairwise(edges))

"""Cues, as WebVTT and SubRip share them: a line with two times, then lines of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from companion.errors import InvalidError
from companion.timecode import parse_time

_NEWLINE = re.compile(r"\r{0,3}\n|\r")
_LONG_FRACTION = re.compile(r"([.,]\d{3})\d+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
TAG = re.compile(
    r"<(?P<close>/?)(?P<name>v|c|i|b|u|s|lang|ruby|rt|font|em|strong|span|br|p)(?=[\s./>])"
    r"(?:\.[^\s<>]{0,99})?(?P<note>[^<>]{0,199})>"
    r"|<[\d:.]{1,19}>",
    re.IGNORECASE,
)  # lengths are bounded, so that no text takes a time that grows with its square


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """One cue: seconds, `end` None if it is not a time, and its lines of raw text."""

    start: float
    end: float | None
    lines: tuple[str, ...]


def cues(text: str, *, blank_ends: bool) -> Iterator[Cue]:
    """Every block that starts with a line of two times, whatever stands above it; broken times skip a block.

    `blank_ends` says whether an empty line ends the text (WebVTT, where comments may follow) or only the next cue does
    (SubRip, where people leave empty lines in their text).
    """
    found: tuple[float, float | None] | None = None
    lines: list[str] = []
    ended = False
    for line in _NEWLINE.split(text.removeprefix("\ufeff")):
        if "-->" in line and (times := _times(line)):
            if found:
                yield Cue(start=found[0], end=found[1], lines=_text(lines, counted=not blank_ends))
            found, lines, ended = times, [], False
        elif found and not ended:
            ended = blank_ends and not line.strip()
            lines.append(line)
    if found:
        yield Cue(start=found[0], end=found[1], lines=_text(lines, counted=False))


def plain_text(text: str) -> str:
    """Cue text without tags, its character references read."""
    return _ENTITY.sub(lambda match: unescape(match.group()), TAG.sub("", text))


def _text(lines: list[str], *, counted: bool) -> tuple[str, ...]:
    if counted and lines and lines[-1].strip().isdecimal():
        lines = lines[:-1]  # the next cue's number, which stands right above its times
    return tuple(line.strip() for line in lines if line.strip())


def _times(line: str) -> tuple[float, float | None] | None:
    left, _, right = line.partition("-->")
    start, end = _time(left), _time((right.split() or [""])[0])
    return None if start is None else (start, end)


def _time(text: str) -> float | None:
    try:
        return parse_time(_LONG_FRACTION.sub(r"\1", text))
    except InvalidError:
        return None

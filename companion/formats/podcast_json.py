"""The podcast namespace's JSON transcript. Source: podcast namespace, transcript formats, version 1.0.0."""

import json
from collections.abc import Iterator
from typing import Any

from companion.errors import FeedError, InvalidError
from companion.formats.lines import UNKNOWN, Line, labelled, segments, tidy
from companion.timecode import parse_time
from companion.transcripts import Segment, Transcript


def read(text: str) -> tuple[Segment, ...]:
    """Segments in order of time; files of one word a segment, as many hosts publish, are joined into sentences.

    `FeedError` if it is not JSON or has no segment with a time and words. Segments that lack either are skipped.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"it is not JSON: {error}.") from error
    found = document.get("segments") if isinstance(document, dict) else document
    if not isinstance(found, list):
        raise FeedError("its JSON has no list “segments”.")
    return segments(_lines(found))


def write(transcript: Transcript, *, title: str) -> str:
    """Version 1.0.0; times in seconds, to the millisecond. The format has no place for `title`."""
    rows = [
        {
            **({"speaker": segment.speaker} if segment.speaker else {}),
            "startTime": round(segment.start, 3),
            "endTime": round(segment.end, 3),
            "body": segment.text,
        }
        for segment, _ in labelled(transcript)
    ]
    return json.dumps({"version": "1.0.0", "segments": rows}, ensure_ascii=False, indent=1) + "\n"


def _lines(found: list[Any]) -> Iterator[Line]:
    for row in found:
        if not isinstance(row, dict):
            continue
        # The second names are those of speech recognisers, whose raw output some hosts publish.
        start, end = (_seconds(row.get(name, row.get(also))) for name, also in _TIMES)
        body, speaker = row.get("body", row.get("text")), row.get("speaker")
        if start is not None and isinstance(body, str):
            # Every segment has its own place for a name here, so one without a name does not go on with the last.
            name = tidy(speaker) if isinstance(speaker, str) else ""
            yield Line(start=start, end=end, speaker=name or UNKNOWN, text=body)


_TIMES = (("startTime", "start"), ("endTime", "end"))


def _seconds(value: object) -> float | None:
    try:
        if isinstance(value, str):
            return parse_time(value)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    except (InvalidError, OverflowError):
        return None

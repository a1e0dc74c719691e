"""WebVTT, with speakers as voices; read tolerantly, written to the letter. Source: W3C WebVTT, sections 4 and 6."""

from collections.abc import Iterator

from companion.formats.cues import TAG, Cue, cues, plain_text
from companion.formats.lines import Line, labelled, segments, spread, tidy, until
from companion.formats.names import named_lines
from companion.timecode import vtt_time
from companion.transcripts import Segment, Transcript


def read(text: str) -> tuple[Segment, ...]:
    """Segments in order of time, a cue with several voices as several; `FeedError` if no cue can be used.

    Comments, styles, regions, cue names and settings are skipped, word times and other tags taken out. A file without
    any voice may name its speakers as SubRip files do.
    """
    found = list(cues(text, blank_ends=True))
    voiced = any("<v" in line for cue in found for line in cue.lines)
    return segments(_voices(found) if voiced else named_lines(found))


def write(transcript: Transcript, *, title: str) -> str:
    """One cue a segment, `title` in the first line; where any speaker is known, every cue has a voice."""
    blocks = [f"WEBVTT - {tidy(title)}".replace("-->", "→") if title.strip() else "WEBVTT"]
    for segment, name in labelled(transcript):
        voice = f"<v {_escape(name)}>" if name else ""
        times = f"{vtt_time(segment.start)} --> {vtt_time(until(segment))}"
        blocks.append(f"{times}\n{voice}{_escape(segment.text)}")
    return "\n\n".join(blocks) + "\n"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _voices(found: list[Cue]) -> Iterator[Line]:
    for cue in found:
        parts = [(speaker, text) for speaker, text in _spoken(" ".join(cue.lines)) if text.strip()]
        yield from spread(cue.start, cue.end, parts)


def _spoken(text: str) -> Iterator[tuple[str | None, str]]:
    """(speaker, text) for each stretch between voice tags; a voice lasts until it is closed or another speaks."""
    speaker: str | None = None
    since = 0
    for match in TAG.finditer(text):
        if (match["name"] or "").lower() == "v":
            yield speaker, plain_text(text[since : match.start()])
            speaker = None if match["close"] else tidy(plain_text(match["note"])).strip("\"'") or None
            since = match.end()
    yield speaker, plain_text(text[since:])

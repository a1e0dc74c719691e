"""SubRip (.srt), with speakers as "Name: " in front of their text. Source: podcast namespace, transcript formats."""

import re

from companion.formats.cues import cues
from companion.formats.lines import labelled, segments, tidy, until
from companion.formats.names import named_lines
from companion.timecode import srt_time
from companion.transcripts import Segment, Transcript

_POSITION = re.compile(r"\{\\[^{}]{0,99}\}|\\N")  # SubStation leftovers: {\an8}, \N


def read(text: str) -> tuple[Segment, ...]:
    """Segments in order of time; numbers may be missing or odd, fractions follow a comma or a dot. `FeedError` if no
    cue can be used."""
    return segments(named_lines(cues(_POSITION.sub(" ", text), blank_ends=False)))


def write(transcript: Transcript, *, title: str) -> str:
    """One cue a segment; SubRip has no place for `title`. Where any speaker is known, every cue names one."""
    blocks = []
    for number, (segment, name) in enumerate(labelled(transcript), start=1):
        said = segment.text.replace("-->", "→")
        named = f"{tidy(name.replace(':', ' '))}: {said}" if name else said
        blocks.append(f"{number}\n{srt_time(segment.start)} --> {srt_time(until(segment))}\n{named}\n")
    return "\n".join(blocks)

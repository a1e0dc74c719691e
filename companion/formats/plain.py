"""Plain text for reading: the title, then a paragraph for each turn, with its time and its speaker."""

from companion.formats.lines import tidy
from companion.timecode import clock
from companion.transcripts import Transcript, turns


def write(transcript: Transcript, *, title: str) -> str:
    """`title`, then "[1:23] Name: what they said" for each turn, paragraphs apart."""
    paragraphs = [tidy(title)] if title.strip() else []
    for turn in turns(transcript):
        name = f"{tidy(turn.speaker)}: " if turn.speaker else ""
        paragraphs.append(f"[{clock(turn.segments[0].start)}] {name}{tidy(turn.text)}")
    return "\n\n".join(paragraphs) + "\n"

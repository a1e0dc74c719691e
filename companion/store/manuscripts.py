"""What an episode says after the glossary and people have gone over it, before anything is redacted."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from companion.corrections import Correction, Renamed, correct, standing
from companion.glossary import Mend, everyday, mend
from companion.store.connection import Connection
from companion.store.edits import Edits
from companion.transcripts import Transcript

_ASKED = 200  # lines that are read to see whether a word is written small anywhere


@dataclass(frozen=True, kw_only=True, slots=True)
class Manuscript:
    """The machine's (or the podcaster's) `original`, and the `transcript` that was made of it.

    `mends` are what the glossary changed, `lost` the corrections that hold and whose place could not be found.
    """

    original: Transcript
    transcript: Transcript
    mends: tuple[Mend, ...]
    lost: tuple[Correction, ...]


def made_of(connection: Connection, original: Transcript) -> Manuscript:
    """Goes over a transcript with the glossary and then with the journal of its episode."""
    edits = Edits(connection)
    held = standing(edits.of_episode(original.episode))
    known = {segment.speaker for segment in original.segments if segment.speaker}
    known |= {one.edit.new for one in held if isinstance(one.edit, Renamed)} | _persons(connection, original.episode)
    names = edits.names()
    mended, mends = (
        mend(original, names, known=known, ordinary=ordinary(connection, original)) if names else (original, ())
    )
    corrected = correct(mended, held)
    return Manuscript(original=original, transcript=corrected.transcript, mends=mends, lost=corrected.lost)


def ordinary(connection: Connection, transcript: Transcript | None = None) -> Callable[[str], bool]:
    """Tells whether a word in small letters is an everyday one: known as such, or written small in any talk."""
    here = {word for segment in transcript.segments for word in segment.text.split()} if transcript else set()
    small = {word.strip('.,;:!?…"”’)') for word in here}

    @cache
    def is_ordinary(word: str) -> bool:
        if word in everyday() or word in small:
            return True
        rows = connection.all(
            """
            select s.text from segments_fts f join segments s on s.key = f.rowid
            where f.segments_fts match :word limit :n
            """,
            word=f'text : "{word}"',
            n=_ASKED,
        )
        written = re.compile(rf"\b{re.escape(word)}\b")
        return any(written.search(row["text"]) for row in rows)

    return is_ordinary


def _persons(connection: Connection, episode: str) -> set[str]:
    row = connection.one("select persons from episodes where id = :id", id=episode)
    return {one["name"] for one in json.loads(row["persons"])} if row else set()

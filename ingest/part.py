"""A download half done: the part file, the note beside it, and the rules by which it may be continued.

Podcast hosts splice advertisements into each answer, so the second half of one answer need not fit the first half of
another. A part is continued only while a validator (RFC 9110, 13.1.5) vouches that the whole is still the same one.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

# A Last-Modified closer than this to the answer's Date may be shared by two different bodies.
_SETTLED = timedelta(seconds=60)
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What is known of the body a part belongs to: the address asked, the one that answered, type, validator, bytes."""

    asked: str
    url: str
    type: str
    validator: str
    size: int


class Part:
    """The part file of `to` for the address `asked`."""

    def __init__(self, to: Path, asked: str) -> None:
        self.to = to
        self.asked = asked
        self.path = to.with_name(to.name + ".part")
        self._note_path = to.with_name(to.name + ".part.json")

    @property
    def held(self) -> int:
        """Bytes that may be continued; 0 when the download has to begin at the start."""
        note = self.note
        size = self.path.stat().st_size if note is not None and self.path.exists() else 0
        return size if note is not None and size <= note.size else 0

    @property
    def note(self) -> Note | None:
        """The note, or None if there is none that fits the address asked."""
        try:
            note = Note(**json.loads(self._note_path.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):  # never written, or not wholly
            return None
        return note if note.asked == self.asked else None

    def begin(self, note: Note | None) -> None:
        """Start over. The file is emptied before the note changes, so that no kill pairs a new note with old bytes."""
        self.path.write_bytes(b"")
        self._note_path.unlink(missing_ok=True)
        if note is not None:
            self._note_path.write_text(json.dumps(asdict(note)), "utf-8")

    def drop(self) -> None:
        """Forget the download."""
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)

    def request(self) -> dict[str, str]:
        """The headers that ask for the rest, none when the whole is wanted."""
        note, held = self.note, self.held
        return {"Range": f"bytes={held}-", "If-Range": note.validator} if note is not None and held else {}

    def continued_by(self, headers: Mapping[str, str]) -> bool:
        """True if a 206 with these headers carries on where the part ends, in the same body."""
        note, match = self.note, _RANGE.fullmatch(headers.get("content-range", ""))
        if note is None or match is None:
            return False
        start, _, total = (int(group) for group in match.groups())
        same = note.validator in (headers.get("etag"), headers.get("last-modified"))
        return same and start == self.held and total == note.size

    def finish(self) -> tuple[int, str]:
        """Put the whole file in its place, safely on the disk first; its bytes and SHA-256."""
        with self.path.open("rb+") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            os.fsync(file.fileno())
        self.path.replace(self.to)
        self._note_path.unlink(missing_ok=True)
        return size, digest


def validator(headers: Mapping[str, str]) -> str | None:
    """The header value that names this very body: a strong ETag, or a Last-Modified old enough to be one."""
    etag = headers.get("etag", "")
    if etag.startswith('"'):
        return etag
    modified = headers.get("last-modified", "")
    try:
        settled = parsedate_to_datetime(headers["date"]) - parsedate_to_datetime(modified) >= _SETTLED
    except (KeyError, TypeError, ValueError):
        return None
    return modified if settled else None

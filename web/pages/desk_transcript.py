"""What the desk's page of a transcript is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from companion.feeds import Episode
from companion.glossary import Offer
from companion.store import Mended, Stray
from companion.themes import Theme
from web.pages.desk import DeskPage
from web.pages.parts import Line, Play


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A stretch of one turn, short enough to correct at once: its words are those from `first` up to `end`.

    It is played from `start`; its first word is said at `said`, which stays when words come in before it. `opens` says
    that its turn begins here, `voice` numbers the speakers from 1. `hidden` are the places of its lines that hold
    something redacted. Its turn goes on until second `until`, over `more` passages after it.
    """

    first: int
    end: int
    start: float
    said: float
    speaker: str | None
    voice: int
    opens: bool
    until: float
    more: int
    lines: tuple[Line, ...]
    hidden: frozenset[int]
    play: Play | None

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(" ".join(line.text.split()) for line in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A speaker (None: nobody known) with the number of turns."""

    name: str | None
    turns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """One line of the journal, told: `what` was done, to `before`, which is `after` by now; either may be empty.

    `stands` is False for what was taken back; `key` is what to take back next: the edit, or its taking back. `start` is
    where in the recording, None for what has no place.
    """

    key: int
    what: str
    before: str
    after: str
    start: float | None
    by: str
    at: datetime
    stands: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """The passage that is open for correction: `text` and `speaker` as a person has written them, `trouble` with that.

    `changed` says that the trouble is that it reads otherwise by now.
    """

    passage: Passage
    text: str
    speaker: str
    trouble: str
    changed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptPage(DeskPage):
    """A transcript to be corrected. `original` shows the machine's own words instead, which nothing changes.

    `trouble` is something that could not be done and has no passage of its own; `kept` are words it was about, unless
    it belongs to the form `troubled` ("rename" or "learn"), which has what was `typed`.
    """

    template: ClassVar[str] = "desk/transcript.html"
    episode: Episode
    play: Play | None
    passages: tuple[Passage, ...]
    open: Open | None
    original: bool
    trouble: str
    kept: str
    troubled: str
    typed: Mapping[str, str]
    voices: tuple[Voice, ...]
    edits: tuple[Edited, ...]
    older: int
    lost: tuple[Edited, ...]
    strays: tuple[tuple[Stray, Theme], ...]
    names: tuple[str, ...]
    offers: tuple[Offer, ...]
    mended: tuple[Mended, ...]

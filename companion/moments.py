"""Moments: stretches of talk that show one theme, proposed by the tagger."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from companion.timecode import Span
from companion.wording import shortened

_SHOWN = 80  # characters of a line that a reason names


class State(StrEnum):
    """What a person has said of a moment; `proposed` means nobody has yet."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """The tagger's reason: a sentence for people, and its parts as (what, weight), strongest first.

    `like` is the accepted line that the words resemble most, empty where none does, or where it may not be seen.
    """

    sentence: str
    parts: tuple[tuple[str, float], ...]
    like: str = ""

    @property
    def told(self) -> str:
        """The sentence, and the line that it resembles."""
        if not self.like:
            return self.sentence
        return f"{self.sentence}; like the accepted “{shortened(self.like, _SHOWN)}”"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A proposal: `quote` shows `theme` during `span`; `before` and `after` are the words around it.

    `score` is 0 to 1 and not a probability; `tagger` is the version that made the proposal.
    """

    id: str
    episode: str
    theme: str
    span: Span
    quote: str
    speaker: str | None
    before: str
    after: str
    score: float
    why: Why
    tagger: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """A moment as the public sees it: the proposal, what a person has said of it, and the reviewer's words.

    `note` and `title` may be empty; `exercise` is the slug of the one a person chose for it.
    """

    moment: Moment
    state: State
    note: str
    title: str = ""
    exercise: str | None = None


def moment_id(episode: str, theme: str, quote: str) -> str:
    """The lasting id of a moment: from its episode, theme and words, so that a new run gives it the same one."""
    words = " ".join("".join(c for c in quote.lower() if c.isalnum() or c.isspace()).split())
    return hashlib.blake2b(f"{episode}\n{theme}\n{words}".encode(), digest_size=6).hexdigest()

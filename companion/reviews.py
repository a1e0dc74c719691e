"""What people decide about moments; append-only, the newest review of a moment counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companion.moments import State
from companion.timecode import Span


class Verdict(StrEnum):
    """A person's decision about one moment."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One decision: who (`reviewer`), when (`at`, UTC), what, about which moment, and why (`note`, may be empty).

    With a rejection, `instead` may name the theme that the words show in truth. With an acceptance, `span` and `quote`
    may say where the moment really begins and ends, and the words said there.
    """

    moment: str
    verdict: Verdict
    reviewer: str
    at: datetime
    note: str
    instead: str | None = None
    span: Span | None = None
    quote: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What the tagger can learn from the newest review of a moment, kept even if the moment itself is gone.

    `text` shows `theme` or not (`verdict`), `before` are the words before it, `tagger` the version that proposed it,
    `instead` the theme it shows in truth, if a person named one.
    """

    theme: str
    text: str
    before: str
    tagger: str
    verdict: Verdict
    instead: str | None


def state(review: Review | None) -> State:
    """The state that the newest review of a moment puts it in."""
    if review is None:
        return State.PROPOSED
    return State.ACCEPTED if review.verdict is Verdict.ACCEPT else State.REJECTED

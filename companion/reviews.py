"""What people decide about moments; append-only, the newest review of a moment counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companion.moments import State


class Verdict(StrEnum):
    """A person's decision about one moment."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One decision: who (`reviewer`), when (`at`, UTC), what, about which moment, and why (`note`, may be empty)."""

    moment: str
    verdict: Verdict
    reviewer: str
    at: datetime
    note: str


def state(review: Review | None) -> State:
    """The state that the newest review of a moment puts it in."""
    if review is None:
        return State.PROPOSED
    return State.ACCEPTED if review.verdict is Verdict.ACCEPT else State.REJECTED

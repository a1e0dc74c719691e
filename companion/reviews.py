"""What people decide about moments; append-only, the newest review of a moment counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companion.moments import Moment, State
from companion.timecode import Span


class Verdict(StrEnum):
    """A person's decision about one moment."""

    ACCEPT = "accept"
    REJECT = "reject"
    OPEN = "open"  # nobody has decided, or a decision was taken back; what was written and cut so far is kept with it


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One decision: who (`reviewer`), when (`at`, UTC), what, about which moment, and why (`note`, may be empty).

    With a rejection, `instead` may name the theme that the words show in truth. With an acceptance, `span` and `quote`
    may say where the moment really begins and ends, and the words said there. `title` is its name, empty where it has
    none; `exercise` the slug of the one to try after hearing it.
    """

    moment: str
    verdict: Verdict
    reviewer: str
    at: datetime
    note: str
    instead: str | None = None
    span: Span | None = None
    quote: str | None = None
    title: str = ""
    exercise: str | None = None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A moment as the desk sees it: as it was proposed, its newest review, and that review's number (0: none yet).

    Whoever decides says which number they had seen, so that nothing newer is overwritten unseen.
    """

    moment: Moment
    review: Review | None
    seen: int

    @property
    def state(self) -> State:
        """What people have said of it."""
        return state(self.review)

    @property
    def span(self) -> Span:
        """Where it begins and ends: as a person set it, else as it was proposed."""
        return self.review.span if self.review and self.review.span else self.moment.span

    @property
    def quote(self) -> str:
        """The words said there."""
        return self.review.quote if self.review and self.review.quote else self.moment.quote


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A review to be appended by somebody who had `seen` the moment's review of that number (0: none).

    `made` is the moment itself, where a person found it.
    """

    review: Review
    seen: int
    made: Moment | None = None


def state(review: Review | None) -> State:
    """The state that the newest review of a moment puts it in."""
    if review is None or review.verdict is Verdict.OPEN:
        return State.PROPOSED
    return State.ACCEPTED if review.verdict is Verdict.ACCEPT else State.REJECTED

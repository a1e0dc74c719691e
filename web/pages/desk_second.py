"""What the pages of second opinions are given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.agreement import Agreement
from companion.opinions import Opinion
from companion.reviews import Verdict
from companion.themes import Theme
from web.pages.desk import DeskPage
from web.pages.parts import MomentCard


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """A decided moment as it was proposed, the decision being kept from view; `mine` is what was said of it before."""

    card: MomentCard
    mine: Opinion | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeAgreement:
    """How far people agree on a theme, in `words`, and as a `kappa` where there is enough to say one."""

    theme: Theme
    agreement: Agreement
    kappa: float | None
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondPage(DeskPage):
    """The next moment for a second opinion, None if there is none. `left` of them wait, `given` have been given.

    `note` and `instead` are what its form holds, `trouble` is what is wrong with that. `before` is the one that was
    judged just now, `unsettled` counts the disagreements.
    """

    template: ClassVar[str] = "desk/second.html"
    unseen: Unseen | None
    note: str
    instead: str
    trouble: str
    left: int
    given: int
    before: Unseen | None
    unsettled: int
    themes: tuple[Theme, ...]
    agreements: tuple[ThemeAgreement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one person said: `of` is whose opinion it is, empty for the verdict as it stands."""

    who: str
    of: str
    verdict: Verdict
    instead: Theme | None
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispute:
    """A moment to settle; `seen` is the number of its newest review, `note` what was written and could not be kept."""

    card: MomentCard
    sides: tuple[Side, ...]
    seen: int
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DisagreementsPage(DeskPage):
    """Where people disagree; `trouble` says what came in between, if something did.

    `settled` says what came of the one that was settled just now, "" if none was; its `place` was before that of the
    disputes from that number on.
    """

    template: ClassVar[str] = "desk/disagreements.html"
    disputes: tuple[Dispute, ...]
    trouble: str
    settled: str
    place: int

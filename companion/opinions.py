"""Second opinions: what another person says of a decided moment without having seen the decision."""

from dataclasses import dataclass, replace
from datetime import datetime

from companion.reviews import Case, Review, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """One second opinion: who (`reviewer`), when (`at`, UTC), what, about which moment, and why (`note`, may be empty).

    With a rejection, `instead` may name the theme that the words show in truth.
    """

    moment: str
    verdict: Verdict
    reviewer: str
    at: datetime
    note: str
    instead: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """A moment that people judged differently and nobody has settled: its verdict as it stands, and the opinions."""

    case: Case
    review: Review
    opinions: tuple[Opinion, ...]

    def settled(self, by: str, at: datetime, *, note: str, on: Opinion | None) -> Review:
        """The review that ends it: on an opinion's side, or (None) on that of the verdict as it stands.

        Edges, title and exercise stay as they are; so does the note of the side that is taken, if none is given.
        """
        side = on or self.review
        return replace(
            self.review, verdict=side.verdict, instead=side.instead, reviewer=by, at=at, note=note or side.note
        )

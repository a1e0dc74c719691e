"""In which order an episode's moments are offered, and which of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from companion.moments import State
from companion.reviews import Case
from companion.tagging import asking
from companion.themes import themes
from web import links

ORDERS = {
    "asking": "Most useful first",
    "unsure": "Least sure first",
    "time": "By time",
    "theme": "By theme",
    "score": "Surest first",
}
_USUAL = "asking"
STATES = {"": "All", "proposed": "Undecided", "accepted": "Accepted", "rejected": "Rejected"}


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """How the queue is looked at: an order of `ORDERS`, a state of `STATES` and a theme's slug, "" for all."""

    order: str
    state: str
    theme: str

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The (name, value) that an address or a form keeps it in; what is usual is left out."""
        usual = {"order": _USUAL, "state": "", "theme": ""}
        named = (("order", self.order), ("state", self.state), ("theme", self.theme))
        return tuple((name, value) for name, value in named if value != usual[name])


def view(asked: dict[str, str]) -> View:
    """The view that an address or a form asks for; nonsense is the usual one."""
    order, state, theme = (asked.get(name, "") for name in ("order", "state", "theme"))
    return View(order=order if order in ORDERS else _USUAL, state=state if state in STATES else "", theme=theme[:80])


def href(episode: str, view: View, moment: str | None = None) -> str:
    """The address of an episode's review, open at a moment."""
    query = urlencode([*view.fields, *([("moment", moment)] if moment else [])])
    return links.review(episode) + (f"?{query}" if query else "")


def ordered(cases: Sequence[Case], view: View, keep: str | None = None) -> tuple[Case, ...]:
    """The moments that the view shows, in its order; the one with the id `keep` in any case.

    Nothing a person does moves a moment to another place.
    """
    shown = [
        case
        for case in cases
        if case.moment.id == keep or (view.state in ("", case.state) and view.theme in ("", case.moment.theme))
    ]
    if view.order == "asking":
        return tuple(shown[place] for place in asking.order([case.moment.score for case in shown]))
    places = {slug: place for place, slug in enumerate(themes())}
    keys = {
        "unsure": lambda case: (abs(case.moment.score - 0.5), case.moment.span.start),
        "time": lambda case: (case.moment.span.start, case.moment.theme),
        "theme": lambda case: (places.get(case.moment.theme, len(places)), -case.moment.score),
        "score": lambda case: (-case.moment.score, case.moment.span.start),
    }
    return tuple(sorted(shown, key=keys[view.order]))


def following(queue: Sequence[Case], moment: str | None) -> Case | None:
    """The next undecided moment after one, around the end to the beginning; None if all are decided."""
    at = next((number for number, case in enumerate(queue) if case.moment.id == moment), -1)
    turned = [*queue[at + 1 :], *queue[: max(at, 0)]]
    return next((case for case in turned if case.state is State.PROPOSED), None)

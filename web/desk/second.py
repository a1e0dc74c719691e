"""Second opinions: decided moments judged again by somebody who doesn't see the decision, and what comes of it."""

from collections.abc import Mapping
from dataclasses import replace

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.agreement import Agreement, agreements
from companion.errors import InvalidError, NotFoundError, StaleError
from companion.moments import Clip, Moment, State
from companion.opinions import Disagreement, Opinion
from companion.reviews import Case, Verdict
from companion.themes import themes
from web import cards
from web.desk.desk import Desk, Form
from web.pages.desk_second import DisagreementsPage, Dispute, SecondPage, Side, ThemeAgreement, Unseen
from web.pages.parts import MomentCard

_HERE = "/desk/second"
_DISAGREEMENTS = f"{_HERE}/disagreements"
_NOTE = 1000  # letters of a reason
_FEW = 10  # moments judged twice, below which a kappa jumps with every one of them
_STANDS = {Verdict.ACCEPT: "accepted", Verdict.REJECT: "rejected", Verdict.OPEN: "reopened"}
# how much a kappa is: the steps of J. R. Landis and G. G. Koch, Biometrics 33 (1977), 159-174, in words of our own
_STEPS = ((0.8, "very good"), (0.6, "good"), (0.4, "fair"), (0.2, "weak"), (0.0, "hardly better than chance"))


@get(_HERE, sync_to_thread=True)
def second(request: Request, desk: NamedDependency[Desk]) -> Response[bytes]:
    """The next moment that waits for this person's opinion: those that were passed over come again at the end.

    `?after=` names the one that was judged just now, to change one's mind; `?past=` one that was passed over.
    """
    asked = request.query_params
    waiting = desk.store.opinions.waiting(desk.user.name, limit=1, past=asked.get("past") or asked.get("after", ""))
    return _show(desk, next(iter(waiting), None), _before(request, desk))


@get(f"{_HERE}/{{moment:str}}", sync_to_thread=True)
def one(moment: FromPath[str], desk: NamedDependency[Desk]) -> Response[bytes]:
    """One moment for a second opinion, or for another one."""
    return _show(desk, desk.store.opinions.unseen(moment, desk.user.name), None)


@post(f"{_HERE}/{{moment:str}}", sync_to_thread=True)
def give(moment: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response[None] | Response[bytes]:
    """Keeps an opinion, and goes on to the next moment."""
    try:
        opinion = _opinion(desk, moment, data)
        with desk.store.atomic(shown=False):
            desk.store.opinions.give(opinion)
            case = desk.store.reviewing.case(moment)
            desk.note("second opinion", desk.about(case.quote, case.moment.episode))
    except InvalidError as error:
        try:
            unseen = desk.store.opinions.unseen(moment, desk.user.name)
        except NotFoundError:  # there is no form for it any more
            raise error from None
        return _show(desk, unseen, None, typed=data, trouble=error.message, status=400)
    return desk.go(f"{_HERE}?after={moment}")


@get(_DISAGREEMENTS, sync_to_thread=True)
def disagreements(request: Request, desk: NamedDependency[Desk]) -> Response[bytes]:
    """Where people disagree, to be settled. `?settled=` names the one that was settled just now."""
    return _show_disagreements(desk, settled=_settled(request, desk))


@post(f"{_HERE}/{{moment:str}}/settle", sync_to_thread=True)
def settle(moment: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response[None] | Response[bytes]:
    """Ends a disagreement on the side of one of those who differ; if somebody was faster, says how it stands."""
    found = desk.store.opinions.disagreement(moment)
    side, seen = data.get("side", ""), data.get("seen", "")
    opinions = {opinion.reviewer: opinion for opinion in found.opinions}
    if (side and side not in opinions) or not (seen.isdecimal() and len(seen) < 19):
        raise InvalidError("A disagreement is settled by taking one of its sides.")
    try:
        note = _noted(data)
    except InvalidError as error:
        return _show_disagreements(desk, trouble=error.message, typed={moment: data.get("note", "")}, status=400)
    final = found.settled(desk.user.name, desk.now, note=note, on=opinions[side] if side else None)
    try:
        with desk.store.atomic():
            desk.store.opinions.settle(final, seen=int(seen))
            desk.note(f"settle on {final.verdict}", desk.about(found.case.quote, found.case.moment.episode))
    except StaleError:
        review, quote = found.review, found.case.quote
        told = f"Meanwhile {review.reviewer} has {_STANDS[review.verdict]} “{quote}”. Nothing was changed by you."
        return _show_disagreements(desk, trouble=told, typed={moment: note}, status=409)
    return desk.go(f"{_DISAGREEMENTS}?settled={moment}#settled")


def _opinion(desk: Desk, moment: str, data: Form) -> Opinion:
    verdict = data.get("verdict", "")
    instead = data.get("instead") or None
    if verdict not in (Verdict.ACCEPT, Verdict.REJECT):
        raise InvalidError("An opinion accepts the moment or rejects it.")
    if instead and instead not in themes():
        raise InvalidError(f"There is no theme “{instead}”.")
    return Opinion(
        moment=moment,
        verdict=Verdict(verdict),
        reviewer=desk.user.name,
        at=desk.now,
        note=_noted(data),
        instead=instead if verdict == Verdict.REJECT else None,
    )


def _noted(data: Form) -> str:
    """The reason that was written, a line's end counted once, as browsers do; `InvalidError` if it is too long."""
    note = data.get("note", "").replace("\r\n", "\n").strip()
    if len(note) > _NOTE:
        raise InvalidError(f"The reason is {len(note)} letters long; {_NOTE} fit.")
    return note


def _show(
    desk: Desk,
    moment: Moment | None,
    before: Unseen | None,
    *,
    typed: Mapping[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response[bytes]:
    """The page with a moment; `typed` is what its form came with, `trouble` what is wrong with that."""
    opinions, me = desk.store.opinions, desk.user.name
    figures = agreements(opinions.pairs(), themes())
    mine = opinions.mine(moment.id, me) if moment else None
    known = {"note": mine.note, "instead": mine.instead or ""} if mine else {}
    written = known if typed is None else typed
    return desk.show(
        SecondPage(
            site=desk.site,
            user=desk.user,
            csrf=desk.csrf,
            unseen=Unseen(card=_unseen(desk, moment), mine=mine) if moment else None,
            note=written.get("note", ""),
            instead=written.get("instead", ""),
            trouble=trouble,
            left=opinions.left(me),
            given=opinions.given(me),
            before=before,
            unsettled=len(opinions.disagreements()),
            themes=tuple(themes().values()),
            agreements=tuple(
                ThemeAgreement(
                    theme=cards.theme_of(one.theme),
                    agreement=one,
                    kappa=one.kappa if one.judged >= _FEW else None,
                    words=_words(one),
                )
                for one in figures
            ),
        ),
        status,
    )


def _before(request: Request, desk: Desk) -> Unseen | None:
    """What this person judged just now, as long as they may change their mind about it."""
    id = request.query_params.get("after", "")
    mine = desk.store.opinions.mine(id, desk.user.name)
    if mine is None:
        return None
    try:
        moment = desk.store.opinions.unseen(id, desk.user.name)
    except NotFoundError:  # settled since, or taken back or out
        return None
    return Unseen(card=_unseen(desk, moment), mine=mine)


def _unseen(desk: Desk, moment: Moment) -> MomentCard:
    """A moment as if nobody had decided it; its page leads nowhere that tells."""
    card = desk.cards.moment(Clip(moment=moment, state=State.PROPOSED, note=""))
    return replace(card, play=replace(card.play, page=f"{_HERE}/{moment.id}") if card.play else None)


def _settled(request: Request, desk: Desk) -> Case | None:
    """The moment whose disagreement was settled just now, as it stands."""
    try:
        found = desk.store.opinions.disagreement(request.query_params.get("settled", ""))
    except NotFoundError:
        return None
    return found.case if found.opinions else None


def _show_disagreements(
    desk: Desk,
    *,
    trouble: str = "",
    typed: Mapping[str, str] = {},
    settled: Case | None = None,
    status: int = 200,
) -> Response[bytes]:
    """The page; `typed` has what was written for a moment, by its id."""
    waiting = desk.store.opinions.disagreements()
    if settled and settled.moment.id in {one.case.moment.id for one in waiting}:
        settled = None  # it was not, or they differ again
    return desk.show(
        DisagreementsPage(
            site=desk.site,
            user=desk.user,
            csrf=desk.csrf,
            disputes=tuple(_dispute(desk, one, typed.get(one.case.moment.id, "")) for one in waiting),
            trouble=trouble,
            settled=f"“{settled.quote}” is {_STANDS[settled.review.verdict]}." if settled and settled.review else "",
            place=sum(_place(one.case) < _place(settled) for one in waiting) if settled else 0,
        ),
        status,
    )


def _dispute(desk: Desk, found: Disagreement, note: str) -> Dispute:
    said = found.case
    moment = replace(said.moment, span=said.span, quote=said.quote)
    card = desk.cards.moment(Clip(moment=moment, state=said.state, note=found.review.note))
    standing = Side(
        who=found.review.reviewer,
        of="",
        verdict=found.review.verdict,
        instead=cards.theme_of(found.review.instead) if found.review.instead else None,
        note=found.review.note,
    )
    others = (
        Side(
            who=opinion.reviewer,
            of=opinion.reviewer,
            verdict=opinion.verdict,
            instead=cards.theme_of(opinion.instead) if opinion.instead else None,
            note=opinion.note,
        )
        for opinion in found.opinions
    )
    return Dispute(card=card, sides=(standing, *others), seen=said.seen, note=note)


def _place(case: Case) -> tuple[str, float, str]:
    """Where a moment stands among the disagreements."""
    return case.moment.episode, case.moment.span.start, case.moment.id


def _words(agreement: Agreement) -> str:
    if agreement.judged < _FEW:
        return "too few to tell"
    if agreement.kappa is None:
        return "too much alike to tell"
    kappa = agreement.kappa
    return next((words for least, words in _STEPS if kappa > least), "no better than chance")


HANDLERS: tuple[HTTPRouteHandler, ...] = (second, one, give, disagreements, settle)

"""Reviewing an episode: its moments one after another, decided with one key or one press."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.deciding import Act, Wish, changes, checked, found, themes_name
from companion.errors import InvalidError, NotFoundError, StaleError
from companion.moments import State
from companion.reviews import Case, Change
from companion.timecode import parse_time
from web.deps import STREAMED
from web.desk import queue
from web.desk.desk import Desk, Form
from web.desk.guards import wants_json
from web.desk.review_page import Table, page, stale_page
from web.media import respond

_HERE = "/desk/episodes/{episode_id:str}"
_DEEDS = {
    Act.ACCEPT: "accept",
    Act.REJECT: "reject",
    Act.OPEN: "undecided again",
    Act.WORDS: "title, note, exercise",
    Act.SPLIT: "cut in two",
}
_TIMED = {Act.EDGES, Act.START, Act.END, Act.SPLIT}


@get(_HERE, sync_to_thread=True)
def review(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """An episode with its moments in place, and the one that is next, or that the address asks for."""
    asked = dict(request.query_params)
    return desk.show(page(Table(desk, episode_id), queue.view(asked), asked.get("moment")))


@post(f"{_HERE}/acts", sync_to_thread=True)
def act(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """Decides, cuts, writes to or takes back; the form's `act` says which, or a `theme` that was pressed.

    A script gets the new numbers and states as JSON, a form is sent on to the next moment. Where somebody else was
    first: 409, with a page that shows both.
    """
    table, view = Table(desk, episode_id), queue.view(data)
    desk.cards.episode(episode_id)  # there is one
    moment = data.get("moment", "")
    name = data.get("act") or ("theme" if data.get("theme-chosen") else "")
    try:
        if name == "undo":
            touched = _undo(table, data)
        elif name == "add":
            touched = _add(table, data)
        else:
            touched = _decide(table, name, moment, data)
    except StaleError as error:
        return desk.show(stale_page(table, view, error.moment, name, data), status=409)
    except InvalidError as error:
        if wants_json(request):
            return Response({"trouble": error.message}, status_code=400, headers={"cache-control": "no-store"})
        return desk.show(page(table, view, moment, typed=data, trouble=error.message), status=400)
    if wants_json(request):
        return Response(_told(table, touched), headers={"cache-control": "no-store"}, status_code=200)
    return desk.go(_onward(table, view, name, touched[0] if name in ("undo", "add") and touched else moment))


def _decide(table: Table, name: str, moment: str, data: Form) -> tuple[str, ...]:
    if name not in set(Act):
        raise InvalidError("Press one of the buttons: nothing was asked for.")
    wish = _wish(table, Act(name), data)
    case = table.case(moment)
    seen = _number(data.get("seen", ""))
    if case.seen != seen and wish.act not in (Act.ACCEPT, Act.REJECT, Act.THEME) and not _stand(table, wish, case):
        raise StaleError(moment)
    made = list(changes(wish, _as_seen(case, seen), lambda: table.talk, table.seconds))
    asked = _asked(data) if wish.act in (Act.ACCEPT, Act.REJECT) else ()
    made += _together(table, wish, asked, data)
    with _noted(table, _deed(wish), case.quote):
        table.desk.store.reviewing.decide(made)
    return tuple(dict.fromkeys((moment, *(change.review.moment for change in made), *asked)))


def _stand(table: Table, wish: Wish, case: Case) -> bool:
    """Whether words stand there already: somebody's own, sent again since the answer was lost."""
    return wish.act is Act.WORDS and not changes(wish, case, lambda: table.talk, table.seconds)


def _as_seen(case: Case, seen: int) -> Case:
    return Case(moment=case.moment, review=case.review, seen=seen)


def _asked(data: Form) -> tuple[str, ...]:
    """Those that say nearly the same and are to be decided together: fields "near.ID" with the number that was seen."""
    return tuple(field.removeprefix("near.") for field in data if field.startswith("near."))


def _together(table: Table, wish: Wish, asked: Sequence[str], data: Form) -> list[Change]:
    """The same decision for them; what somebody else has decided meanwhile stands, as nobody has looked at it."""
    alike = Wish(act=wish.act, reviewer=wish.reviewer, at=wish.at, title="", note="", exercise="")
    here = {case.moment.id: case for case in table.cases} if asked else {}  # the tagger may have dropped one since
    near = [here[id] for id in asked if id in here]
    unseen = [other for other in near if other.seen == _number(data[f"near.{other.moment.id}"])]
    return [one for other in unseen for one in changes(alike, other, lambda: table.talk, table.seconds)]


def _add(table: Table, data: Form) -> tuple[str, ...]:
    wish = _wish(table, Act.ACCEPT, {**data, "title": "", "note": "", "exercise": ""}, adds=True)
    if wish.start is None or wish.end is None:
        raise InvalidError("Say from when to when, as 83, 1:23 or 1h2m3s.")
    cut = table.talk.cut(wish.start, wish.end)
    checked(wish, cut, table.seconds)
    change = found(wish, table.id, cut)
    with _noted(table, f"add as {themes_name(wish.theme or '')}", cut.quote):
        table.desk.store.reviewing.decide((change,))
    return (change.review.moment,)


def _undo(table: Table, data: Form) -> tuple[str, ...]:
    seen = _number(data["undoable"]) if "undoable" in data else None
    desk = table.desk
    with desk.store.atomic():
        before = {case.moment.id: case.quote for case in table.cases}
        touched = desk.store.reviewing.undo(table.id, desk.user.name, desk.now, undoable=seen)
        if touched:
            desk.note("take back", desk.about(before[touched[0]], table.id))
    return touched


@contextmanager
def _noted(table: Table, deed: str, quote: str) -> Iterator[None]:
    """One transaction for an act and its line in the audit trail; there is none where nothing new is written."""
    desk = table.desk
    with desk.store.atomic():
        before = desk.store.reviewing.undoable(table.id, desk.user.name)
        yield
        if desk.store.reviewing.undoable(table.id, desk.user.name) != before:
            desk.note(deed, desk.about(quote, table.id))


def _deed(wish: Wish) -> str:
    if wish.act is Act.THEME:
        return f"accept as {themes_name(wish.theme or '')}"
    return _DEEDS.get(wish.act, "edges")


def _wish(table: Table, act: Act, data: Form, *, adds: bool = False) -> Wish:
    return Wish(
        act=act,
        reviewer=table.desk.user.name,
        at=table.desk.now,
        title=" ".join(data.get("title", "").split()),
        note=data.get("note", "").strip(),
        exercise=data.get("exercise", ""),
        theme=data.get("theme-chosen"),
        start=_second(data.get("start", "")) if act in _TIMED or adds else None,
        end=_second(data.get("end", "")) if act in _TIMED or adds else None,
    )


def _told(table: Table, touched: Sequence[str]) -> dict[str, object]:
    """What a script needs: how each moment that was touched stands, and by whom (`by`); and what is left."""
    cases = {case.moment.id: case for case in table.cases}
    return {
        "cases": [_standing(cases[id]) if id in cases else {"id": id, "gone": True} for id in touched],
        "left": sum(case.state is State.PROPOSED for case in cases.values()),
        "undoable": table.desk.store.reviewing.undoable(table.id, table.desk.user.name),
    }


def _standing(case: Case) -> dict[str, object]:
    by = case.review.reviewer if case.review else None
    return {"id": case.moment.id, "seen": case.seen, "state": case.state, "by": by}


def _onward(table: Table, view: queue.View, name: str, moment: str) -> str:
    """Where a form leads: after a decision to the next moment, otherwise to the same one."""
    if name in (Act.ACCEPT, Act.REJECT, Act.THEME):
        waiting = queue.following(queue.ordered(table.cases, view, keep=moment), moment)
        moment = waiting.moment.id if waiting else moment
    return queue.href(table.id, view, moment) + "#at"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _second(text: str) -> float | None:
    return parse_time(text) if text.strip() else None


@get(f"{_HERE}/peaks", opt=STREAMED, sync_to_thread=True)
def peaks(episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """How loud the audio is, fifty bytes a second."""
    stored = desk.cards.audio(desk.cards.episode(episode_id).id)
    if stored is None:
        raise NotFoundError("audio of", episode_id)
    try:
        loud = (desk.settings.peaks / stored.peaks).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError("waveform of", episode_id) from error
    return Response(loud, media_type="application/octet-stream", headers={"cache-control": "no-store"})


@get(f"{_HERE}/audio", opt=STREAMED, sync_to_thread=True)
def audio(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """The audio as it came, whatever the public hears of it, and whether or not the episode is out."""
    stored = desk.cards.audio(desk.cards.episode(episode_id).id)
    if stored is None:
        raise NotFoundError("audio of", episode_id)
    try:
        file = (desk.settings.audio / stored.file).open("rb")
    except FileNotFoundError as error:
        raise NotFoundError("audio of", episode_id) from error
    return respond(request, stored, file)


HANDLERS: tuple[HTTPRouteHandler, ...] = (review, act, peaks, audio)

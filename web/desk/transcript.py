"""Correcting a transcript: words, voices, turns and names, each act a form that works without scripts."""

from collections.abc import Callable

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import InvalidError
from companion.store import Actor, ChangedError, Chosen
from companion.wording import count
from web import links
from web.desk import passages
from web.desk.desk import Desk, Form
from web.desk.transcript_page import manuscript_of, opened, page, refused
from web.errors import wants_json
from web.pages.desk_transcript import Passage, TranscriptPage

_HERE = "/desk/episodes/{episode_id:str}/transcript"
_SECTIONS = {  # of the page, by the form that leads back to it
    "rename": "voices",
    **dict.fromkeys(("undo", "revert"), "edits"),
    **dict.fromkeys(("learn", "forget", "unmend"), "glossary"),
}


@get(_HERE, sync_to_thread=True)
def transcript(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """The transcript: `?turn=` opens the passage with that word, `?original=1` shows the machine's words."""
    asked = request.query_params
    shown = page(desk, episode_id, original="original" in asked, everything="all" in asked)
    return desk.show(opened(shown, _holding(shown, _number(asked.get("turn", "")))))


@post(f"{_HERE}/words", sync_to_thread=True)
def words(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Makes a passage read as it was written here."""

    def act(here: Chosen, by: Actor) -> None:
        if desk.store.corrections.reword(here, data.get("text", ""), by):
            desk.note("correct words", desk.about(here.was, episode_id))

    return _acted(request, desk, episode_id, data, act)


@post(f"{_HERE}/voice", sync_to_thread=True)
def voice(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives a turn to a speaker, from one of its words on: so it is split, if that is not its first."""
    begin = _number(data.get("from", "")) or 0

    def act(here: Chosen, by: Actor) -> None:
        turn, speaker = _turn(desk, here, begin), data.get("speaker", "")
        desk.store.corrections.give(turn, speaker, by)
        desk.note("give to a voice", f"{speaker.strip() or 'nobody known'}: {desk.about(turn.was, episode_id)}")

    return _acted(request, desk, episode_id, data, act)


@post(f"{_HERE}/join", sync_to_thread=True)
def join(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Makes a turn part of the one before it."""

    def act(here: Chosen, by: Actor) -> None:
        desk.store.corrections.join(_turn(desk, here, 0), by)
        desk.note("join turns", desk.about(here.was, episode_id))

    return _acted(request, desk, episode_id, data, act)


@post(f"{_HERE}/rename", sync_to_thread=True)
def rename(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives a speaker another name, here or in the whole podcast."""
    old, new = data.get("old", ""), data.get("new", "")
    everywhere, joins = data.get("where") == "podcast", "joins" in data

    def act() -> None:
        desk.store.corrections.rename(episode_id, old, new, _by(desk), everywhere=everywhere, joins=joins)
        where = f"{_title(desk, episode_id)}{' and all other episodes' if everywhere else ''}"
        desk.note("rename speaker", f"{old} → {new}, {where}")

    return _done(request, desk, episode_id, "rename", data, act)


@post(f"{_HERE}/undo", sync_to_thread=True)
def undo(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes an edit back, or its taking back."""
    key = _number(data.get("edit", "")) or 0

    def act() -> None:
        desk.store.corrections.undo(episode_id, key, _by(desk))
        edit = passages.called(desk.store.corrections.journal(episode_id), key)
        desk.note("undo correction", f"{edit}, {_title(desk, episode_id)}")

    return _done(request, desk, episode_id, "undo", data, act)


@post(f"{_HERE}/revert", sync_to_thread=True)
def revert(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes every edit of the episode back."""

    def act() -> None:
        number = desk.store.corrections.revert(episode_id, _by(desk))
        desk.note("undo all corrections", f"{count(number, 'correction')}, {_title(desk, episode_id)}")

    return _done(request, desk, episode_id, "revert", data, act)


@post(f"{_HERE}/learn", sync_to_thread=True)
def learn(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Puts a name into the glossary."""

    def act() -> None:
        desk.store.corrections.learn(data.get("name", ""), _by(desk))
        desk.note("add to glossary", data.get("name", ""))

    return _done(request, desk, episode_id, "learn", data, act)


@post(f"{_HERE}/forget", sync_to_thread=True)
def forget(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes a name out of the glossary."""

    def act() -> None:
        desk.store.corrections.forget(data.get("name", ""), _by(desk))
        desk.note("remove from glossary", data.get("name", ""))

    return _done(request, desk, episode_id, "forget", data, act)


@post(f"{_HERE}/unmend", sync_to_thread=True)
def unmend(request: Request, episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Puts one word back that the glossary mended."""

    def act() -> None:
        start = _seconds(data.get("start", ""))
        if start is None:
            raise InvalidError("This is no time of a mended word.")
        desk.store.corrections.unmend(episode_id, start, data.get("name", ""), _by(desk))
        desk.note("undo mend", f"{data.get('name', '')}, {_title(desk, episode_id)}")

    return _done(request, desk, episode_id, "unmend", data, act)


def _title(desk: Desk, episode: str) -> str:
    return desk.cards.episode(episode).title


def _by(desk: Desk) -> Actor:
    return Actor(who=desk.user.name, at=desk.now)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _chosen(episode: str, data: dict[str, str]) -> Chosen:
    first, end = _number(data.get("first", "")), _number(data.get("end", ""))
    if first is None or end is None:
        raise InvalidError("It is not clear which words are meant. Reload the page and open the passage again.")
    start = _seconds(data.get("start", ""))
    return Chosen(episode=episode, first=first, end=end, was=data.get("was", ""), start=start)


def _turn(desk: Desk, here: Chosen, begin: int) -> Chosen:
    """The rest of the turn that words belong to, from their word number `begin` on."""
    found = passages.passages(manuscript_of(desk, here.episode).transcript, (), audio=False)
    first = min(here.first + begin, here.end - 1)
    end = next(passages.turn_end(found, one) for one in found if one.first <= first < one.end)
    said = " ".join(one.text for one in found).split()
    return Chosen(episode=here.episode, first=first, end=end, was=" ".join(said[first:end]))


def _acted(
    request: Request,
    desk: Desk,
    episode: str,
    data: Form,
    act: Callable[[Chosen, Actor], None],
) -> Response:
    """Back to the passage, wherever it stands by now; where it reads otherwise, both are shown, to choose.

    What is refused for another reason is shown with it; a script, which still has it, is told the reason alone.
    """
    chosen = None
    try:
        chosen = _chosen(episode, data)
        with desk.store.atomic():
            here = desk.store.corrections.found(chosen)
            act(here, _by(desk))
    except ChangedError as error:
        assert chosen is not None  # it was looked for
        shown = page(desk, episode)
        typed = {"text": data["text"]} if "text" in data else {}
        now = passages.as_now(shown.passages, chosen)
        return desk.show(opened(shown, now, typed, trouble=error.message, changed=True), 409)
    except InvalidError as error:
        if wants_json(request):
            raise
        shown = page(desk, episode)
        now = _holding(shown, chosen.first) if chosen else None
        return desk.show(opened(shown, now, data, trouble=error.message), 400)
    return desk.go(f"{links.transcribed(episode)}#w{here.first}")


def _done(request: Request, desk: Desk, episode: str, form: str, data: Form, act: Callable[[], None]) -> Response:
    """Back to the section of a form beside the words; where it is refused, with the reason and what was typed."""
    try:
        with desk.store.atomic():
            act()
    except InvalidError as error:
        if wants_json(request):
            raise
        return desk.show(refused(page(desk, episode), form, data, error.message), 400)
    return desk.go(f"{links.transcribed(episode)}#{_SECTIONS[form]}")


def _holding(shown: TranscriptPage, word: int | None) -> Passage | None:
    """The passage that a word is in."""
    return next((one for one in shown.passages if word is not None and one.first <= word < one.end), None)


HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *(transcript, words, voice, join, rename, undo, revert),
    *(learn, forget, unmend),
)

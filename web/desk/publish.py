"""Whether an episode is shown: its draft, its content note, and taking it or a moment of it down."""

from contextlib import suppress

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import InvalidError, NotFoundError
from companion.timecode import exact, parse_time
from web import links
from web.desk.desk import PRODUCER, Desk, Form
from web.desk.publish_page import page

_HERE = "/desk/episodes/{episode_id:str}"


@get(f"{_HERE}/publish", sync_to_thread=True)
def publishing(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """All of it on one page; `?start=` and `?end=` bring a stretch that may have to be redacted, `?what=` a moment."""
    asked = dict(request.query_params)
    for name in ("start", "end"):  # an address has plain seconds
        with suppress(InvalidError):
            asked[name] = exact(parse_time(asked.get(name, "")))
    return desk.show(page(desk, episode_id, typed=asked))


@post(f"{_HERE}/publish", opt=PRODUCER, sync_to_thread=True)
def publish(episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """Shows the episode to the public, or makes it a draft again (`to`)."""
    to = data.get("to")
    if to not in ("public", "draft"):
        raise InvalidError("An episode can be public or a draft.")
    desk.cards.episode(episode_id)  # there is one
    with desk.store.atomic():
        if to == "public":
            desk.store.protection.publish(episode_id)
        else:
            desk.store.protection.unpublish(episode_id)
        desk.note("publish" if to == "public" else "unpublish", desk.cards.episode(episode_id).title)
    return desk.go(links.publishing(episode_id))


@post(f"{_HERE}/caution", opt=PRODUCER, sync_to_thread=True)
def caution(episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """What is said before anything of the episode is played."""
    desk.cards.episode(episode_id)
    try:
        with desk.store.atomic():
            desk.store.protection.set_caution(episode_id, data.get("text", ""))
            desk.note("content note", desk.cards.episode(episode_id).title)
    except InvalidError as error:
        return desk.show(page(desk, episode_id, typed=data, trouble=error.message, at="before"), status=400)
    return desk.go(links.publishing(episode_id, "before"))


@post(f"{_HERE}/takedown", opt=PRODUCER, sync_to_thread=True)
def take_down(episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """Takes down `what`: the episode's id, or that of a moment of it; with `back`, puts it back."""
    subject = data.get("what", "")
    if subject != episode_id and not desk.store.protection.belongs(subject, episode_id):
        trouble = "Choose what is to be taken down: a moment of this episode, or all of it."
        return desk.show(page(desk, episode_id, typed=data, trouble=trouble, at="down"), status=400)
    try:
        with desk.store.atomic():
            if data.get("back"):
                desk.store.protection.put_back(subject)
                desk.note("put back", _called(desk, episode_id, subject))
            else:
                desk.store.protection.take_down(subject, reason=data.get("reason", ""), who=desk.user.name, at=desk.now)
                desk.note("take down", _called(desk, episode_id, subject))
    except InvalidError as error:
        return desk.show(page(desk, episode_id, typed=data, trouble=error.message, at="down"), status=400)
    return desk.go(links.publishing(episode_id, "down"))


def _called(desk: Desk, episode_id: str, subject: str) -> str:
    """An episode or a moment of it, as the audit trail names it."""
    title = desk.cards.episode(episode_id).title
    if subject == episode_id:
        return title
    try:
        return desk.about(desk.store.moments.get(subject).moment.quote, episode_id)
    except NotFoundError:  # its words were taken out
        return f"a moment of {title}"


HANDLERS: tuple[HTTPRouteHandler, ...] = (publishing, publish, caution, take_down)

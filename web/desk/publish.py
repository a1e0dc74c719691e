"""Whether an episode is shown: its draft, its preview, its content note, and taking it or a moment of it down."""

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import InvalidError, NotFoundError
from companion.store import Store
from web import links
from web.cards import Cards
from web.deps import STREAMED, Visit
from web.desk.desk import PRODUCER, Desk, Form
from web.desk.publish_page import page
from web.media import respond
from web.public.episodes import page_of

_HERE = "/desk/episodes/{episode_id:str}"


@get(f"{_HERE}/publish", sync_to_thread=True)
def publishing(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """All of it on one page; `?start=` and `?end=` bring a stretch that may have to be redacted."""
    return desk.show(page(desk, episode_id, typed=dict(request.query_params)))


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
        desk.note("publish" if to == "public" else "unpublish", episode_id)
    return desk.go(links.publishing(episode_id))


@post(f"{_HERE}/caution", opt=PRODUCER, sync_to_thread=True)
def caution(episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """What is said before anything of the episode is played."""
    desk.cards.episode(episode_id)
    try:
        with desk.store.atomic():
            desk.store.protection.set_caution(episode_id, data.get("text", ""))
            desk.note("content note", episode_id)
    except InvalidError as error:
        return desk.show(page(desk, episode_id, typed=data, trouble=error.message), status=400)
    return desk.go(links.publishing(episode_id, "before"))


@post(f"{_HERE}/takedown", opt=PRODUCER, sync_to_thread=True)
def take_down(episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """Takes the episode down, or one `moment` of it; with `back`, puts it back."""
    subject = data.get("moment", "").strip().rstrip("/").rpartition("/")[2] or episode_id
    if subject != episode_id and not desk.store.protection.belongs(subject, episode_id):
        trouble = f"There is no moment “{subject}” in this episode. Paste the address of its page."
        return desk.show(page(desk, episode_id, typed=data, trouble=trouble), status=400)
    if data.get("back"):
        with desk.store.atomic():
            desk.store.protection.put_back(subject)
            desk.note("put back", subject)
        return desk.go(links.publishing(episode_id, "down"))
    try:
        with desk.store.atomic():
            desk.store.protection.take_down(subject, reason=data.get("reason", ""), who=desk.user.name, at=desk.now)
            desk.note("take down", subject)
    except InvalidError as error:
        return desk.show(page(desk, episode_id, typed=data, trouble=error.message), status=400)
    return desk.go(links.publishing(episode_id, "down"))


@get(f"{_HERE}/preview", sync_to_thread=True)
def preview(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """The episode's page as the public sees it, or will once it is published."""
    proposals = desk.settings.proposals == "shown"
    with Store.public(desk.settings.database, proposals=proposals, preview=episode_id) as store:
        visit = Visit(
            store=store,
            cards=Cards(store, sound=links.preview_audio),
            site=desk.site,
            house=desk.house,
            headers={},
        )
        sound, back = links.preview_audio(episode_id), links.publishing(episode_id)
        return visit.show(page_of(request, visit, episode_id, sound=sound, back=back))


@get(f"{_HERE}/preview/audio", opt=STREAMED, sync_to_thread=True)
def preview_audio(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """What the public hears, or would."""
    stored = desk.store.media.served(desk.cards.episode(episode_id).id)
    if stored is None:
        raise NotFoundError("audio of", episode_id)
    try:
        file = (desk.settings.audio / stored.file).open("rb")
    except FileNotFoundError as error:
        raise NotFoundError("audio of", episode_id) from error
    return respond(request, stored, file)


HANDLERS: tuple[HTTPRouteHandler, ...] = (publishing, publish, caution, take_down, preview, preview_audio)

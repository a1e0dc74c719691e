"""An episode as the public sees it, or will: its page, its moments, its prompt, linked with each other at the desk."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import NotFoundError
from companion.store import Store
from web import links
from web.cards import Cards
from web.deps import STREAMED, Visit
from web.desk.desk import Desk
from web.media import respond
from web.pages.parts import Page
from web.public import embeds, episodes, moments, practise

_HERE = "/desk/episodes/{episode_id:str}/preview"


@get(_HERE, sync_to_thread=True)
def preview(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response[bytes]:
    """The episode's page."""
    return _shown(desk, episode_id, lambda visit: episodes.page_of(request, visit, episode_id))


@get(f"{_HERE}/moments/{{moment_id:str}}", sync_to_thread=True)
def moment(
    request: Request, episode_id: FromPath[str], moment_id: FromPath[str], desk: NamedDependency[Desk]
) -> Response[bytes]:
    """The page of a moment."""
    return _shown(desk, episode_id, lambda visit: moments.page_of(request, visit, moment_id))


@get(f"{_HERE}/moments/{{moment_id:str}}/embed", sync_to_thread=True)
def embed(episode_id: FromPath[str], moment_id: FromPath[str], desk: NamedDependency[Desk]) -> Response[bytes]:
    """The small player of a moment."""
    return _shown(desk, episode_id, lambda visit: embeds.page_of(visit, moment_id))


@get(f"{_HERE}/exercises/week/{{_same:str}}", sync_to_thread=True)
def week(episode_id: FromPath[str], _same: FromPath[str], desk: NamedDependency[Desk]) -> Response[bytes]:
    """The episode's prompt, as an exercise."""
    return _shown(desk, episode_id, lambda visit: practise.week_of(visit, episode_id))


@get(f"{_HERE}/audio", opt=STREAMED, sync_to_thread=True)
def audio(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """What the public hears, or would."""
    stored = desk.store.media.served(desk.cards.episode(episode_id).id)
    if stored is None:
        raise NotFoundError("audio of", episode_id)
    try:
        file = (desk.settings.audio / stored.file).open("rb")
    except FileNotFoundError as error:
        raise NotFoundError("audio of", episode_id) from error
    return respond(request, stored, file)


def led(html: bytes, episode: str) -> bytes:
    """A page with every address of the episode, and of moments, led to its preview; so a draft has no dead ends.

    Done to the finished page, as the only place that all its addresses pass through. They stand in quotes there.
    """
    own = re.escape(links.episode(episode).encode())
    html = re.sub(rb'"' + own + rb'/transcript\.(\w+)"', rb'"' + links.exports(episode).encode() + rb'/\1"', html)
    here = b'"' + links.preview(episode).encode()
    html = re.sub(rb'"' + own + rb'(/audio)?(?=["?#])', lambda found: here + (found[1] or b""), html)
    week = re.escape(links.week(episode).encode())
    return re.sub(rb'"(' + week + rb'|/moments/(?!feed\.xml)[^"/?#]+(?:/embed)?)(?=["?#])', here + rb"\1", html)


@contextmanager
def _visit(desk: Desk, episode: str) -> Iterator[Visit]:
    """A visit to the public site as it will be once the episode is out."""
    proposals = desk.settings.proposals == "shown"
    with Store.public(desk.settings.database, proposals=proposals, preview=episode) as store:
        site = replace(desk.site, back=links.publishing(episode))
        yield Visit(store=store, cards=Cards(store), site=site, house=desk.house, headers={})


def _shown(desk: Desk, episode: str, make: Callable[[Visit], Page]) -> Response[bytes]:
    with _visit(desk, episode) as visit:
        return Response(led(desk.house.render(make(visit)), episode), media_type="text/html")


HANDLERS: tuple[HTTPRouteHandler, ...] = (preview, moment, embed, week, audio)

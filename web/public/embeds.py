"""A moment on other people's pages: a small player, and the address that says how to embed it (oEmbed 1.0)."""

from urllib.parse import unquote, urlsplit

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import InvalidError, NotFoundError
from companion.wording import shortened
from web.absolute import origin
from web.deps import READ, Visit
from web.pages.moments import EmbedPage
from web.preview import HEIGHT, QUOTED, WIDTH, frame
from web.public.moments import public

_NARROWEST, _LOWEST = 220, 100  # px of a player that still has room for its words and its button
_KEPT = 86_400  # seconds for which an answer may be used again


@route("/moments/{moment_id:str}/embed", http_method=READ, sync_to_thread=True)
def embed(moment_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One moment as a small player."""
    return visit.show(page_of(visit, moment_id))


def page_of(visit: Visit, moment_id: str) -> EmbedPage:
    """The page of the small player; `NotFoundError` if there is no such moment that may be shown."""
    return EmbedPage(site=visit.site, card=visit.cards.moment(public(visit, moment_id)))


@route("/oembed", http_method=READ, sync_to_thread=True)
def oembed(request: Request, visit: NamedDependency[Visit]) -> Response:
    """How to embed the moment at `?url=`, within `maxwidth` and `maxheight`; JSON only.

    Where a player has no room, the answer is of the specification's type "link": what it is, and nothing to show.
    """
    asked = request.query_params
    if asked.get("format", "json") != "json":  # the answer that the specification wants
        return Response("This site answers in JSON only.\n", status_code=501, media_type="text/plain")
    if not asked.get("url"):
        raise InvalidError("Say in “url” which moment is to be embedded.")
    here = origin(request, visit.house.settings)
    card = visit.cards.moment(public(visit, _moment_at(asked["url"], here)))
    moment = card.clip.moment
    width, height = _within(asked.get("maxwidth"), WIDTH), _within(asked.get("maxheight"), HEIGHT)
    roomy = width >= _NARROWEST and height >= _LOWEST
    player = {"html": frame(card, here, width, height), "width": width, "height": height} if roomy else {}
    return Response(
        {
            "version": "1.0",
            "type": "rich" if roomy else "link",
            "title": f"“{shortened(moment.quote, QUOTED)}”",
            "author_name": moment.speaker or card.episode.title,
            "provider_name": f"The companion to {visit.site.podcast}" if visit.site.podcast else "The companion",
            "provider_url": f"{here}/",
            "cache_age": _KEPT,
            **player,
        },
        media_type="application/json",
        headers=visit.headers,
    )


def _moment_at(url: str, here: str) -> str:
    """The id of the moment at an address of this site, http or https; `NotFoundError` if it is none."""
    try:
        given, ours = urlsplit(url), urlsplit(here)
    except ValueError:
        raise NotFoundError("moment at", url) from None
    path = given.path.removeprefix(ours.path)
    first, _, id = path.removesuffix("/").removesuffix("/embed").lstrip("/").partition("/")
    if given.scheme not in ("http", "https") or given.netloc != ours.netloc or first != "moments" or not id:
        raise NotFoundError("moment at", url)
    return unquote(id)


def _within(most: str | None, wanted: int) -> int:
    return min(int(most), wanted) if most and most.isascii() and most.isdigit() and 0 < len(most) < 6 else wanted


HANDLERS: tuple[HTTPRouteHandler, ...] = (embed, oembed)

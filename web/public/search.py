"""Search: what was said where, and what to offer while it is still being typed."""

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion.store.search import parse, topic
from web import found, links, wording
from web.cards import pieces, theme_of
from web.deps import READ, Visit, page_number

_MOMENTS, _EPISODES = 3, 2  # offered while typing
_SHORTEST = 2  # letters; by one alone nothing can be told


@route("/search", http_method=READ, sync_to_thread=True)
def search(request: Request, visit: NamedDependency[Visit]) -> Response:
    """What was said where; the address holds the whole state, and no text is an error."""
    given = request.query_params
    query = parse(given.get("q", ""))
    only = given.get("in")
    address = found.Address(
        query=query,
        only=only if only in found.KINDS else None,
        exact=given.get("exact") == "1",
        page=page_number(request),
    )
    return visit.show(found.results(visit, address, visit.store.search.find(query, exact=address.exact)))


@route("/search/suggest", http_method=READ, sync_to_thread=True)
def suggest(request: Request, visit: NamedDependency[Visit]) -> Response:
    """For the box, while its last word is being typed: how to finish it, and the best of what that would find."""
    query = parse(request.query_params.get("q", ""))
    if len(query.text) < _SHORTEST:
        return Response({"searches": [], "moments": [], "pages": []}, headers=visit.headers)
    finished, matches = visit.store.search.suggest(query)
    theme = topic(query)
    pages = [{"label": theme.name, "what": "theme", "href": links.theme(theme.slug)}] if theme else []
    pages += [
        {"label": note.title, "what": "episode", "href": links.episode(note.episode)}
        for note in matches.notes[:_EPISODES]
    ]
    moments = [
        {
            "pieces": pieces(visit.store.search.hit(match)),
            "href": links.moment(match.id or ""),
            "by": match.speaker or match.title,
            "theme": match.theme,
            "kind": theme_of(match.theme or "").kind,
            "name": theme_of(match.theme or "").name,
            "shape": wording.shape(theme_of(match.theme or "")),
        }
        for match in matches.moments[:_MOMENTS]
    ]
    searches = [{"label": text, "href": links.search(text)} for text in finished]
    return Response({"searches": searches, "moments": moments, "pages": pages}, headers=visit.headers)


HANDLERS: tuple[HTTPRouteHandler, ...] = (search, suggest)

"""Search: what was said where."""

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion.store import Hit
from companion.themes import themes
from web import cards, links
from web.deps import READ, Visit, page_number
from web.pages.search import SearchPage

_HITS = 20  # on one page


@route("/search", http_method=READ, sync_to_thread=True)
def search(request: Request, visit: NamedDependency[Visit]) -> Response:
    """What was said where; the address holds the whole state, and no text is an error."""
    text = request.query_params.get("q", "")
    theme = themes().get(request.query_params.get("theme", ""))
    slug = theme.slug if theme else None
    page = page_number(request)
    found = visit.store.search.query(text, theme=slug, limit=_HITS, offset=(page - 1) * _HITS)

    def of(kind: str) -> list[Hit]:
        return [hit for hit in found.hits if hit.kind == kind]

    more = page * _HITS < found.total
    heard = visit.store.moments.counts()
    return visit.show(
        SearchPage(
            site=visit.site,
            text=text,
            theme=theme,
            themes=tuple(theme for theme in themes().values() if theme.slug in heard or theme.slug == slug),
            total=found.total,
            moments=tuple(map(visit.cards.found_moment, of("moment"))),
            passages=tuple(map(visit.cards.passage, of("passage"))),
            notes=tuple(map(cards.found_notes, of("notes"))),
            previous=links.search(text, theme=slug, page=page - 1) if page > 1 else None,
            next=links.search(text, theme=slug, page=page + 1) if more else None,
        )
    )


HANDLERS: tuple[HTTPRouteHandler, ...] = (search,)

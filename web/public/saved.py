"""The page of saved moments: the same for everybody, and filled in by the visitor's own device."""

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion.themes import themes
from web.deps import READ, Visit
from web.pages.saved import SavedPage


@route("/saved", http_method=READ, sync_to_thread=True)
def saved(visit: NamedDependency[Visit]) -> Response:
    """An empty shelf, with the marks of the themes ready for what the device kept."""
    return visit.show(SavedPage(site=visit.site, themes=tuple(themes().values())))


HANDLERS: tuple[HTTPRouteHandler, ...] = (saved,)

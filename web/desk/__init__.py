"""The desk: where people decide. Each room lists its handlers here; the guards stand before all of them."""

from litestar import Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from web.desk import (
    door,
    exports,
    learning,
    live,
    overview,
    people,
    preview,
    protect,
    publish,
    review,
    second,
    transcript,
)
from web.desk.desk import at_desk
from web.desk.guards import GUARDS, LoginNeeded

HANDLERS: tuple[HTTPRouteHandler, ...] = tuple(
    handler
    for room in (transcript, door, people, exports, live, overview, review, publish, preview, protect, learning, second)
    for handler in room.HANDLERS
)


def router() -> Router:
    """All of the desk; its handlers' addresses begin with /desk."""
    return Router(
        path="/",
        route_handlers=HANDLERS,
        guards=GUARDS,
        dependencies={"desk": Provide(at_desk)},
        exception_handlers={LoginNeeded: door.shut_out},
    )

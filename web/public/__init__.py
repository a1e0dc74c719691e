"""The public pages: each handler reads its input, asks the store, and shows one page."""

from litestar.handlers import HTTPRouteHandler

from web.public import episodes, home, moments, practise, search, themes

HANDLERS: tuple[HTTPRouteHandler, ...] = tuple(
    handler for room in (home, search, episodes, moments, themes, practise) for handler in room.HANDLERS
)

"""The public pages: each handler reads its input, asks the store, and shows one page."""

from litestar.handlers import HTTPRouteHandler

from web.public import crawlers, embeds, episodes, feeds, home, moments, practise, saved, search, themes, transcripts

HANDLERS: tuple[HTTPRouteHandler, ...] = tuple(
    handler
    for room in (home, search, episodes, transcripts, moments, embeds, themes, feeds, practise, saved, crawlers)
    for handler in room.HANDLERS
)

"""What a handler is given: one visit to the site, with one open store and the means to answer with a page."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from jinja2 import Environment
from litestar import Request, Response
from litestar.datastructures import State
from litestar.enums import HttpMethod

from companion.config import Settings
from companion.store import Store
from web.cards import Cards
from web.pages.parts import Page, Site

READ = [HttpMethod.GET, HttpMethod.HEAD]


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What does not change while the site runs. `build` is a digest of the code, texts and files it is made from."""

    settings: Settings
    environment: Environment
    build: str

    @property
    def static(self) -> str:
        """Where the static files lie: a new address for new contents, so that browsers may keep them."""
        return f"/static/{self.build}"

    def render(self, page: Page) -> bytes:
        """A page as HTML; `page` is the only variable its template sees.

        Done here and not by Litestar's `Template`, which renders on the event loop and adds variables of its own.
        """
        return self.environment.get_template(page.template).render(page=page).encode()


class NotModifiedError(Exception):
    """The visitor already has what would be answered; becomes a 304."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One request to a public page. `headers` let the answer be kept and asked for again at little cost."""

    store: Store
    cards: Cards
    site: Site
    house: House
    headers: dict[str, str]

    def show(self, page: Page) -> Response[bytes]:
        """The answer. It is rendered here, on the handler's thread, and not on the event loop."""
        return Response(self.house.render(page), media_type="text/html", headers=self.headers)


async def visit(request: Request, state: State) -> AsyncIterator[Visit]:
    """Opens the store for one request; raises `NotModifiedError` where nothing has changed since the visitor asked."""
    house: House = state.house
    # on a thread: a database that another program is just migrating keeps us waiting
    store = await asyncio.to_thread(Store.open, house.settings.database)
    with store:
        etag = f'W/"{house.build}-{store.version()}"'
        headers = {"etag": etag, "cache-control": "no-cache"}
        if etag in [given.strip() for given in request.headers.get("if-none-match", "").split(",")]:
            raise NotModifiedError(headers)
        yield Visit(store=store, cards=Cards(store), site=site(store, house), house=house, headers=headers)


def site(store: Store, house: House) -> Site:
    """What every page says of the whole."""
    feeds = store.feeds.all()
    if len(feeds) != 1:
        return Site(podcast="", link=None, static=house.static)
    return Site(podcast=feeds[0].title, link=feeds[0].link, static=house.static)


def page_number(request: Request) -> int:
    """`?page=`, from 1; anything else is the first page."""
    text = request.query_params.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1

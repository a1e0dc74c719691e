"""What a handler is given: one visit to the site, with one open store and the means to answer with a page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from jinja2 import Environment
from litestar import Request, Response
from litestar.datastructures import State
from litestar.enums import HttpMethod

from companion.config import Settings
from companion.store import Store
from web.absolute import origin
from web.cards import Cards
from web.pages.parts import Page, Site
from web.stores import Stores

READ = [HttpMethod.GET, HttpMethod.HEAD]
STREAMED = {"streamed": True}  # `opt` of handlers that send files and keep their own count of what is unchanged


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What does not change while the site runs. `build` is a digest of the code, texts and files it is made from."""

    settings: Settings
    environment: Environment
    build: str
    stores: Stores

    @property
    def static(self) -> str:
        """Where the static files lie: a new address for new contents, so that browsers may keep them."""
        return f"/static/{self.build}"

    @property
    def nameless(self) -> Site:
        """What pages say of the whole where no podcast, or no single one, is known."""
        return Site(
            podcast="", link=None, static=self.static, noindex=self.settings.noindex, origin="", path="", back=""
        )

    def etag(self, version: str) -> str:
        """The entity tag of all that is made of the database as it is in a `version`."""
        return f'W/"{self.build}-{version}"'

    @staticmethod
    def keeping(etag: str) -> dict[str, str]:
        """Headers that let an answer be kept, if it is asked each time whether it is still good."""
        return {"etag": etag, "cache-control": "no-cache"}

    def render(self, page: Page) -> bytes:
        """A page as HTML; `page` is the only variable its template sees.

        Done here and not by Litestar's `Template`, which renders on the event loop and adds variables of its own.
        """
        return self.environment.get_template(page.template).render(page=page).encode()


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


async def visit(state: State, request: Request) -> AsyncIterator[Visit]:
    """Lends a store for one request, which sees one state of the database throughout."""
    house: House = state.house
    lent = await house.stores.take()
    try:
        with lent.store.snapshot():
            yield Visit(
                store=lent.store,
                cards=Cards(lent.store),
                site=replace(
                    site(lent.store, house), origin=origin(request, house.settings), path=request.scope["path"]
                ),
                house=house,
                headers=house.keeping(house.etag(lent.version)),
            )
    finally:
        house.stores.give(lent)


def site(store: Store, house: House) -> Site:
    """What every page says of the whole."""
    feeds = store.feeds.all()
    if len(feeds) != 1:
        return house.nameless
    return replace(house.nameless, podcast=feeds[0].title, link=feeds[0].link)


def page_number(request: Request) -> int:
    """`?page=`, from 1; anything else is the first page."""
    text = request.query_params.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1

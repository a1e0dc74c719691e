"""What a handler of the desk is given: who is asking, a store to read and write, and the means to answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import Request, Response
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from companion.config import Settings
from companion.store import Store
from companion.users import User
from web import deps
from web.cards import Cards
from web.deps import House
from web.desk.guards import Session
from web.pages.desk import DeskPage
from web.pages.parts import Site

_SAID = 8  # words of a moment in the audit trail
PRODUCER = {"role": "producer"}  # `opt` of a handler that is for producers only
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]  # what a form sent, as `data: Form`


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One request to the desk by somebody who may make it: `now` is UTC, `csrf` goes into every form of the page.

    The store is this request's own and is closed when the handler has returned.
    """

    store: Store
    user: User
    house: House
    csrf: str
    cards: Cards
    site: Site
    now: datetime

    @property
    def settings(self) -> Settings:
        """What the site was started with."""
        return self.house.settings

    def show(self, page: DeskPage, status: int = 200) -> Response[bytes]:
        """The page as an answer, rendered here on the handler's thread; no browser keeps it."""
        return Response(self.house.render(page), status_code=status, media_type="text/html")

    def go(self, path: str) -> Response:
        """On to another page of this site, as after every post."""
        return Redirect(path, status_code=303)

    def about(self, quote: str, episode: str) -> str:
        """A moment in the audit trail, where nobody knows ids: how it begins, and its episode's title."""
        words = quote.split()
        said = " ".join(words[:_SAID]) + (" …" if len(words) > _SAID else "")
        return f"“{said}”, {self.cards.episode(episode).title}"

    def note(self, action: str, what: str) -> None:
        """Puts into the audit trail that this person did something (`action`, such as "publish") to `what`."""
        self.store.audit.note(self.user.name, action, what, self.now)


async def at_desk(request: Request, state: State) -> AsyncIterator[Desk]:
    """Opens a store for one request of somebody the guards have let in."""
    house: House = state.house
    session: Session = request.state.session
    store = await asyncio.to_thread(Store.open, house.settings.database)
    try:
        yield Desk(
            store=store,
            user=session.user,
            house=house,
            csrf=session.csrf,
            cards=Cards(store),
            site=deps.site(store, house),
            now=state.clock(),
        )
    finally:
        store.close()

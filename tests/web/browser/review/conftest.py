"""The review of an episode in a browser, with sixty proposals to decide on."""

from collections.abc import Callable, Iterator

import pytest
from entering import PASSWORD, Clock, serving
from playwright.sync_api import Page
from reviewed import HERE, propose

from companion.config import Settings
from web.app import create_app

Open = Callable[..., Page]


@pytest.fixture
def ids(own: Settings) -> tuple[str, ...]:
    return propose(own)


@pytest.fixture
def site(own: Settings, ids: tuple[str, ...], clock: Clock) -> Iterator[str]:
    with serving(create_app(own, clock)) as address:
        yield address


@pytest.fixture
def desk(open_page: Open) -> Callable[..., Page]:
    """Opens the review, logged in as Tom."""

    def open_(query: str = "?order=time", **options: object) -> Page:
        page = open_page(f"{HERE}{query}", **options)
        page.fill("#name", "Tom")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector("#talk[data-live]")
        return page

    return open_

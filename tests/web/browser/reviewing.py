"""What the browser tests of reviewing share: what is at hand, what is stored, and waiting until it is."""

from browsing import until
from playwright.sync_api import Page
from reviewed import EPISODE

from companion.config import Settings
from companion.reviews import Case
from companion.store import Store

AT = "document.querySelector('.case:not([hidden])').dataset"
SAVED = "!Object.keys(localStorage).some((key) => key.startsWith('companion.desk.waiting'))"


def cases(own: Settings) -> dict[str, Case]:
    with Store.open(own.database) as store:
        return {case.moment.id: case for case in store.reviewing.of_episode(EPISODE)}


def saved(page: Page) -> None:
    page.wait_for_timeout(50)
    until(page, SAVED)


def at(page: Page) -> str:
    return str(page.evaluate(f"{AT}.id"))

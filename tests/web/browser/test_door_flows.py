"""The door of the desk in a real browser: forms that tell where they come from, and one that waits for the login."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Watch
from entering import NORA, PASSWORD, Clock, let_in, serving
from playwright.sync_api import Browser, Page

from companion.config import Settings
from companion.store import Store
from web.app import create_app

Open = Callable[..., Page]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(settings.data, tmp_path / "data")
    made = Settings(data=tmp_path / "data")
    let_in(made, NORA)
    return made


@pytest.fixture
def site(own: Settings, clock: Clock) -> Iterator[str]:
    """A site of its own, whose clock can be moved on."""
    with serving(create_app(own, clock)) as address:
        yield address


def log_in(page: Page) -> None:
    page.fill("#name", "Nora")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def let_somebody_in(page: Page) -> None:
    page.fill("#name", "Dana")
    page.fill("#password", 'a long & "odd" <one>')
    page.click("text=Give them a key")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_edit_that_came_too_late_is_sent_after_the_login(
    open_page: Open, own: Settings, clock: Clock, scripts: bool
) -> None:
    page = open_page("/desk/people", java_script_enabled=scripts)
    log_in(page)
    page.wait_for_selector("text=Who has a key")
    clock.on(hours=3)
    let_somebody_in(page)
    page.wait_for_selector("text=You were away for a while")
    log_in(page)
    if not scripts:
        page.click("text=Send it")
    page.wait_for_selector(".people >> text=Dana")
    assert page.url.endswith("/desk/people?done")
    with Store.open(own.database) as store:
        assert [one.name for one in store.users.all()] == ["Dana", "Nora"]


def test_a_form_on_another_site_does_nothing(open_page: Open, own: Settings, site: str, chromium: Browser) -> None:
    page = open_page("/desk/people")
    log_in(page)
    page.wait_for_selector("text=Who has a key")
    page.route("http://evil.test/", lambda route: route.fulfill(content_type="text/html", body=EVIL.format(site=site)))
    page.goto("http://evil.test/")
    page.click("button")
    page.wait_for_selector("text=could not be checked")
    with Store.open(own.database) as store:
        assert store.users.all() == (NORA,)


EVIL = """
<form method="post" action="{site}/desk/people/remove"><input name="name" value="Nora"><button>x</button></form>
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_and_the_people_can_be_used_by_everybody(open_page: Open, watch: Watch, scheme: str) -> None:
    page = open_page("/desk/people", color_scheme=scheme, viewport={"width": 320, "height": 700})
    assert watch.errors == []
    check(page)
    log_in(page)
    page.wait_for_selector("text=Who has a key")
    page.click("summary")
    check(page)
    assert page.evaluate("document.activeElement.closest('details') !== null")
    page.click("text=Log out")
    page.wait_for_selector("#password")
    assert [one["name"] for one in page.context.cookies() if one["value"]] == []
    page.go_back()
    page.wait_for_selector("#password")  # what was seen is not seen again
    assert watch.errors == []


def check(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = (
        "[...document.querySelectorAll('main button, main input:not([type=hidden]), main select, main summary, nav a')]"
    )
    assert (
        page.evaluate(f"{small}.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)")
        == []
    )

"""Nothing that axe-core knows to look for (WCAG 2.2 A and AA, best practices) is wrong on any page."""

import json
from pathlib import Path

import axe_playwright_python
import pages
import podcast
import pytest
from litestar.testing import TestClient
from playwright.sync_api import Browser, Page

SIZES = (320, 1440)
# a dark page differs in its colours alone, so that only these are looked at twice
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}
RUN = """async (rules) => (await axe.run(document, {...rules, resultTypes: ['violations']})).violations
    .map(({id, nodes}) => [id, nodes.slice(0, 3).map(({html}) => html.slice(0, 160))])"""
EXERCISE = "/exercises/taking-turns"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    """A window with axe in it: the one place where the policy of our pages is set aside, for it is injected."""
    source = next(Path(axe_playwright_python.__file__).parent.glob("axe*.js")).read_text("utf-8")
    context = chromium.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900})
    context.add_init_script(source)
    return context.new_page()


def wrong(page: Page) -> list[object]:
    """What axe finds on the page as it stands, in both schemes and sizes."""
    found = []
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme)
            found += [(width, scheme, *one) for one in page.evaluate(RUN, rules)]
    return found


def test_every_page(page: Page, site: str, client: TestClient) -> None:
    found = {}
    addresses = pages.kinds(client)
    assert len(addresses) > 15
    for address in addresses:
        page.goto(site + address)
        if problems := wrong(page):
            found[address] = problems
    assert not found, json.dumps(found, indent=1)


def test_pages_that_people_have_filled(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=hurt")
    for sign in page.locator("[data-save]").all()[:3]:
        sign.click()
    page.locator("[data-play]").first.click()
    page.goto(f"{site}/saved")
    assert page.locator("[data-saved] article").count() == 3
    assert wrong(page) == []
    page.locator("[data-forget]").click()
    assert wrong(page) == []

    page.goto(site + EXERCISE)
    page.locator("#journal-text").fill("It was quiet afterwards.")
    page.get_by_role("button", name="Keep this note").click()
    page.get_by_role("button", name="Add the day").click()
    page.get_by_role("button", name="Erase this note").click()
    page.get_by_role("button", name="Begin").click()
    assert wrong(page) == []
    page.get_by_role("button", name="Hand over now").click()
    assert wrong(page) == []
    page.goto(f"{site}/exercises")
    assert page.locator("[data-journals]").is_visible()
    assert wrong(page) == []
    page.goto(f"{site}/episodes/{podcast.FIRST}")
    page.locator("#q").focus()
    assert page.locator(".search .recent").is_visible()
    assert wrong(page) == []

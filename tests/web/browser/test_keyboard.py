"""Every flow with the keyboard alone, focus that can be seen wherever it goes, and pages that bear being enlarged."""

from collections.abc import Callable

import pages
import podcast
import pytest
from browsing import Watch, until
from litestar.testing import TestClient
from playwright.sync_api import Browser, Page, expect

Open = Callable[..., Page]
PLAYING = "!document.getElementById('bar-audio').paused"
# everything Tab can come to that does not show it: by an outline, or by the frame of the search box around it
UNSHOWN = """() => {
    const found = [];
    for (const e of document.querySelectorAll('a[href], button, input, textarea, select, summary, [tabindex="0"]')) {
        if (e.disabled || !e.checkVisibility({visibilityProperty: true})) continue;
        e.focus({preventScroll: true});
        const style = getComputedStyle(e);
        const frame = e.closest('.search');
        const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const framed = frame && getComputedStyle(frame).boxShadow !== 'none';
        if (!outlined && !framed) found.push(e.outerHTML.slice(0, 120));
    }
    return found;
}"""


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Presses Tab until something that matches has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never came to {selector}")


def test_search_to_a_result_to_its_sound(open_page: Open, watch: Watch) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    page.keyboard.type("felt invisible")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=felt+invisible")
    tab_to(page, "main [data-play]")
    page.keyboard.press("Enter")
    until(page, PLAYING)
    tab_to(page, "#bar-toggle", most=200)
    page.keyboard.press("Space")
    until(page, f"!({PLAYING})")
    assert watch.errors == []


def test_a_theme_to_the_sound_of_a_moment_to_its_page(open_page: Open) -> None:
    page = open_page("/")
    tab_to(page, 'a[href="/themes"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/themes")
    tab_to(page, 'a[href="/themes/validation"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/themes/validation")
    tab_to(page, ".moment [data-play]")
    page.keyboard.press("Space")
    until(page, PLAYING)
    tab_to(page, ".moment blockquote a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/moments/*")


def test_an_exercise_to_its_journal(open_page: Open) -> None:
    page = open_page("/exercises")
    tab_to(page, 'a[href="/exercises/taking-turns"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/taking-turns")
    tab_to(page, "#turn-first")
    page.keyboard.type("Dana k l")  # letters are letters here, not keys of the player
    tab_to(page, ".who .button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-go]")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".listens")).to_contain_text("Paused")
    tab_to(page, "#journal-text")
    page.keyboard.type("Quiet, and good.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".kept li")).to_contain_text("Quiet, and good.")
    tab_to(page, ".kept button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".kept li")).to_have_count(0)
    expect(page.locator("#journal-text")).to_be_focused()


def test_saving_and_finding_it_again(open_page: Open) -> None:
    page = open_page("/themes/validation")
    tab_to(page, ".moment [data-save]")
    page.keyboard.press("Space")
    expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Home")
    page.evaluate("document.activeElement.blur()")
    tab_to(page, 'a[href="/saved"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/saved")
    tab_to(page, "[data-saved] [data-play]")
    page.keyboard.press("Enter")
    until(page, PLAYING)


def test_the_focus_can_always_be_seen(chromium: Browser, site: str, client: TestClient) -> None:
    page = chromium.new_context(viewport={"width": 1200, "height": 800}).new_page()
    unseen = {}
    for address in pages.kinds(client):
        page.goto(site + address)
        page.keyboard.press("Tab")  # from here on, the browser takes the reader for one with a keyboard
        if page.locator(".top").count():  # the small player for other people's pages has nothing to skip
            expect(page.locator(".skip")).to_be_focused()
            expect(page.locator(".skip")).to_be_in_viewport()
        if found := page.evaluate(UNSHOWN):
            unseen[address] = found
    assert unseen == {}
    page.context.close()


@pytest.mark.parametrize(("width", "scale"), [(1280, 2), (1280, 4)], ids=["200%", "400%"])
def test_enlarged_pages_never_scroll_sideways(
    width: int, scale: int, chromium: Browser, site: str, client: TestClient
) -> None:
    """A zoom of 200 % on a screen of 1280 px leaves 640 CSS px to a page, one of 400 % 320 (WCAG 1.4.10)."""
    context = chromium.new_context(
        viewport={"width": width // scale, "height": 1000 // scale}, device_scale_factor=scale
    )
    page = context.new_page()
    for address in pages.kinds(client):
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width // scale, address
    context.close()


def test_larger_letters_break_nothing(open_page: Open) -> None:
    """Text alone at twice its size (WCAG 1.4.4), as readers set it in their browser."""
    for path in ("/", "/exercises/taking-turns", "/saved", f"/episodes/{podcast.FIRST}"):
        page = open_page(path, viewport={"width": 640, "height": 800}, bypass_csp=True)
        page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path

"""Searching in a real browser: suggestions by keyboard and by hand, narrowing down, and mending a slip."""

import re
from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from browsing import Watch, until
from playwright.sync_api import Browser, Page, Route, expect

Open = Callable[..., Page]
OFFERS = "#q-offers [role=option]"


def type_slowly(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text, delay=15)
    until(page, f"document.querySelectorAll('{OFFERS}').length > 0")


def test_a_list_does_not_change_under_the_hand_that_chooses(open_page: Open) -> None:
    page = open_page("/")
    with page.expect_response("**/search/suggest?q=felt"):
        type_slowly(page, "felt")
    expect(page.locator(OFFERS).nth(1)).to_be_visible()
    held: list[Route] = []
    page.route("**/search/suggest?*", lambda route: held.append(route))
    with page.expect_request("**/search/suggest?q=felt+invis"):  # the box asks a moment after the last letter
        page.keyboard.insert_text(" invis")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"{OFFERS}[aria-selected=true]")
    first = chosen.text_content()
    held.pop().continue_()
    page.wait_for_timeout(200)
    expect(chosen).to_have_text(first or "")
    page.unroute("**/search/suggest?*")
    page.keyboard.type("i")
    expect(chosen).to_have_count(0)
    expect(page.locator(OFFERS)).to_have_text(["felt invisible"])


def test_suggestions_are_chosen_by_keyboard(open_page: Open, watch: Watch) -> None:
    page = open_page("/")
    type_slowly(page, "felt invis")
    box = page.locator("#q")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(OFFERS)).to_have_text(["felt invisible"])
    expect(page.locator(".search [role=status]")).to_have_text("1 suggestion")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"{OFFERS}[aria-selected=true]")
    expect(chosen).to_have_text("felt invisible")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#q-offers")).to_be_hidden()
    expect(box).to_have_value("felt invis")  # Escape closes the list, and no more
    page.keyboard.type("i")
    expect(page.locator(OFFERS)).to_have_text(["felt invisible"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=felt+invisible")
    expect(page.locator("mark").first).to_be_visible()
    assert watch.errors == []


def test_enter_without_a_choice_searches_for_what_is_typed(open_page: Open) -> None:
    page = open_page("/")
    type_slowly(page, "hurt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=hurt")


def test_a_moment_is_offered_and_opened_by_hand(open_page: Open, watch: Watch) -> None:
    page = open_page("/search", viewport={"width": 400, "height": 800})
    type_slowly(page, "really hur")
    offered = page.locator(OFFERS, has_text="I remember it differently").first
    expect(offered.locator("mark")).to_have_text(["really", "hurt", "hurt"])
    box = offered.bounding_box()
    assert box
    assert box["height"] >= 44
    offered.click()
    page.wait_for_url("**/moments/*")
    assert watch.errors == []


def test_hostile_words_are_offered_as_words(open_page: Open, watch: Watch) -> None:
    page = open_page("/")
    type_slowly(page, "alert")
    expect(page.locator(OFFERS).filter(has_text="<script>").first).to_be_visible()
    assert page.locator("#q-offers :is(script, img)").count() == 0
    assert watch.dialogs == []


def test_narrowing_down_and_back(open_page: Open) -> None:
    page = open_page("/search?q=you")
    everything = page.locator("h1").inner_text()
    page.get_by_role("group", name="Who speaks").get_by_role("link", name=re.compile("^Nora ?\\d")).click()
    page.wait_for_url("**/search?q=you+speaker%3ANora")
    expect(page.locator("#q")).to_have_value("you speaker:Nora")
    for who in page.locator(".passage .about").all():
        expect(who).to_contain_text("Nora")
    page.get_by_role("link", name="Without the filter: Nora speaks").click()
    expect(page.locator("h1")).to_have_text(everything)


def test_a_slip_is_mended_and_can_be_insisted_on(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    page.keyboard.type("invisibel")
    page.keyboard.press("Enter")
    expect(page.locator(".told").first).to_contain_text("Showing results for invisible.")
    page.get_by_role("link", name="invisibel").click()
    expect(page.locator("h2").first).to_have_text("Nothing by these words")
    page.get_by_role("link", name="invisible", exact=True).click()
    expect(page.locator("mark").first).to_have_text("invisible")


def test_searching_works_without_scripts(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.locator("#q").fill("worst part of that night")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/search?q=worst+part+of+that+night")
    expect(page.locator("#moments")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize(
    "path", ["/search", "/search?q=you", "/search?q=invisibel", "/search?q=qzxv+theme%3Avalidation"]
)
def test_search_pages_can_be_used_by_all(path: str, width: int, chromium: Browser, site: str) -> None:
    source = next(Path(axe_playwright_python.__file__).parent.glob("axe*.js")).read_text("utf-8")
    context = chromium.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    context.add_init_script(source)
    page = context.new_page()
    page.goto(site + path)
    if path == "/search":
        page.locator(".syntax summary").click()
        type_slowly(page, "hur")
        page.keyboard.press("ArrowDown")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(
            "async () => (await axe.run()).violations.map(v => [v.id, v.nodes[0].html.slice(0, 160)])"
        )
        assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.eval_on_selector_all(
        ".facet a, .filters a, .more a, .syntax summary, .offers [role=option]",
        "all => all.map(e => [e.textContent, e.getBoundingClientRect()])"
        ".filter(([, b]) => b.width && b.height < 43.5).map(([text]) => text)",
    )
    assert small == []
    context.close()


def test_on_a_phone_the_filters_are_a_link_away(open_page: Open) -> None:
    page = open_page("/search?q=you", viewport={"width": 400, "height": 800})
    filters = page.get_by_role("complementary", name="Narrow it down")
    expect(filters).not_to_be_in_viewport()
    page.get_by_role("link", name="Narrow it down").click()
    expect(filters).to_be_in_viewport()
    page.set_viewport_size({"width": 1400, "height": 800})  # there they stand beside the results
    expect(page.get_by_role("link", name="Narrow it down")).to_be_hidden()

"""The bar in a real browser: what comes into it, what stays in it from page to page, and how it is emptied."""

from collections.abc import Callable

import podcast
import pytest
from browsing import until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("nothing_went_wrong")

Open = Callable[..., Page]
FIRST, SECOND = f"/episodes/{podcast.FIRST}", f"/episodes/{podcast.SECOND}"
FIRST_TITLE, SECOND_TITLE = "Session 1: The Dinner in December", "Session 2: What the Door Meant"
TIME = "document.getElementById('bar-audio').currentTime"
PLAYING = "!document.getElementById('bar-audio').paused"
READY = "document.getElementById('bar-audio').readyState > 0"
REFUSED = "HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no press', 'NotAllowedError'));"


def hear_a_little(page: Page) -> None:
    page.get_by_role("button", name="Play the episode").click()
    until(page, f"{PLAYING} && {TIME} > 0.5")
    page.keyboard.press("k")
    until(page, f"!({PLAYING})")


def test_an_episode_that_was_only_looked_at_is_not_in_the_bar_of_the_next_page(open_page: Open, site: str) -> None:
    page = open_page(FIRST)
    until(page, READY)
    for path in ("/search", "/saved", "/"):
        page.goto(site + path)
        until(page, "document.readyState === 'complete'")
        expect(page.locator("#bar")).to_be_hidden()
        assert page.evaluate("document.getElementById('bar-audio').src") == ""
    page.goto(site + SECOND)
    until(page, READY)
    page.keyboard.press("k")
    until(page, f"{PLAYING} && {TIME} > 0.2")
    expect(page.locator("#bar-words")).to_have_text(SECOND_TITLE)
    assert podcast.SECOND in page.evaluate("document.getElementById('bar-audio').src")


def test_what_was_played_stays_but_the_keys_are_for_the_episode_on_the_page(open_page: Open, site: str) -> None:
    page = open_page(FIRST)
    hear_a_little(page)
    page.goto(f"{site}/themes")
    expect(page.locator("#bar-words")).to_have_text(FIRST_TITLE)
    until(page, f"{TIME} > 0.4")
    page.goto(site + SECOND)
    expect(page.locator("#bar-words")).to_have_text(SECOND_TITLE)
    page.goto(f"{site}/saved")  # looked at only: what was played is back
    expect(page.locator("#bar-words")).to_have_text(FIRST_TITLE)
    until(page, f"{TIME} > 0.4")
    page.goto(site + FIRST)
    until(page, f"{TIME} > 0.4")  # and goes on where it was, on its own page
    page.goto(site + SECOND)
    page.keyboard.press("k")
    until(page, f"{PLAYING} && {TIME} > 0.2")
    assert podcast.SECOND in page.evaluate("document.getElementById('bar-audio').src")


def test_what_really_plays_goes_on_on_the_page_of_another_episode(open_page: Open, site: str) -> None:
    page = open_page(FIRST)
    page.get_by_role("button", name="Play the episode").click()
    until(page, f"{PLAYING} && {TIME} > 0.5")
    page.goto(site + SECOND)
    until(page, f"{PLAYING} && {TIME} > 0.6")
    expect(page.locator("#bar-words")).to_have_text(FIRST_TITLE)
    page.keyboard.press("k")
    until(page, f"!({PLAYING})")
    assert podcast.FIRST in page.evaluate("document.getElementById('bar-audio').src")


def test_where_the_browser_wants_a_press_first_the_page_has_its_own_episode_ready(open_page: Open, site: str) -> None:
    page = open_page(FIRST)
    page.get_by_role("button", name="Play the episode").click()
    until(page, f"{PLAYING} && {TIME} > 0.5")
    page.context.add_init_script(REFUSED)
    page.goto(site + SECOND)
    expect(page.locator("#bar-words")).to_have_text(SECOND_TITLE)
    page.goto(f"{site}/themes")
    expect(page.locator("#bar-words")).to_have_text(FIRST_TITLE)


@pytest.mark.parametrize("width", [360, 1200])
def test_the_bar_is_closed_and_stays_closed(width: int, open_page: Open, site: str) -> None:
    page = open_page("/", viewport={"width": width, "height": 700})
    page.locator(".listen [data-play]").click()
    until(page, PLAYING)
    close = page.get_by_role("button", name="Close the player")
    box = close.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    close.click()
    expect(page.locator("#bar")).to_be_hidden()
    assert not page.evaluate(PLAYING)
    assert page.evaluate("document.getElementById('bar-audio').src") == ""
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator(".listen [data-play]")).not_to_have_attribute("data-playing", "")
    page.goto(f"{site}/themes")
    expect(page.locator("#bar")).to_be_hidden()
    page.goto(f"{site}/")
    page.locator(".listen [data-play]").click()
    until(page, PLAYING)
    expect(page.locator("#bar")).to_be_visible()


def test_an_episode_page_whose_bar_was_closed_still_plays_by_key(open_page: Open, site: str) -> None:
    page = open_page(FIRST)
    hear_a_little(page)
    page.get_by_role("button", name="Close the player").click()
    expect(page.locator("#bar")).to_be_hidden()
    page.keyboard.press("k")
    until(page, PLAYING)
    expect(page.locator("#bar-words")).to_have_text(FIRST_TITLE)
    page.get_by_role("button", name="Close the player").click()
    page.goto(f"{site}/themes")
    expect(page.locator("#bar")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390])
def test_ten_seconds_back_and_on_are_there_on_a_phone(width: int, open_page: Open) -> None:
    page = open_page(FIRST, viewport={"width": width, "height": 700})
    until(page, READY)
    page.get_by_role("button", name="10 seconds on").click()
    until(page, f"{TIME} > 9.9")
    page.get_by_role("button", name="10 seconds back").click()
    until(page, f"{TIME} < 1")
    boxes = [one.bounding_box() for one in page.locator("#bar :is(button, input)").all()]
    for one in boxes:
        assert one
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= width
    bar, slider = page.locator("#bar").bounding_box(), page.locator("#bar-place").bounding_box()
    assert bar
    assert slider
    assert slider["width"] >= 40
    reserved = page.evaluate("parseFloat(getComputedStyle(document.body).paddingBottom)")
    assert bar["height"] <= reserved  # the last line is not covered

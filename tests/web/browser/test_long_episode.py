"""Two hours and 20,000 words in a real browser: what is said is followed far down in the page, and nothing jumps."""

from collections.abc import Iterator

import long_episode
import pytest
from browsing import Watch, until
from entering import serving
from playwright.sync_api import Browser, Page, expect

from companion.config import Settings
from web.app import create_app

TIME = "document.getElementById('bar-audio').currentTime"
PLAYING = "!document.getElementById('bar-audio').paused"
# what the browser itself says of a steady page; entries from before are not counted
OBSERVE = """
    window.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
        .observe({type: 'layout-shift'});
"""


@pytest.fixture(scope="module")
def long_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data=tmp_path_factory.mktemp("long"))
    long_episode.fill(settings)
    with serving(create_app(settings)) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, long_site: str, watch: Watch) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1200, "height": 800})
    opened = watch.over(context.new_page())
    opened.goto(f"{long_site}/episodes/{long_episode.ID}")
    yield opened
    context.close()
    assert watch.errors == []


def test_playing_is_steady(page: Page) -> None:
    place = 0.7  # far down in the page, where all of it is laid out
    line = page.locator(".head .timeline")
    box = line.bounding_box()
    assert box
    line.click(position={"x": box["width"] * place, "y": 30})
    until(page, f"{PLAYING} && {TIME} > {long_episode.SECONDS * place - 20}")
    expect(page.locator(".line.now")).to_be_in_viewport()
    rate = page.locator("#bar-rate")
    for _ in range(3):
        rate.click()
    expect(rate).to_have_text("2×")
    page.wait_for_timeout(1200)
    page.evaluate(OBSERVE)
    first = page.evaluate(TIME)
    until(page, f"{TIME} > {first + 20}")
    assert page.evaluate(f"[...document.querySelectorAll('.line.now')].every((one) => {TIME} > Number(one.dataset.s))")
    assert page.evaluate("Number(document.querySelector('.line.now').dataset.s)") > first  # it was followed
    expect(page.locator(".line.now")).to_be_in_viewport()
    assert page.evaluate("shifts.reduce((sum, one) => sum + one, 0)") < 0.02

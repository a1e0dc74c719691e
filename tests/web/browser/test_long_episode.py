"""Two hours and 20,000 words in a real browser: plays without jank, and its search reaches every word."""

import time
from collections.abc import Iterator

import long_episode
import pytest
from browsing import Watch, until
from entering import serving
from playwright.sync_api import Browser, CDPSession, Page, expect

from companion.config import Settings
from web.app import create_app

TIME = "document.getElementById('bar-audio').currentTime"
PLAYING = "!document.getElementById('bar-audio').paused"
# what the browser itself says of a smooth page; entries from before are not counted
OBSERVE = """
    window.tasks = []; window.shifts = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({type: 'longtask'});
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


def counted(session: CDPSession) -> dict[str, float]:
    """The browser's own books: how many layouts it made, and how many seconds scripts, styles and layouts took."""
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def test_playing_is_smooth(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    place = 0.7  # far down in the page, where all of it is laid out
    line = page.locator(".head .timeline")
    box = line.bounding_box()
    assert box
    line.click(position={"x": box["width"] * place, "y": 30})
    until(page, f"{PLAYING} && {TIME} > {long_episode.SECONDS * place - 20}")
    expect(page.locator(".line.now")).to_be_in_viewport()
    for _ in range(4):
        page.locator("#bar-rate").click()  # around to 0.75; the fastest is two before
        if page.locator("#bar-rate").inner_text() == "2×":
            break
    page.wait_for_timeout(1200)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate(OBSERVE)
    before, since = counted(session), time.perf_counter()
    first = page.evaluate("document.querySelector('.line.now')?.dataset.s ?? '0'")
    page.wait_for_timeout(10_000)
    wall = time.perf_counter() - since
    after = counted(session)
    tasks, shifts = page.evaluate("[tasks, shifts]")
    share = {
        name: (after[name] - before[name]) / wall
        for name in ("LayoutDuration", "RecalcStyleDuration", "ScriptDuration")
    }
    layouts = (after["LayoutCount"] - before["LayoutCount"]) / wall
    with capsys.disabled():
        print(
            f"\n  at {place:.0%}: long tasks {[round(one) for one in tasks]} ms, layout shift {sum(shifts):.4f}, "
            f"{layouts:.1f} layouts/s, "
            + ", ".join(f"{name.removesuffix('Duration').lower()} {value:.1%}" for name, value in share.items())
        )
    assert page.evaluate("document.querySelector('.line.now')?.dataset.s") != first  # it went on, and was followed
    expect(page.locator(".line.now")).to_be_in_viewport()
    assert sum(shifts) < 0.02
    assert sum(share.values()) < 0.2
    assert (
        sum(max(one - 50, 0) for one in tasks) < 1000
    )  # milliseconds of ten seconds in which nothing else could happen

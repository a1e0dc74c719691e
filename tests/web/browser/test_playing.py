"""The player in a real browser: it plays, seeks, follows, and stops on time."""

from collections.abc import Callable

import podcast
import pytest
from browsing import until
from playwright.sync_api import Page, expect

from companion.config import Settings
from companion.store import Store

pytestmark = pytest.mark.usefixtures("nothing_went_wrong")

Open = Callable[..., Page]
EPISODE = f"/episodes/{podcast.FIRST}"
TIME = "document.getElementById('bar-audio').currentTime"
PLAYING = "!document.getElementById('bar-audio').paused"
# the greatest position that was ever played, looked at far more often than the player itself does
FARTHEST = """
    const audio = document.getElementById('bar-audio'); window.farthest = 0; window.stopped = null;
    setInterval(() => { if (!audio.paused) window.farthest = Math.max(window.farthest, audio.currentTime); }, 5);
    audio.addEventListener('pause', () => { window.stopped = audio.currentTime; });
"""
# which words of a line were the current ones, each time that this changed
FOLLOWED = """(said) => {
    const line = [...document.querySelectorAll('.line')].find((one) => one.textContent === said);
    const words = [...line.querySelectorAll('.w')];
    window.followed = [];
    new MutationObserver(() => {
        const now = words.flatMap((word, at) => (word.classList.contains('now') ? [at] : []));
        if (now.length && `${now}` !== `${window.followed.at(-1)}`) window.followed.push(now);
    }).observe(line, { subtree: true, attributeFilter: ['class'] });
}"""
LANDED = """document.getElementById('bar-audio')
    .addEventListener('seeked', (event) => { window.landed ??= event.target.currentTime; })"""


def test_the_page_plays_and_pauses(open_page: Open) -> None:
    page = open_page(EPISODE)
    page.get_by_role("button", name="Play the episode").click()
    until(page, f"{PLAYING} && {TIME} > 0.3")
    expect(page.locator("#bar-toggle")).to_have_attribute("aria-label", "Pause")
    page.locator("#bar-toggle").click()
    until(page, f"!({PLAYING})")


@pytest.mark.parametrize("line", [0, 5, 14, 21])
def test_a_click_on_a_line_plays_it(line: int, open_page: Open) -> None:
    page = open_page(EPISODE)
    page.evaluate(LANDED)
    _, start, end, said = podcast.TALK[line]
    shown = page.locator(".line", has_text=said)
    shown.click(position={"x": 4, "y": 8})
    until(page, f"{PLAYING} && {TIME} > {start}")
    until(page, "window.landed !== undefined")
    assert page.evaluate("window.landed") == pytest.approx(start, abs=0.3)
    page.evaluate("document.getElementById('bar-audio').pause()")
    assert start <= page.evaluate(TIME) < end
    expect(shown).to_have_attribute("aria-current", "true")


def test_a_click_on_a_word_plays_from_it_and_words_are_followed(open_page: Open) -> None:
    page = open_page(EPISODE)
    _, start, end, said = podcast.TALK[5]
    line = page.locator(".line", has_text=said)
    line.click(position={"x": 4, "y": 8})
    words = line.locator(".w")
    expect(words).to_have_count(len(said.split()))
    page.evaluate(LANDED)
    page.evaluate(FOLLOWED, said)
    words.nth(8).click()
    step = (end - start) / len(said.split())
    until(page, "window.landed !== undefined && window.followed.some(([word]) => word > 9)")
    assert page.evaluate("window.landed") == pytest.approx(start + 8 * step, abs=0.1)
    followed = page.evaluate("window.followed")
    assert all(len(words) == 1 for words in followed) and followed == sorted(followed)  # one by one


@pytest.mark.parametrize(("asked", "end"), [("?t=83,85", 85), ("?t=1:23,1:25.5", 85.5), ("#t=83,84.5", 84.5)])
def test_an_asked_stretch_stops_on_time(asked: str, end: float, open_page: Open) -> None:
    page = open_page(EPISODE + asked)
    page.evaluate(FARTHEST)
    if not page.evaluate(PLAYING):
        page.locator("#bar-toggle").click()
    until(page, "window.stopped !== null")
    assert page.evaluate("window.stopped") == pytest.approx(end, abs=0.1)
    page.wait_for_timeout(400)
    assert not page.evaluate(PLAYING)
    assert page.evaluate("window.farthest") < end + 0.1
    page.locator("#bar-toggle").click()  # once more: from its start again
    until(page, f"{PLAYING} && {TIME} < {end - 0.5}")
    assert page.evaluate(TIME) >= 82.9


def test_a_moment_plays_where_it_stands_and_stops(open_page: Open) -> None:
    page = open_page("/")
    expect(page.locator("#bar")).to_be_hidden()
    page.locator(".listen [data-play]").click()
    page.evaluate(FARTHEST)
    _, _, end, said = podcast.TALK[2]
    expect(page.locator("#bar-words")).to_have_text(said)
    expect(page.locator("#bar-name")).to_have_text("Leaning in")
    expect(page.locator("#bar-by")).to_have_text("Dana")
    expect(page.locator(".listen [data-play]")).to_have_attribute("data-playing", "")
    until(page, "window.stopped !== null")
    assert page.evaluate("window.stopped") == pytest.approx(end, abs=0.1)
    expect(page.locator(".listen [data-play]")).not_to_have_attribute("data-playing", "")
    page.locator("#bar-words").click()
    expect(page.locator("h1")).to_contain_text(said)


def test_it_stops_on_time_at_any_speed(open_page: Open) -> None:
    page = open_page(f"{EPISODE}?t=100,105")
    page.evaluate(FARTHEST)
    for _ in range(3):
        page.locator("#bar-rate").click()
    expect(page.locator("#bar-rate")).to_have_text("2×")
    until(page, "window.stopped !== null")
    assert page.evaluate("window.stopped") == pytest.approx(105, abs=0.1)


def test_playing_goes_on_across_pages(open_page: Open) -> None:
    page = open_page(EPISODE)
    page.get_by_role("button", name="Play the episode").click()
    until(page, f"{TIME} > 1")
    page.get_by_role("link", name="Themes", exact=True).click()
    page.wait_for_url("**/themes")
    until(page, f"{PLAYING} && {TIME} > 1.2")
    expect(page.locator("#bar-words")).to_have_text("Session 1: The Dinner in December")


def test_following_yields_to_the_reader_and_comes_back(open_page: Open) -> None:
    page = open_page(EPISODE, viewport={"width": 400, "height": 500})
    page.locator(".line").first.click(position={"x": 4, "y": 8})
    until(page, PLAYING)
    resume = page.locator("#resume")
    expect(resume).to_be_hidden()
    page.mouse.move(200, 200)
    page.mouse.wheel(0, 1500)
    expect(resume).to_be_visible()
    page.wait_for_timeout(600)
    expect(page.locator(".line.now")).not_to_be_in_viewport()
    expect(resume).to_have_attribute("data-up", "")
    resume.click()
    expect(page.locator(".line.now")).to_be_in_viewport()
    expect(resume).to_be_hidden()


def test_the_timeline_seeks(open_page: Open) -> None:
    page = open_page(EPISODE)
    line = page.locator(".head .timeline")
    box = line.bounding_box()
    assert box
    line.click(position={"x": box["width"] * 0.75, "y": 18})
    until(page, f"{PLAYING} && {TIME} > {podcast.SECONDS * 0.75 - 1}")
    assert page.evaluate(TIME) == pytest.approx(podcast.SECONDS * 0.75, abs=1.5)


def test_a_mark_on_the_timeline_plays_from_its_own_second(open_page: Open) -> None:
    page = open_page(EPISODE, viewport={"width": 400, "height": 800})
    page.locator(".head .timeline [data-seek]").nth(3).click()
    until(page, f"{PLAYING} && {TIME} > 0")
    assert page.evaluate(TIME) == pytest.approx(podcast.TALK[10][1], abs=1.5)


def test_keys(open_page: Open) -> None:
    page = open_page(EPISODE)
    until(page, "document.getElementById('bar-audio').readyState > 0")
    page.keyboard.press("k")
    until(page, PLAYING)
    page.keyboard.press("l")
    until(page, f"{TIME} > 9.9")
    page.keyboard.press("ArrowRight")
    until(page, f"{TIME} > 14.9")
    page.keyboard.press("j")
    until(page, f"{TIME} < 10")
    page.keyboard.press(">")
    expect(page.locator("#bar-rate")).to_have_text("1.25×")
    page.keyboard.press("m")
    assert page.evaluate("document.getElementById('bar-audio').muted")
    page.keyboard.press("Space")
    until(page, f"!({PLAYING})")
    page.keyboard.press("/")
    page.keyboard.type("k j")
    assert page.input_value("#q") == "k j"  # typing is typing
    assert not page.evaluate(PLAYING)
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#keys-on").uncheck()
    page.locator("#keys button").click()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    assert not page.evaluate(PLAYING)


def test_every_play_sign_works_by_keyboard(open_page: Open) -> None:
    page = open_page("/")
    page.locator(".listen [data-play]").focus()
    page.keyboard.press("Space")
    until(page, PLAYING)
    page.keyboard.press("Enter")
    until(page, f"!({PLAYING})")


def test_without_scripts_a_plain_player_starts_in_place(open_page: Open, settings: Settings) -> None:
    page = open_page(f"{EPISODE}?t=83", java_script_enabled=False)
    expect(page.locator("audio[controls]")).to_be_visible()
    assert (page.locator("audio[controls]").get_attribute("src") or "").endswith("/audio#t=83.0")
    with Store.open(settings.database) as store:
        id = store.moments.find(theme="validation")[0].moment.id
    page.goto(page.url.split("/episodes")[0] + f"/moments/{id}")
    assert (page.locator("audio[controls]").get_attribute("src") or "").endswith("#t=25.75,32.2")
    page.locator("#q").fill("invisible")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("invisible")


def test_where_the_browser_keeps_nothing_all_else_works(open_page: Open) -> None:
    refused = """for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {
        get() { throw new DOMException('refused', 'SecurityError'); },
    });"""
    page = open_page("/", script=refused)
    page.locator(".listen [data-play]").click()
    until(page, f"{PLAYING} && {TIME} > 0")
    page.keyboard.press("/")
    page.keyboard.type("felt invis", delay=15)
    until(page, "document.querySelectorAll('#q-offers [role=option]').length > 0")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.locator("#keys button").click()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    assert page.evaluate(PLAYING)  # the keys are off, if only on this page
    page.get_by_role("link", name="Themes", exact=True).click()
    page.wait_for_url("**/themes")

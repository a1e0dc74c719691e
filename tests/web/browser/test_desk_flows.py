"""At the desk, in a browser: an ingest that is watched as it goes, and a second opinion that is settled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import podcast
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Watch, until
from entering import NORA, PASSWORD, TOM, serving
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, expect

from companion.config import Settings
from companion.moments import State, moment_id
from companion.store import Store
from companion.timecode import Span
from companion.transcripts import Window
from companion.users import User
from web.app import create_app

PRESS = """keys => {
    for (const key of keys) document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
}"""
VALIDATION = moment_id(podcast.FIRST, "validation", podcast.TALK[5][3])


@pytest.fixture
def desk(own: Settings) -> Iterator[str]:
    with serving(create_app(own)) as address:
        yield address


def entered(chromium: Browser, desk: str, user: User, watch: Watch, **options: object) -> tuple[BrowserContext, Page]:
    context = chromium.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})
    page = watch.over(context.new_page())
    page.goto(f"{desk}/desk/login")
    page.fill("[name=name]", user.name)
    page.fill("[name=password]", PASSWORD)
    page.click("main .button")
    page.wait_for_url("**/desk")
    return context, page


def heard(own: Settings, index: int, end: float) -> None:
    """A window of the silent episode has been recognised."""
    window = Window(index=index, span=Span(start=end - 30, end=end), language="en", segments=())
    with Store.open(own.database) as store:
        store.transcripts.save_window(podcast.SILENT, "test", window)


def test_an_ingest_is_watched_as_it_goes(chromium: Browser, desk: str, own: Settings, watch: Watch) -> None:
    with Store.open(own.database) as store:
        audio = store.media.get(podcast.FIRST)
        assert audio is not None
    context, page = entered(chromium, desk, NORA, watch)
    row = f"document.getElementById('e-{podcast.SILENT}').textContent"
    status = "document.getElementById('doing').textContent"
    assert "Bring it in" in page.evaluate(row)
    page.evaluate("document.kept = document.body")  # gone if the page was loaded anew
    page.locator(f"#e-{podcast.FIRST} .ways a").first.focus()
    with FileLock(own.lock):
        until(page, f"{status}.includes('is at work')")
        with Store.open(own.database) as store:
            store.media.save(replace(audio, episode=podcast.SILENT))
        heard(own, 0, 30)
        until(page, f"{row}.includes('0:30 of 3:00')")
        assert page.locator(f"#e-{podcast.SILENT} progress").get_attribute("value") == "30.0"
        heard(own, 1, 60)
        until(page, f"{row}.includes('1:00 of 3:00')")
        with Store.open(own.database) as store:
            store.transcripts.save(podcast.transcript(podcast.SILENT, ""))
            store.moments.replace(podcast.SILENT, "test", tuple(podcast.moments(podcast.SILENT, "")))
        until(page, f"{row}.includes('6 moments')")
        until(page, "document.querySelector('.overview').textContent.includes('22 moments wait')")
    until(page, f"!{status}.includes('is at work')")
    assert page.evaluate("document.kept === document.body")
    assert page.evaluate(f"document.activeElement.closest('li').id === 'e-{podcast.FIRST}'")
    assert watch.errors == []
    context.close()


def test_the_overview_without_scripts(chromium: Browser, desk: str, own: Settings, watch: Watch) -> None:
    with Store.open(own.database) as store:
        store.work.failed(podcast.SILENT, "audio", "The host is away.", datetime.now(UTC))
    context, page = entered(chromium, desk, NORA, watch, java_script_enabled=False)
    with FileLock(own.lock):  # so that it waits
        page.get_by_role("button", name="Try again now").click()
        for said in (
            "An ingest that was started elsewhere is at work…",
            "Bringing in “Session 4: Not Fetched Yet”: waits for its turn.",
        ):
            expect(page.locator("#doing")).to_contain_text(said)
        expect(page.locator(f"#e-{podcast.SILENT}")).to_contain_text("It has its turn now")
        context.close()


def test_a_second_opinion_by_keys_and_its_settlement(chromium: Browser, desk: str, own: Settings, watch: Watch) -> None:
    context, page = entered(chromium, desk, TOM, watch)
    page.get_by_role("link", name="Second opinion").click()
    for theme in ("Leaning in?", "Validation?"):  # of two, the first comes again after the second
        page.locator(".talk .cap", has_text=theme).wait_for()
        page.wait_for_load_state()
        with page.expect_navigation():
            page.keyboard.press("s")
    for theme, key in (("Leaning in?", "a"), ("Validation?", "r")):
        page.locator(".talk .cap", has_text=theme).wait_for()
        page.wait_for_load_state()  # by then it listens to keys
        assert "her own memory" not in page.content()  # the note that came with the verdict
        if key == "r":
            page.get_by_text("Say why").click()
            page.get_by_label("Why", exact=True).fill("It comes a bit fast, are we there?")
            assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
            page.locator("h1").click()
        with page.expect_navigation():  # what is pressed before the next moment is there is not for this one
            page.evaluate(PRESS, [key, "a" if key == "r" else "r"])
    page.get_by_text("you have given 2").wait_for()
    page.keyboard.press("?")
    for does in ("skip it", "accept the moment", "play it again"):
        expect(page.locator("#keys")).to_contain_text(does)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate(
        "document.querySelector('.scrolled').scrollWidth <= document.querySelector('.scrolled').clientWidth"
    )
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    page.get_by_role("link", name="Settle 1 disagreement").click()
    expect(page.locator(".side").nth(1)).to_contain_text("Tom rejects it.")
    page.get_by_label("What you agreed on").fill("He is first heard, then seen.")
    page.get_by_role("button", name="Settle on accept").click()
    page.get_by_text("nothing more to settle").wait_for()
    expect(page.locator("#settled")).to_contain_text("is accepted.")
    with Store.open(own.database) as store:
        clip = store.moments.get(VALIDATION)
    assert (clip.state, clip.note) == (State.ACCEPTED, "He is first heard, then seen.")
    assert watch.errors == []
    context.close()


def test_a_moment_for_a_second_opinion_plays_as_it_comes(
    chromium: Browser, desk: str, own: Settings, watch: Watch
) -> None:
    playing = "!document.getElementById('bar-audio').paused"
    time = "document.getElementById('bar-audio').currentTime"
    context, page = entered(chromium, desk, TOM, watch)
    page.get_by_role("link", name="Second opinion").click()
    until(page, playing)
    start = page.evaluate("Number(document.querySelector('.opinion [data-play]').dataset.start)")
    until(page, f"{time} > {start} + 0.5")
    page.evaluate(f"document.getElementById('bar-audio').onseeked = () => {{ window.landed = {time}; }}")
    page.keyboard.press("p")
    until(page, f"{playing} && window.landed < {start} + 0.1")
    page.get_by_label("Play each as it comes").uncheck()
    page.wait_for_load_state()
    with page.expect_navigation():
        page.keyboard.press("a")
    page.locator(".talk .cap", has_text="Validation?").wait_for()
    page.wait_for_load_state()
    assert not page.get_by_label("Play each as it comes").is_checked()  # and review heeds it, too
    until(page, f"document.getElementById('bar-audio').getAttribute('src') !== null && !({playing})")
    page.keyboard.press("p")
    until(page, playing)
    page.keyboard.press("?")
    page.get_by_label("Keys are on").uncheck()
    page.get_by_role("button", name="Close", exact=True).click()
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert page.locator(".talk .cap", has_text="Validation?").count() == 1
    assert watch.errors == []
    context.close()

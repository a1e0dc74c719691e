"""What the device remembers, and nobody else: saved moments and recent searches."""

from collections.abc import Callable

import podcast
import pytest
from browsing import Watch, until
from entering import serving
from playwright.sync_api import Browser, Page, expect

from companion.config import Settings
from companion.store import Store
from web.app import create_app

pytestmark = pytest.mark.usefixtures("nothing_went_wrong")

Open = Callable[..., Page]
THEME = "/themes/validation"


def test_a_moment_is_saved_here_and_no_request_tells_of_it(open_page: Open, watch: Watch, site: str) -> None:
    page = open_page(THEME)
    page.wait_for_load_state("networkidle")
    sent = len(watch.requests)
    sign = page.locator("[data-save]").first
    expect(sign).to_have_attribute("aria-pressed", "false")
    sign.click()
    expect(sign).to_have_attribute("aria-pressed", "true")
    assert [url for url in watch.requests[sent:] if "/static/" not in url] == []
    page.goto(f"{site}/saved")
    card = page.locator("[data-saved] article")
    expect(card).to_have_count(1)
    expect(card.locator("blockquote")).to_have_text(podcast.TALK[5][3])
    expect(card.locator(".about")).to_contain_text("Validation")
    expect(card.locator(".about")).to_contain_text("Dana")
    asked = [url for url in watch.requests[sent:] if "/moments/" in url or "ids=" in url]
    assert asked == []
    assert page.context.cookies() == []


def test_a_saved_moment_keeps_its_time_and_that_it_is_a_guess(open_page: Open, site: str, settings: Settings) -> None:
    guess = "suggested, not yet reviewed"
    with Store.open(settings.database) as store:
        id = store.moments.find(theme="resentment")[0].moment.id
    page = open_page(f"/moments/{id}")
    page.locator(".one [data-save]").click()
    page.goto(f"{site}/themes/naming-the-block")
    page.locator("[data-save]").first.click()
    page.goto(site + THEME)
    page.locator(".moment", has_text=podcast.TALK[5][3]).first.locator("[data-save]").click()
    page.goto(f"{site}/saved")
    about = page.locator("[data-saved] article .about")
    expect(about.locator(".time")).to_have_text(["0:26", "0:45", "1:35"])
    expect(about.nth(0)).not_to_contain_text(guess)
    for place in (1, 2):
        expect(about.nth(place)).to_contain_text(guess)
    for _ in range(2):  # taken back, and saved again from the shelf
        page.locator("[data-saved] article [data-save]").nth(1).click()
    page.reload()
    expect(about.nth(0)).to_contain_text("0:45")
    expect(about.nth(0)).to_contain_text(guess)


def test_a_kept_guess_that_was_reviewed_since_is_no_guess_any_more(open_page: Open, site: str) -> None:
    page = open_page(THEME)
    page.locator("[data-save]").first.click()
    page.evaluate("""() => {
        const [one] = JSON.parse(localStorage.getItem('companion.saved'));
        localStorage.setItem('companion.saved', JSON.stringify([{...one, guess: true, time: undefined}]));
    }""")
    page.goto(f"{site}/saved")
    about = page.locator("[data-saved] article .about")
    expect(about).to_contain_text("not yet reviewed")
    expect(about.locator(".time")).to_have_text("0:25")  # one that was kept before times were
    page.goto(site + THEME)
    expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "true")
    page.goto(f"{site}/saved")
    expect(about).not_to_contain_text("not yet reviewed")
    expect(about.locator(".time")).to_have_text("0:26")


def test_a_saved_moment_plays_and_leads_to_its_page(open_page: Open, site: str) -> None:
    page = open_page(THEME)
    page.locator("[data-save]").first.click()
    page.goto(f"{site}/saved")
    page.locator("[data-saved] [data-play]").focus()
    page.keyboard.press("Space")
    until(page, "document.getElementById('bar-audio').currentTime > 26")
    expect(page.locator("[data-saved] [data-play]")).to_have_attribute("data-playing", "")
    expect(page.locator("#bar-name")).to_have_text("Validation")
    page.locator("[data-saved] blockquote a").click()
    page.wait_for_url("**/moments/*")
    expect(page.locator("h1")).to_contain_text(podcast.TALK[5][3])


def test_a_content_note_stands_before_what_was_saved(chromium: Browser, own: Settings, watch: Watch) -> None:
    note = 'They speak of a "loss" <b>here</b>.'
    with Store.open(own.database) as store:
        store.protection.set_caution(podcast.FIRST, note)
    context = chromium.new_context()
    with serving(create_app(own)) as site:
        page = watch.over(context.new_page())
        page.goto(site + THEME)
        page.locator(".moment", has_text=podcast.TALK[5][3]).first.locator("[data-save]").click()
        page.goto(f"{site}/saved")
        expect(page.locator("[data-saved] .caution")).to_have_text(f"Before you listen to this: {note}")
        with Store.open(own.database) as store:
            store.protection.set_caution(podcast.FIRST, "")
        page.goto(site + THEME)  # where it is seen again, what is kept of it is renewed
        page.goto(f"{site}/saved")
        expect(page.locator("[data-saved] blockquote")).to_have_text(podcast.TALK[5][3])
        expect(page.locator("[data-saved] .caution")).to_have_count(0)
    context.close()


def test_saving_can_be_taken_back_one_by_one_or_whole(open_page: Open, site: str) -> None:
    page = open_page(THEME)
    for sign in page.locator("[data-save]").all()[:2]:
        sign.click()
    page.goto(f"{site}/saved")
    cards = page.locator("[data-saved] article")
    expect(cards).to_have_count(2)
    cards.first.locator("[data-save]").click()
    expect(cards.first.locator("[data-save]")).to_have_attribute("aria-pressed", "false")  # and may be pressed again
    page.reload()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Forget them all").click()
    page.get_by_role("button", name="No, keep it").click()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Forget them all").click()
    page.get_by_role("button", name="Yes, forget them").click()
    expect(page.locator("[data-saved] .none")).to_be_focused()
    page.goto(site + THEME)
    expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "false")


def test_what_was_saved_in_another_window_is_seen_here(open_page: Open) -> None:
    page = open_page(THEME)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-save]").first.click()
    expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("kept", ["{", "{}", "[1, null]", '[{"id": 1, "words": 2}]'])
def test_a_list_that_cannot_be_read_is_empty(kept: str, open_page: Open) -> None:
    page = open_page("/saved")
    page.evaluate("kept => localStorage.setItem('companion.saved', kept)", kept)
    page.reload()
    expect(page.locator("[data-saved] .none")).to_be_visible()


def test_hostile_words_on_the_shelf_stay_words(open_page: Open, watch: Watch, site: str) -> None:
    page = open_page("/saved")
    evil = {"id": "../evil", "words": podcast.EVIL, "by": podcast.EVIL, "title": podcast.EVIL, "theme": podcast.EVIL}
    page.evaluate(
        "kept => localStorage.setItem('companion.saved', JSON.stringify(kept))",
        [{**evil, "audio": "https://evil.test/a.mp3", "start": "0", "end": "1"}],
    )
    page.reload()
    expect(page.locator("[data-saved] blockquote")).to_have_text(podcast.EVIL)
    expect(page.locator("[data-saved] blockquote a")).to_have_attribute("href", "/moments/..%2Fevil")
    assert page.locator("[data-saved] [data-play]").count() == 0
    assert page.locator("main img, main script").count() == 0
    assert [url for url in watch.requests if not url.startswith(site)] == []


def test_recent_searches_are_offered_under_the_empty_box(open_page: Open, site: str) -> None:
    page = open_page("/search?q=invisible")
    page.goto(f"{site}/search?q=felt+%3Cb%3Ealone")
    page.goto(f"{site}/search?q=INVISIBLE")
    page.goto(f"{site}/themes")
    panel = page.locator(".search .recent")
    expect(panel).to_be_hidden()
    page.keyboard.press("/")
    expect(panel.get_by_role("link")).to_have_text(["INVISIBLE", "felt <b>alone"])
    page.keyboard.type("x")
    expect(panel).to_be_hidden()
    page.keyboard.press("Backspace")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("/")
    panel.get_by_role("link", name="INVISIBLE").click()
    page.wait_for_url("**/search?q=INVISIBLE")


def test_recent_searches_are_forgotten_at_once(open_page: Open, site: str) -> None:
    page = open_page("/search?q=invisible")
    page.goto(f"{site}/search")
    page.locator("#q").focus()
    page.get_by_role("button", name="Forget them").click()
    expect(page.get_by_text("You searched before")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('companion.searches')") is None


def test_without_scripts_the_shelf_says_why_it_is_empty(open_page: Open) -> None:
    page = open_page("/saved", java_script_enabled=False)
    expect(page.locator("noscript p")).to_contain_text("Saving needs scripts")
    expect(page.locator("[data-saved]")).to_be_hidden()

"""Correcting a transcript in a real browser: in place, by keys, while it plays, and with nothing lost on the way."""

from collections.abc import Callable, Iterator

import podcast
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Watch, until
from entering import PASSWORD, Clock, serving
from playwright.sync_api import Page, expect

from companion.config import Settings
from companion.store import Store
from web.app import create_app

Open = Callable[..., Page]
HERE = f"/desk/episodes/{podcast.FIRST}/transcript"
SOUND = "document.getElementById('bar-audio')"
WORDS = "document.activeElement.id === 'text'"


@pytest.fixture
def site(own: Settings, clock: Clock) -> Iterator[str]:
    with serving(create_app(own, clock)) as address:
        yield address


@pytest.fixture
def desk(open_page: Open) -> Callable[..., Page]:
    """Opens the transcript, logged in as Tom."""

    def open_(**options: object) -> Page:
        page = open_page(HERE, **options)
        enter(page)
        page.wait_for_selector("#turns")
        page.wait_for_load_state()  # with its scripts: what is pressed before them leads to a page of its own
        return page

    return open_


def enter(page: Page) -> None:
    page.fill("#name", "Tom")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def read(own: Settings) -> str:
    with Store.open(own.database) as store:
        said = store.transcripts.get(podcast.FIRST)
        assert said is not None
        return " ".join(segment.text for segment in said.segments)


def test_words_are_corrected_in_place_while_they_are_heard(
    desk: Callable[..., Page], own: Settings, watch: Watch
) -> None:
    page = desk()
    page.evaluate("window.stayed = true")
    page.focus("#w16 [data-correct]")
    page.keyboard.press("Enter")
    until(page, WORDS)
    until(page, f"!{SOUND}.paused && {SOUND}.currentTime >= 8")
    page.keyboard.press("Shift+Space")
    until(page, f"{SOUND}.paused")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Tell me.")
    page.keyboard.press("Shift+Enter")  # saves, and opens the next
    until(page, f"{WORDS} && document.activeElement.closest('.passage-of-talk').previousElementSibling.id === 'w16'")
    assert "for you? Tell me. Sitting" in read(own)
    expect(page.locator("#w16")).to_contain_text("Tell me.")
    page.keyboard.press("Escape")
    until(page, "document.activeElement.matches('[data-correct]') && !document.querySelector('.editor')")
    page.click("#edits ~ .edits button >> nth=0")
    until(page, "document.getElementById('done').textContent === 'Done.'")
    assert "Tell me." not in read(own)
    expect(page.locator("#w16")).not_to_contain_text("Tell me.")
    assert page.evaluate("window.stayed")  # no page was loaded anew
    assert watch.errors == []


def test_a_turn_is_split_at_the_caret_and_the_followed_line_is_still_found(
    desk: Callable[..., Page], own: Settings, watch: Watch
) -> None:
    page = desk()
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.evaluate("document.getElementById('text').setSelectionRange(17, 17)")
    page.keyboard.press("ArrowRight")
    until(page, "document.getElementById('from').value === '4'")
    page.fill("#speaker", "Ruth")
    page.click("text=to the end of the turn")
    until(page, "document.querySelector('#w20 .who b')?.textContent === 'Ruth'")
    page.click("#w20 [data-seek]")
    until(page, "document.querySelector('#w20 .line.now') !== null")
    assert watch.errors == []


def test_by_keys_a_voice_is_given_to_the_whole_passage_and_the_focus_stays(
    desk: Callable[..., Page], own: Settings, watch: Watch
) -> None:
    page = desk()
    page.evaluate(f"{SOUND}.pause(), {SOUND}.currentTime = {podcast.TALK[1][1] + 0.5}")
    until(page, "document.querySelector('#w16 .line.now') !== null")
    page.keyboard.press("e")  # what is said now
    until(page, f"{WORDS} && document.activeElement.closest('.passage-of-talk').id === 'w16'")
    page.keyboard.press("Shift+Enter")  # nothing was changed: on at once
    until(page, f"{WORDS} && document.activeElement.closest('.passage-of-talk').previousElementSibling.id === 'w16'")
    page.keyboard.press("Escape")
    assert [url for url in watch.requests if url.endswith("/words")] == []
    page.focus("#w16 [data-correct]")
    page.keyboard.press("Enter")
    until(page, WORDS)
    assert page.input_value("#from") == "0"
    page.focus("#speaker")
    page.keyboard.press("Control+A")
    page.keyboard.type("Ruth")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#w16 .who b')?.textContent === 'Ruth'")
    page.focus("#edits ~ .edits button >> nth=0")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('done').textContent === 'Done.'")
    assert page.evaluate("document.activeElement.matches('.edits button')")


def test_an_edit_outlives_a_session_that_has_ended(desk: Callable[..., Page], own: Settings, clock: Clock) -> None:
    page = desk()
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "I can try that. What was the loneliest part of that night for you?")
    clock.on(days=60)
    page.click(".editor .button >> nth=0")
    page.wait_for_selector("#password")
    enter(page)
    page.wait_for_selector("#turns")
    expect(page.locator("#turns")).to_contain_text("loneliest")
    assert "loneliest" in read(own)


def test_two_people_at_the_same_words(desk: Callable[..., Page], own: Settings) -> None:
    page, other = desk(), desk()
    for one in (page, other):
        one.click("#w16 [data-correct]")
        until(one, WORDS)
    page.fill("#text", "I can try that. What was the loneliest part?")
    with page.expect_request("**/words") as sent:
        page.keyboard.press("Enter")
    assert sent.value.headers["accept"] == "application/json"  # so that a refusal is told, with TLS or without
    until(page, "document.getElementById('done').textContent === 'Saved.'")
    other.fill("#text", "I can try that. What was the hardest part?")
    other.keyboard.press("Enter")
    other.wait_for_selector(".editor [role=alert]")
    expect(other.locator(".editor [role=alert]")).to_contain_text("loneliest")
    assert other.input_value("#text").endswith("the hardest part?")
    other.focus("#text")
    other.keyboard.press("Enter")  # now both are known: mine it is
    until(other, "document.getElementById('done').textContent === 'Saved.'")
    assert "hardest part? Sitting" in read(own)


def test_two_people_at_different_words_are_not_in_each_others_way(desk: Callable[..., Page], own: Settings) -> None:
    page, other = desk(), desk()
    other.click("#w70 [data-correct]")
    until(other, WORDS)
    page.click("#w0 [data-correct]")
    until(page, WORDS)
    page.keyboard.press("Control+Home")
    page.keyboard.type("Well, first of all: ")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('done').textContent === 'Saved.'")
    other.fill("#text", "It soothes me to hear you say that.")
    other.fill("#speaker", "Ruth")
    other.click("text=to the end of the turn")  # saves the words, and gives them away where they then stand
    until(other, "document.activeElement.matches('#w74 [data-correct]')")
    expect(other.locator("#w74 .who b")).to_have_text("Ruth")
    expect(other.locator("#w74 .lines")).to_contain_text("It soothes me")
    assert "Well, first of all" in read(own) and "It soothes me to hear" in read(own)
    other.click("#w0 [data-correct]")
    until(other, WORDS)
    other.keyboard.press("Control+Home")
    other.keyboard.type("So. ")
    other.click("#w75 [data-correct], #w74 [data-correct]")  # its number shifts while the words are saved
    until(other, f"{WORDS} && document.getElementById('text').value.startsWith('It soothes me')")


def test_words_in_hand_are_saved_before_anything_else_is_done(
    desk: Callable[..., Page], own: Settings, watch: Watch
) -> None:
    page = desk()
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "Yes, I can try that. What was the loneliest part of that night for you?")
    page.click("#w0 [data-correct]")
    until(page, f"{WORDS} && document.activeElement.closest('.passage-of-talk').id === 'w0'")
    assert "loneliest" in read(own)
    page.keyboard.press("Escape")
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "Well, yes, I can try that. What was the loneliest part of that night for you?")
    page.select_option("#from", label="What")
    page.fill("#speaker", "Ruth")
    page.click("text=to the end of the turn")
    until(page, "document.querySelector('#w22 .who b')?.textContent === 'Ruth'")
    assert "Well, yes, I can try that. What was" in read(own)
    expect(page.locator("#w22 .line").first).to_contain_text("What was the loneliest")
    page.click("#w22 [data-correct]")
    until(page, WORDS)
    page.keyboard.press("Control+Home")
    page.keyboard.type("Hm. ")
    with page.expect_event("dialog"):
        page.evaluate("setTimeout(() => location.assign('/desk'))")
    assert watch.dialogs == [""]  # it asked before it left, and stayed
    assert page.input_value("#text").startswith("Hm.")
    page.fill("#name", "Marta")
    page.press("#name", "Enter")
    until(page, "document.getElementById('glossary').parentElement.textContent.includes('Marta')")
    assert "Hm. What was" in read(own)


def test_a_passage_opened_before_the_script_has_come_has_the_focus_all_the_same(desk: Callable[..., Page]) -> None:
    page = desk()
    page.route("**/correct.js", lambda route: route.abort(), times=1)
    page.reload()
    page.click("#w16 [data-correct]")
    page.wait_for_selector("#w16 .editor")  # the server has opened it
    until(page, WORDS)
    page.fill("#text", "Mine.")
    page.click("[data-cancel]")
    page.click("text=Yes, let it go")
    until(page, "document.activeElement.matches('#w16 [data-correct]') && !document.querySelector('.editor')")


def test_what_is_written_is_let_go_only_when_that_is_meant(
    desk: Callable[..., Page], own: Settings, watch: Watch
) -> None:
    page = desk()
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "Mine.")
    page.keyboard.press("Escape")
    until(page, "document.querySelector('.ask')?.contains(document.activeElement)")
    page.keyboard.press("Escape")  # it is kept
    until(page, f"{WORDS} && !document.querySelector('.ask')")
    assert page.input_value("#text") == "Mine."
    page.click("[data-cancel]")
    page.click("text=Yes, let it go")
    until(page, "document.activeElement.matches('#w16 [data-correct]') && !document.querySelector('.editor')")
    expect(page.locator("#turns")).not_to_contain_text("Mine.")
    other = desk()
    other.click("#w16 [data-correct]")
    until(other, WORDS)
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "I can try.")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('done').textContent === 'Saved.'")
    other.fill("#text", "I cannot try.")
    other.keyboard.press("Enter")
    other.wait_for_selector(".editor [role=alert]")  # opened by the server
    other.click("[data-cancel]")
    other.click("text=Yes, let it go")
    other.wait_for_selector("#w16 [data-correct]")
    expect(other.locator("#w16")).to_contain_text("I can try.")
    assert "I can try." in read(own) and watch.dialogs == []


def test_words_are_found_while_passages_change(desk: Callable[..., Page], watch: Watch) -> None:
    page = desk()
    page.fill("#find-words", "curious")
    expect(page.locator("#find-count")).to_have_text("1 of 1")
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "I can be curious. Very curious.")
    page.keyboard.press("Enter")
    expect(page.locator("#find-count")).to_have_text("1 of 3")
    page.click("#find-back")
    expect(page.locator("#find-count")).to_have_text("3 of 3")
    lit = "[...CSS.highlights.get('found-now')][0]"
    assert page.evaluate(f"{lit}.startContainer.parentElement.closest('.passage-of-talk').id") == "w16"
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    page.fill("#text", "I can be.")
    page.keyboard.press("Enter")
    expect(page.locator("#find-count")).to_have_text("1 of 1")
    assert page.evaluate(f"{lit}.startContainer.parentElement.closest('.passage-of-talk').id") == "w0"
    assert watch.errors == []


def test_keys_are_told_where_there_are_keys(desk: Callable[..., Page]) -> None:
    for phone in (False, True):
        page = desk(has_touch=phone, is_mobile=phone)
        page.click("#w16 [data-correct]")
        until(page, WORDS)
        assert page.is_visible("[data-hints]") is not phone
        assert page.is_visible("text=Leave it empty if nothing is said here.")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1300, "dark")])
def test_nothing_is_in_the_way_of_anybody(desk: Callable[..., Page], width: int, scheme: str) -> None:
    page = desk(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page.click("#w16 [data-correct]")
    until(page, WORDS)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_everything_works_without_scripts(open_page: Open, own: Settings) -> None:
    page = open_page(HERE, java_script_enabled=False)
    enter(page)
    page.click("#w16 [data-correct]")
    page.fill("#text", "I can try that. What was the loneliest part?")
    page.click(".editor .button >> nth=0")
    expect(page.locator("#w16")).to_contain_text("loneliest")
    page.click("#edits ~ .edits button >> nth=0")
    expect(page.locator("#w16")).not_to_contain_text("loneliest")

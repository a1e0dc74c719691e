"""Practising in a real browser: hear it at its step, keep a private journal, take turns by a timer, print with room."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import podcast
import pytest
from browsing import Watch, until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("nothing_went_wrong")

Open = Callable[..., Page]
TURNS = "/exercises/taking-turns"
KEPT = "JSON.parse(localStorage.getItem('companion.journal'))"


def note(page: Page, text: str) -> None:
    page.get_by_label("What did you notice?").fill(text)
    page.get_by_role("button", name="Keep this note").click()


def test_a_moment_is_heard_at_the_step_it_belongs_to(open_page: Open) -> None:
    page = open_page("/exercises/small-moments")
    second = page.locator(".steps > li").nth(1)
    expect(second.locator(".cap")).to_have_text("Hear it, then try it")
    second.locator("[data-play]").click()
    expect(page.locator("#bar-name")).to_have_text("Validation")
    until(page, "document.getElementById('bar-audio').currentTime > 26")
    assert page.locator(".steps > li").first.locator("[data-play]").count() == 0


def test_notes_stay_on_the_device(open_page: Open, watch: Watch, site: str) -> None:
    page = open_page(TURNS)
    expect(page.locator(".journal")).to_contain_text("Nothing you write here is ever sent")
    page.wait_for_load_state("networkidle")
    sent = len(watch.requests)
    note(page, "He <b>nodded</b>.\nThen it was quiet.")
    expect(page.locator(".kept li .written")).to_have_text("He <b>nodded</b>.\nThen it was quiet.")
    page.get_by_role("button", name="Add the day").click()
    page.get_by_label("Practised on").fill("2026-01-31")
    page.get_by_role("button", name="Add the day").click()
    page.get_by_label("What did you notice?").fill("half a thou")
    assert [url for url in watch.requests[sent:] if "/static/" not in url] == []  # not one request while writing
    page.reload()
    expect(page.locator(".kept li")).to_have_count(1)
    expect(page.locator(".days li")).to_have_count(2)
    expect(page.locator(".days li").first).to_contain_text("31 Jan 2026")
    expect(page.get_by_label("What did you notice?")).to_have_value("half a thou")
    assert page.context.cookies() == []
    page.goto(f"{site}/exercises/lean-in")  # every exercise has a journal of its own
    expect(page.locator(".kept li")).to_have_count(0)


def test_a_note_or_a_day_can_be_taken_back(open_page: Open) -> None:
    page = open_page(TURNS)
    note(page, "One.")
    note(page, "Two.")
    page.get_by_role("button", name="Add the day").click()
    expect(page.locator(".kept li").first).to_contain_text("Two.")
    erase = page.get_by_role("button", name="Erase this note").first
    erase.click()
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".kept li")).to_have_count(2)
    expect(erase).to_be_focused()
    erase.click()
    page.get_by_role("button", name="Yes, erase it").click()
    expect(page.locator(".kept li")).to_have_count(1)
    expect(page.locator(".kept li")).to_contain_text("One.")
    page.locator(".days button").click()
    expect(page.locator(".days li")).to_have_count(0)
    assert page.evaluate(f"{KEPT}['taking-turns'].days") == []


def test_half_a_note_is_erased_with_the_rest(open_page: Open) -> None:
    page = open_page(TURNS)
    note(page, "One.")
    page.get_by_label("What did you notice?").fill("half a thou")
    page.get_by_role("button", name="Erase it").click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator(".journal .said")).to_contain_text("Nothing of it is left")
    expect(page.get_by_label("What did you notice?")).to_have_value("")
    page.get_by_label("What did you notice?").press_sequentially("n")
    assert page.evaluate(f"{KEPT}['taking-turns'].draft") == "n"


@pytest.mark.parametrize("width", [320, 400, 1200])
@pytest.mark.parametrize("erase", ["Erase it", "Erase this note"])
def test_yes_and_no_stand_apart(erase: str, width: int, open_page: Open) -> None:
    page = open_page(TURNS, viewport={"width": width, "height": 700})
    note(page, "One.")
    page.get_by_role("button", name=erase).click()
    yes, no = (one.bounding_box() for one in page.locator(".ask button").all())
    assert yes
    assert no
    assert no["x"] - (yes["x"] + yes["width"]) >= 16 or no["y"] >= yes["y"] + yes["height"]


@pytest.mark.parametrize("kind", ["md", "json"])
def test_the_journal_can_be_taken_along(kind: str, open_page: Open, tmp_path: Path, watch: Watch, site: str) -> None:
    page = open_page(TURNS)
    note(page, "He nodded — “yes”.")
    page.get_by_role("button", name="Add the day").click()
    with page.expect_download() as waiting:
        page.locator(f"[data-export={kind}]").click()
    today = date.fromisoformat(page.evaluate("document.getElementById('journal-day').value"))
    assert waiting.value.suggested_filename == f"practice-journal-{today}.{kind}"
    waiting.value.save_as(tmp_path / "kept")
    text = (tmp_path / "kept").read_text("utf-8")
    if kind == "md":
        assert text.startswith("# My practice journal\n\n## One speaks, one listens\n\nPractised on ")
        assert text.endswith("\n\nHe nodded — “yes”.\n")
    else:
        day = today.isoformat()
        assert json.loads(text)["journal"] == [
            {
                "title": "One speaks, one listens",
                "page": TURNS,
                "practised": [day],
                "notes": [{"day": day, "text": "He nodded — “yes”."}],
            }
        ]
    assert [url for url in watch.requests if not url.startswith((site, f"blob:{site}"))] == []


def test_all_of_it_is_listed_and_erased_only_after_a_question(open_page: Open, site: str) -> None:
    page = open_page("/exercises")
    expect(page.get_by_role("link", name="Your journal")).to_be_hidden()  # nothing there yet
    page.goto(site + TURNS)
    note(page, "One.")
    page.goto(f"{site}/exercises/week/{podcast.FIRST}")
    page.get_by_role("button", name="Add the day").click()
    page.goto(f"{site}/exercises")
    listed = page.locator("[data-journals] li")
    expect(listed).to_have_count(2)
    page.set_viewport_size({"width": 400, "height": 800})
    way = page.get_by_role("link", name="Your journal")
    expect(way).to_be_in_viewport()
    way.click()
    expect(listed.first).to_be_in_viewport()
    expect(listed.first).to_contain_text("1 note")
    expect(listed.last).to_contain_text("When did you last feel invisible")
    expect(listed.last.get_by_role("link")).to_have_attribute("href", f"/exercises/week/{podcast.FIRST}")
    page.get_by_role("button", name="Erase it").click()
    expect(page.get_by_role("group", name=re.compile("all 2 days and notes"))).to_be_visible()
    page.get_by_role("button", name="No, keep it").click()
    expect(listed).to_have_count(2)
    page.get_by_role("button", name="Erase it").click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("[data-journals] .said")).to_contain_text("Nothing of it is left")
    assert page.evaluate("localStorage.getItem('companion.journal')") is None


@pytest.mark.parametrize(
    "kept",
    ["{", "null", "[]", '"x"', '{"taking-turns": 3}', '{"taking-turns": {"days": "x", "notes": [1, {"day": "?"}]}}'],
)
def test_a_journal_that_cannot_be_read_begins_anew(kept: str, open_page: Open) -> None:
    page = open_page(TURNS)
    page.evaluate("kept => localStorage.setItem('companion.journal', kept)", kept)
    page.reload()
    expect(page.locator(".kept li")).to_have_count(0)
    note(page, "One.")
    expect(page.locator(".kept li")).to_have_count(1)


def test_a_browser_that_keeps_nothing_says_so(open_page: Open) -> None:
    page = open_page(TURNS)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }")
    note(page, "One.")
    expect(page.locator(".said")).to_contain_text("Nothing was saved")
    expect(page.get_by_label("What did you notice?")).to_have_value("One.")  # what was written is still there


def test_taking_turns(open_page: Open) -> None:
    page = open_page(TURNS)
    page.clock.install()
    timer = page.locator("[data-turns]")
    said, clock = timer.locator("[role=status]"), timer.get_by_role("timer")
    timer.get_by_label("Who speaks first").fill("Dana")
    timer.get_by_label("Who listens first").fill("<i>Tom</i>")
    timer.get_by_label("Minutes each").fill("2")
    timer.get_by_role("button", name="Begin").click()
    expect(timer.locator(".speaks")).to_have_text("Dana speaks")
    expect(timer.locator(".listens")).to_have_text("<i>Tom</i> only listens")
    expect(said).to_have_text("Dana speaks, <i>Tom</i> only listens. 2 min.")
    page.clock.run_for(30_000)
    expect(clock).to_have_text("1:30")
    timer.get_by_role("button", name="Pause").click()
    page.clock.run_for(600_000)
    expect(clock).to_have_text("1:30")
    timer.get_by_role("button", name="Go on").click()
    page.clock.run_for(30_500)
    expect(said).to_have_text("One minute left for Dana.")
    page.clock.run_for(60_000)
    expect(said).to_contain_text("Time to hand over. <i>Tom</i>, say back what you heard.")
    expect(timer).to_have_attribute("data-state", "over")
    page.clock.run_for(600_000)  # nobody is hurried: the second turn begins when they say so
    expect(clock).to_have_text("0:00")
    timer.get_by_role("button", name="<i>Tom</i> is ready").click()
    expect(timer.locator(".speaks")).to_have_text("<i>Tom</i> speaks")
    expect(clock).to_have_text("2:00")
    timer.get_by_role("button", name="Hand over now").click()
    expect(said).to_contain_text("You were both heard")
    timer.get_by_role("button", name="One more round").click()
    expect(timer.locator(".speaks")).to_have_text("Dana speaks")
    timer.get_by_role("button", name="Start over").click()
    expect(timer.get_by_label("Who speaks first")).to_be_focused()
    assert page.evaluate("localStorage.length") == 0  # names and minutes are nobody's business


def test_the_bell_is_made_here_and_only_if_asked_for(open_page: Open, watch: Watch) -> None:
    page = open_page(TURNS)
    page.evaluate("""() => { window.rung = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function () { window.rung += 1; start.call(this); }; }""")
    page.wait_for_load_state("networkidle")
    sent = len(watch.requests)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Hand over now").click()
    assert page.evaluate("window.rung") == 0
    page.get_by_role("button", name="Start over").click()
    page.get_by_label("A soft bell").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Hand over now").click()
    assert page.evaluate("window.rung") == 2
    assert [url for url in watch.requests[sent:] if "/static/" not in url] == []


def test_on_paper_there_are_steps_and_room_to_write(open_page: Open) -> None:
    page = open_page(TURNS, color_scheme="dark")
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print it").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".steps > li").first).to_be_visible()
    expect(page.locator(".lines").first).to_be_visible()
    expect(page.locator(".care")).to_be_visible()
    for gone in (".top nav", ".search", "[data-turns]", ".journal", ".play", ".save", ".foot", "[data-print]"):
        expect(page.locator(gone).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.steps p')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="screen")
    expect(page.locator(".lines").first).to_be_hidden()


def test_without_scripts_the_exercise_is_whole(open_page: Open) -> None:
    page = open_page(TURNS, java_script_enabled=False)
    expect(page.locator(".steps > li")).to_have_count(6)
    for hidden in (".journal", "[data-turns]", "[data-print]", ".save"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("there is a private journal here")

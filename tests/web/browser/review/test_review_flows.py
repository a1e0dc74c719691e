"""Reviewing in a real browser: sixty proposals without a mouse; edges, splits, missed moments by keys and by hand."""

import re
from collections.abc import Callable
from dataclasses import replace

import podcast
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Watch, until
from entering import PASSWORD, Clock
from playwright.sync_api import Page, expect
from reviewed import EPISODE
from reviewing import AT, at, cases, saved

from companion.config import Settings
from companion.moments import State
from companion.reviews import Review, Verdict
from companion.store import Store
from companion.timecode import Span

CUT = """
    [...document.querySelectorAll('.pairs > :not([hidden])')].filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent)
"""
TARGETS = """
    [...document.querySelectorAll('.stage :is(button, a, select, input:not([type=hidden], [type=checkbox]))')]
        .filter((one) => one.checkVisibility() && !one.classList.contains('unseen'))
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([html]) => html)
"""


def test_sixty_proposals_are_decided_without_a_mouse(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...], watch: Watch
) -> None:
    page = desk()
    expected = {}
    for number in range(60):
        id = at(page)
        assert id not in expected
        key = "r" if number % 5 == 4 else "a"
        expected[id] = State.REJECTED if key == "r" else State.ACCEPTED
        page.keyboard.press(key)
    saved(page)
    page.wait_for_selector("#done:not([hidden])")
    expect(page.locator("#left")).to_have_text("60 of 60 decided")
    assert {id: case.state for id, case in cases(own).items()} == expected
    assert watch.errors == []


def test_each_moment_is_heard_with_what_leads_to_it(desk: Callable[..., Page]) -> None:
    page = desk()
    page.keyboard.press("s")
    page.keyboard.press("s")
    until(page, "!document.getElementById('bar-audio').paused")
    began = page.evaluate("document.getElementById('bar-audio').currentTime")
    assert page.evaluate(f"Number({AT}.start)") - 0.1 <= began < page.evaluate(f"Number({AT}.from)")


def test_near_duplicates_are_decided_with_their_own_moment_only(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]
) -> None:
    with Store.open(own.database) as store:
        one = store.reviewing.case(ids[12]).moment
        twin = replace(one, id="twin", quote=f"{one.quote} Well.", span=Span(start=160, end=165))
        with store.atomic():
            store.moments.insert(twin)
    page = desk(f"?order=time&moment={ids[12]}")
    stands = "document.querySelector('.case[data-id=twin]').dataset.state"
    page.keyboard.press("d")
    assert page.is_checked(".near input >> visible=true")
    page.keyboard.press("s")
    page.keyboard.press("a")  # another moment, which has no twin
    saved(page)
    assert page.evaluate(stands) == cases(own)["twin"].state == State.PROPOSED
    page.click("#queue summary")
    page.click(f"#queue [data-go='{ids[12]}']")
    assert not page.is_checked(".near input >> visible=true")
    page.keyboard.press("d")
    page.keyboard.press("a")
    page.keyboard.press("r")  # the next one, for itself
    assert page.evaluate(stands) == State.ACCEPTED
    saved(page)
    assert cases(own)["twin"].state is cases(own)[ids[12]].state is State.ACCEPTED


def test_keys_cut_write_change_and_take_back(desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]) -> None:
    page = desk(f"?order=time&moment={ids[12]}")
    before = cases(own)
    assert at(page) == ids[12]
    page.keyboard.press("w")
    until(page, f"Number({AT}.to) > {before[ids[12]].span.end}")
    page.keyboard.press("Shift+W")
    until(page, f"Number({AT}.from) < {before[ids[12]].span.start}")
    page.keyboard.press("t")
    page.keyboard.type("What it was like")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    page.keyboard.type("A note with an a, an r and a z.")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.type("T")  # chooses in the list
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    saved(page)
    review = cases(own)[ids[12]].review
    assert review is not None
    assert (review.verdict, review.title, review.note) == (
        Verdict.ACCEPT,
        "What it was like",
        "A note with an a, an r and a z.",
    )
    assert review.exercise is not None
    second = at(page)
    assert second == ids[13]
    page.keyboard.press("8")  # another theme, and on
    saved(page)
    assert cases(own)[second].review.instead == "control-and-correction"  # type: ignore[union-attr]
    until(page, "document.querySelectorAll('#cases .case').length === 61")
    expect(page.locator(".case:not([hidden]) .n")).to_have_text(
        re.compile(r"^\d+ of 60$")
    )  # what is another now is one
    third = at(page)
    page.keyboard.press("Shift+R")
    page.keyboard.type("He says it to please her.")
    page.keyboard.press("Enter")
    saved(page)
    assert cases(own)[third].review.note == "He says it to please her."  # type: ignore[union-attr]
    for _ in range(12):  # more often than there is anything
        page.keyboard.press("z")
        saved(page)
    until(page, "document.querySelectorAll('#cases .case').length === 60")
    assert {id: (case.state, case.quote) for id, case in cases(own).items()} == {
        id: (State.PROPOSED, case.quote) for id, case in before.items()
    }


def test_edges_are_set_where_the_sound_is_and_cut_in_two(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]
) -> None:
    page = desk(f"?order=time&moment={ids[12]}")
    span = cases(own)[ids[12]].span
    until(page, "document.getElementById('bar-audio').readyState > 0")
    place = "document.getElementById('bar-audio').pause(); document.getElementById('bar-audio').currentTime = {}"
    page.evaluate(place.format(span.start + 1.0))
    page.keyboard.press("[")
    until(page, f"Number({AT}.from) > {span.start}")
    page.evaluate(place.format(span.end - 0.7))
    page.keyboard.press("]")
    until(page, f"Number({AT}.to) < {span.end}")
    now = cases(own)[ids[12]]
    assert span.start < now.span.start < now.span.end < span.end
    page.evaluate(place.format((now.span.start + now.span.end) / 2))
    page.keyboard.press("c")
    until(page, "document.querySelectorAll('#cases .case').length === 61")
    assert len(cases(own)) == 61
    assert len(cases(own)[ids[12]].quote) < len(now.quote)


def test_an_edge_of_the_waveform_is_dragged_to_a_word(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]
) -> None:
    page = desk(f"?order=time&moment={ids[12]}")
    page.wait_for_selector("#wave [data-edge=to]")
    before = cases(own)[ids[12]]
    box = page.locator("#wave [data-edge=to] line").bounding_box()
    assert box is not None
    page.mouse.move(box["x"], box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] - 90, box["y"] + 30, steps=5)
    page.mouse.up()
    until(page, f"Number({AT}.to) < {before.span.end - 0.2}")
    saved(page)
    after = cases(own)[ids[12]]
    words = [word.end for segment in podcast.transcript(EPISODE, "").segments for word in segment.words]
    assert min(abs(after.span.end - end) for end in words) < 0.02
    assert before.quote.startswith(after.quote) and after.quote != before.quote
    page.focus("#wave [data-edge=to]")
    page.keyboard.press("ArrowRight")
    until(page, f"Number({AT}.to) > {after.span.end}")
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    until(page, f"Number({AT}.to) - Number({AT}.from) < 1")
    begins, ends = (page.locator(f"#wave [data-edge={edge}] text").bounding_box() for edge in ("from", "to"))
    assert begins and ends
    assert begins["x"] + begins["width"] <= ends["x"]  # both times can be read, however short it is


def test_words_that_are_selected_become_a_moment(desk: Callable[..., Page], own: Settings) -> None:
    page = desk()
    page.evaluate("""() => {
        const lines = [...document.querySelectorAll('#talk .line')];
        const line = lines.find((one) => one.textContent.startsWith('It helps'));
        const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
        getSelection().setBaseAndExtent(text, 3, text, 16);
    }""")
    page.wait_for_selector("#missed.floating")
    page.click("#missed .as[value=validation]")
    saved(page)
    found = [case for case in cases(own).values() if case.moment.tagger == "a person"]
    assert [(case.quote, case.state, case.moment.speaker) for case in found] == [
        ("helps to hear", State.ACCEPTED, "Tom")
    ]
    until(page, f"{AT}.id === '{found[0].moment.id}'")


def test_of_two_who_decide_at_once_the_second_is_asked(desk: Callable[..., Page], own: Settings, clock: Clock) -> None:
    page = desk()
    id = at(page)
    with Store.open(own.database) as store:
        store.moments.review(
            Review(moment=id, verdict=Verdict.REJECT, reviewer="Nora", at=clock(), note="She quotes him.")
        )
    page.keyboard.press("a")
    page.wait_for_selector("#conflict >> text=Nora rejected this")
    expect(page.locator("#conflict")).to_contain_text("She quotes him.")
    page.click("#conflict >> text=No, accept it")
    saved(page)
    until(page, f"document.querySelector('.case[data-id=\"{id}\"]').dataset.state === 'accepted'")
    assert cases(own)[id].state is State.ACCEPTED
    other = at(page)
    with Store.open(own.database) as store:
        store.moments.review(Review(moment=other, verdict=Verdict.ACCEPT, reviewer="Nora", at=clock(), note=""))
    page.keyboard.press("r")
    page.wait_for_selector("#conflict >> text=Nora accepted this")
    page.click("#conflict >> text=Leave it as it is")
    saved(page)
    assert cases(own)[other].state is State.ACCEPTED


def test_the_talk_is_another_by_now(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...], clock: Clock, watch: Watch
) -> None:
    page = desk(f"?order=time&moment={ids[12]}")
    lines = page.locator("#talk .line").count()
    gone = page.locator("#talk .line", has_text=podcast.TALK[-1][3])
    assert gone.count() == 1
    with Store.open(own.database) as store:  # a colleague takes the end out
        _, start, end, _ = podcast.TALK[-1]
        store.protection.redact(EPISODE, Span(start=start, end=end), reason="", who="Nora", at=clock())
    before = cases(own)[ids[12]]
    page.keyboard.press("w")
    until(page, f"Number({AT}.to) > {before.span.end}")
    assert gone.count() == 0
    assert page.locator("#talk .line").count() < lines
    assert page.locator("#talk mark.here").count() > 0
    saved(page)
    page.keyboard.press("Shift+W")
    until(page, f"Number({AT}.from) < {before.span.start}")
    page.keyboard.press("a")
    saved(page)
    assert cases(own)[ids[12]].state is State.ACCEPTED
    assert watch.errors == []


def test_what_was_decided_after_the_session_ended_is_sent_after_the_login(
    desk: Callable[..., Page], own: Settings, clock: Clock
) -> None:
    page = desk()
    clock.on(hours=30)
    decided = [at(page)]
    page.keyboard.press("a")
    decided.append(at(page))
    page.keyboard.press("r")
    page.wait_for_selector("#waiting >> text=2 decisions wait on this device")
    page.click("#waiting >> text=Log in again")
    page.fill("#name", "Tom")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector(".case:not([hidden])")
    saved(page)
    assert [cases(own)[id].state for id in decided] == [State.ACCEPTED, State.REJECTED]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(desk: Callable[..., Page], scheme: str, watch: Watch) -> None:
    page = desk(color_scheme=scheme)
    for width in (320, 400, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        faults = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in faults] == []
        assert page.evaluate(CUT) == []
        small = page.evaluate(TARGETS)
        assert small == []
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("accept, and on to the next")
    assert watch.errors == []

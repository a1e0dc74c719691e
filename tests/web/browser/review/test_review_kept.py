"""Reviewing in a real browser when things go wrong: nothing decided, written or typed is lost, or shown falsely."""

from collections.abc import Callable
from datetime import UTC, datetime

from browsing import until
from entering import PASSWORD, Clock
from playwright.sync_api import Page, expect
from reviewing import AT, at, cases, saved

from companion.config import Settings
from companion.moments import State
from companion.reviews import Review, Verdict
from companion.store import Store


def test_what_was_written_after_the_session_ended_is_in_the_form_again(
    desk: Callable[..., Page], own: Settings, clock: Clock
) -> None:
    page = desk(viewport={"width": 1400, "height": 900})
    id = at(page)
    clock.on(hours=30)
    page.keyboard.press("n")
    page.keyboard.type("He stays with her.")
    page.keyboard.press("Escape")
    page.wait_for_selector("#waiting >> text=One decision waits")
    page.evaluate("document.getElementById('at').scrollTop = 9999")
    box = page.locator("#waiting").bounding_box()
    assert box is not None and 0 <= box["y"] < 700  # wherever one works, it is in sight
    page.click("#waiting >> text=Log in again")
    page.fill("#name", "Tom")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("#talk[data-live]")
    until(page, "document.getElementById('note').value === 'He stays with her.'")
    page.keyboard.press("w")
    until(page, f"Number(document.querySelector('[data-id=\"{id}\"]').dataset.seen) > 1")
    saved(page)
    page.keyboard.press("s")
    page.reload()
    saved(page)
    assert cases(own)[id].review.note == "He stays with her."  # type: ignore[union-attr]


def test_the_box_of_a_missed_moment_takes_its_keys(desk: Callable[..., Page], own: Settings) -> None:
    page = desk()
    select = """() => {
        const lines = [...document.querySelectorAll('#talk .line')];
        const line = lines.find((one) => one.textContent.startsWith('It helps'));
        const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
        getSelection().setBaseAndExtent(text, 3, text, 16);
    }"""
    page.evaluate(select)
    page.wait_for_selector("#missed.floating")
    page.keyboard.press("Escape")
    page.wait_for_selector("#missed:not(.floating)")
    page.evaluate(select)
    page.wait_for_selector("#missed.floating")
    page.keyboard.press("8")
    until(page, "document.querySelectorAll('#cases .case').length === 61")
    made = [case.moment for case in cases(own).values() if case.review is not None]
    assert [(one.theme, one.quote) for one in made] == [("control-and-correction", "helps to hear")]


def test_the_box_of_a_missed_moment_goes_with_what_was_selected(desk: Callable[..., Page], own: Settings) -> None:
    page = desk()
    select = """() => {
        const lines = [...document.querySelectorAll('#talk .line')];
        const line = lines.find((one) => one.textContent.startsWith('It helps'));
        getSelection().selectAllChildren(line);
    }"""
    page.evaluate(select)
    page.wait_for_selector("#missed.floating")
    page.evaluate("getSelection().removeAllRanges()")
    page.wait_for_selector("#missed:not(.floating)")
    page.evaluate(select)
    page.wait_for_selector("#missed.floating")
    first = at(page)
    page.keyboard.press("a")
    page.wait_for_selector("#missed:not(.floating)")
    second = at(page)
    page.keyboard.press("8")  # of the moment at hand, by now another
    saved(page)
    until(page, "document.querySelectorAll('#cases .case').length === 61")
    states = {id: case.review.instead for id, case in cases(own).items() if case.review}
    assert states[first] is None and states[second] == "control-and-correction"
    assert not [case for case in cases(own).values() if case.quote.startswith("It helps") and case.moment.score == 1]


def test_a_reason_that_is_given_up_is_none_and_what_else_is_written_stays(
    desk: Callable[..., Page], own: Settings
) -> None:
    page = desk()
    id = at(page)
    page.keyboard.press("Shift+R")
    page.keyboard.type("Too harsh")
    page.keyboard.press("Escape")
    assert page.input_value("#note") == ""
    page.keyboard.press("t")
    page.keyboard.type("A title")
    page.keyboard.press("Escape")
    saved(page)
    case = cases(own)[id]
    assert case.state is State.PROPOSED and case.review is not None
    assert (case.review.title, case.review.note) == ("A title", "")


def test_order_and_filter_are_chosen_by_keys(desk: Callable[..., Page]) -> None:
    page = desk()
    page.keyboard.press("f")
    was = page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.url == was and page.evaluate("document.activeElement.name") == "order"
    wanted = page.evaluate("document.activeElement.value")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**order={wanted}*")
    page.wait_for_selector("#talk[data-live]")
    page.goto(page.url.split("?")[0] + "?state=accepted")  # nothing is, yet the keys are there
    page.wait_for_selector("#talk[data-live]")
    page.keyboard.press("a")
    page.keyboard.press("f")
    until(page, "document.activeElement.name === 'order'")


def test_each_of_several_conflicts_is_asked_and_agreement_is_none(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...], clock: Clock
) -> None:
    page = desk()
    verdicts = (Verdict.REJECT, Verdict.REJECT, Verdict.REJECT, Verdict.ACCEPT)
    with Store.open(own.database) as store:
        for id, verdict in zip(ids, verdicts, strict=False):
            store.moments.review(Review(moment=id, verdict=verdict, reviewer="Nora", at=clock(), note=id))
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true}))"
    page.evaluate(f"for (let number = 0; number < 4; number++) {press}")  # before any answer
    page.wait_for_selector("#also >> text=Nora had accepted the last one, too.")
    for id, insists in zip(ids[:3], (True, False, True), strict=True):
        page.wait_for_selector(f"#conflict >> text={id}")
        page.click("#conflict >> text=" + ("No, accept it" if insists else "Leave it as it is"))
    saved(page)
    page.wait_for_selector("#conflict:not([open])", state="attached")
    reviews = [cases(own)[id].review for id in ids[:4]]
    assert [(one.verdict, one.reviewer) for one in reviews if one] == [
        (Verdict.ACCEPT, "Tom"),
        (Verdict.REJECT, "Nora"),
        (Verdict.ACCEPT, "Tom"),
        (Verdict.ACCEPT, "Nora"),
    ]


def test_what_is_decided_and_taken_back_without_a_pause_is_shown_as_it_is(desk: Callable[..., Page]) -> None:
    page = desk()
    first = at(page)
    page.keyboard.press("a")
    page.keyboard.press("z")
    page.keyboard.press("a")
    until(page, "document.getElementById('left').textContent === '1 of 60 decided'")
    until(page, f"document.querySelector('.case[data-id=\"{first}\"]').dataset.state === 'proposed'")
    page.goto(page.url.split("?")[0] + "?order=time&state=proposed")
    page.wait_for_selector("#talk[data-live]")
    page.keyboard.press("r")
    expect(page.locator("#left")).to_have_text("2 of 60 decided")
    page.keyboard.press("b")
    expect(page.locator(".case:not([hidden]) .stands")).to_have_text("rejected by Tom")


def test_the_sound_stays_where_it_is_while_edges_move(desk: Callable[..., Page], ids: tuple[str, ...]) -> None:
    page = desk(f"?order=time&moment={ids[12]}")
    sound = "document.getElementById('bar-audio')"
    until(page, f"!{sound}.paused && {sound}.currentTime > Number({AT}.from) + 0.5")
    before = page.evaluate(f"[Number({AT}.from), {sound}.currentTime]")
    page.keyboard.press("[")
    until(page, f"Number({AT}.from) > {before[0]}")
    assert page.evaluate(f"!{sound}.paused && {sound}.currentTime") >= before[1]


def test_what_is_refused_is_still_in_the_form_and_nothing_plays(
    desk: Callable[..., Page], ids: tuple[str, ...]
) -> None:
    page = desk(f"?order=time&moment={ids[12]}")
    page.uncheck("#auto")
    page.evaluate("document.getElementById('bar-audio').pause()")
    page.fill("[name=start]", "170")
    page.fill("[name=end]", "900")
    page.click("text=Title,")
    page.fill("#note", "a long thought")
    page.check("#auto")
    page.click("text=Set")
    page.wait_for_selector("#trouble >> text=would end at 15:00")
    page.wait_for_timeout(700)
    assert [page.input_value(f"#acts [name={name}]") for name in ("start", "end", "note")] == [
        "170",
        "900",
        "a long thought",
    ]
    expect(page.locator("#trouble")).to_contain_text("would end at 15:00")
    assert page.evaluate("document.getElementById('bar-audio').paused")


def test_a_server_that_is_not_there_is_asked_less_and_less_often(desk: Callable[..., Page]) -> None:
    page = desk()
    page.uncheck("#auto")
    tries: list[str] = []
    page.route("**/acts", lambda route: (tries.append(route.request.url), route.abort()))
    page.clock.install()
    page.keyboard.press("a")
    for _ in range(60):  # a minute of the page's
        page.clock.run_for(1000)
        page.wait_for_timeout(30)
    assert 5 <= len(tries) <= 10
    page.unroute("**/acts")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)


def test_two_windows_of_one_person_keep_their_acts_apart(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]
) -> None:
    page = desk()
    other = page.context.new_page()
    other.goto(page.url.replace(ids[0], ids[30]))
    other.wait_for_selector("#talk[data-live]")
    page.context.set_offline(True)
    for one in (page, other):
        one.bring_to_front()
        one.keyboard.press("a")
        until(one, "document.getElementById('waiting').textContent.startsWith('One decision waits')")
    other.close()
    page.context.set_offline(False)
    until(page, "document.getElementById('waiting').textContent === ''")
    third = page.context.new_page()
    third.goto(page.url)
    saved(third)
    until(third, "document.getElementById('left').textContent === '2 of 60 decided'")
    assert [cases(own)[id].state for id in (ids[0], ids[30])] == [State.ACCEPTED] * 2


def test_the_next_moment_is_in_sight_after_a_note_and_the_keys_begin_at_their_top(
    desk: Callable[..., Page], ids: tuple[str, ...]
) -> None:
    page = desk(viewport={"width": 1200, "height": 560})
    page.keyboard.press("n")
    page.keyboard.type("Yes.")
    assert page.evaluate("document.getElementById('at').scrollTop") > 0
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert page.evaluate("document.getElementById('at').scrollTop") == 0
    page.goto(f"{page.url.split('?')[0]}?moment={ids[-1]}")  # the last of the talk
    page.wait_for_selector("#talk[data-live]")
    page.wait_for_timeout(800)
    assert page.evaluate("document.getElementById('at').getBoundingClientRect().top") >= 0
    page.keyboard.press("?")
    assert page.evaluate("document.getElementById('keys').scrollTop") == 0


def test_a_pressed_button_does_not_take_the_keys(desk: Callable[..., Page], ids: tuple[str, ...]) -> None:
    page = desk(f"?order=time&moment={ids[4]}")
    page.click("#acts button[value=accept]")
    page.wait_for_function(f"document.querySelector('.case:not([hidden])').dataset.id === '{ids[5]}'")
    playing = "!document.getElementById('bar-audio').paused"
    page.wait_for_function(playing)
    page.keyboard.press(" ")  # pauses, and decides nothing
    page.wait_for_function(f"!({playing})")
    expect(page.locator("#left")).to_contain_text("1 of")
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_function("document.getElementById('left').textContent.startsWith('2 of')")


def test_a_note_is_added_to_where_it_ends(desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]) -> None:
    with Store.open(own.database) as store:
        store.moments.review(
            Review(moment=ids[4], verdict=Verdict.ACCEPT, reviewer="Tom", at=datetime.now(UTC), note="Soft.")
        )
    page = desk(f"?order=time&moment={ids[4]}")
    page.keyboard.press("n")
    page.keyboard.type(" And true.")
    assert page.input_value("#note") == "Soft. And true."
    page.keyboard.press("Escape")
    expect(page.locator("#also")).to_have_text("Saved.")
    page.keyboard.press("s")
    expect(page.locator("#also")).to_have_text("")  # it was said of that one


def test_when_all_is_decided_keys_decide_nothing_more(
    desk: Callable[..., Page], own: Settings, ids: tuple[str, ...]
) -> None:
    with Store.open(own.database) as store:
        for id in ids[1:]:
            store.moments.review(
                Review(moment=id, verdict=Verdict.ACCEPT, reviewer="Nora", at=datetime.now(UTC), note="")
            )
    page = desk(f"?order=time&moment={ids[0]}")
    page.keyboard.press("r")
    page.get_by_text("Everything here is decided.").wait_for()
    assert page.get_by_text("On to publishing it").evaluate("one => one.getBoundingClientRect().bottom < innerHeight")
    page.keyboard.press("a")
    page.get_by_text("This one has its verdict").wait_for()
    page.wait_for_timeout(400)
    with Store.open(own.database) as store:
        assert store.reviewing.case(ids[0]).state is State.REJECTED
    page.keyboard.press("b")  # who goes to one means it
    page.keyboard.press("r")
    page.wait_for_function("document.querySelectorAll('.case[data-state=rejected]').length === 2")

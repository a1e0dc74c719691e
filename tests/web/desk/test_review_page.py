"""Reviewing as plain forms: what each button does, what a second person is told, what nonsense gets."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import podcast
import pytest
from entering import NORA, TOM, enter
from litestar.testing import TestClient
from reviewed import EPISODE, HERE, propose

from companion.config import Settings
from companion.moments import State, moment_id
from companion.reviews import Case, Review, Verdict
from companion.store import Store
from companion.timecode import Span


@pytest.fixture
def ids(own: Settings) -> tuple[str, ...]:
    return propose(own, 22)


@pytest.fixture
def csrf(visitor: TestClient, ids: tuple[str, ...]) -> str:
    return enter(visitor, TOM)


def case(own: Settings, id: str) -> Case:
    with Store.open(own.database) as store:
        return store.reviewing.case(id)


def fields(html: str) -> dict[str, str]:
    """What the page's form of the moment at hand would send."""
    form = html[html.index('id="acts"') : html.index("</form>", html.index('id="acts"'))]
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    return {name: value for name, value in found.items() if not name.startswith("near.")} | {
        "note": re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.S)[1],  # type: ignore[index]
        "exercise": "",
    }


def test_a_moment_is_shown_with_its_reason_score_and_tagger(
    visitor: TestClient, csrf: str, ids: tuple[str, ...]
) -> None:
    html = visitor.get(f"{HERE}?moment={ids[5]}").text
    assert podcast.TALK[5][3] in html
    assert "tagger-7" in html and "was heard" in html and "speaks against it" in html
    assert re.search(rf'<mark class="in here" data-of="[^"]*{ids[5]}', html)
    assert visitor.get(HERE).headers["cache-control"] == "no-store"


def test_without_scripts_every_button_does_its_work(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]
) -> None:
    first = ids[5]

    def press(moment: str, **pressed: str) -> str:
        page = visitor.get(f"{HERE}?order=time&moment={moment}").text
        answer = visitor.post(f"{HERE}/acts", data=fields(page) | pressed, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    assert f"moment={first}" in press(first, act="widen")
    assert case(own, first).quote == podcast.TALK[5][3]  # what comes next is another's turn: heard, not quoted
    assert case(own, first).span.end == podcast.TALK[6][2]
    press(first, act="undo")
    press(first, act="words", title="Her hurt counts", note="Lovely.", exercise="taking-turns")
    assert f"moment={ids[6]}" in press(first, act="accept", title="Her hurt counts", exercise="taking-turns")
    review = case(own, first).review
    assert review is not None
    assert (review.title, review.note, review.exercise, review.reviewer) == (
        "Her hurt counts",
        "Lovely.",
        "taking-turns",
        "Tom",
    )
    assert "<h1" in visitor.get(f"/moments/{first}").text and "Her hurt counts" in visitor.get(f"/moments/{first}").text
    press(ids[6], act="reject", note="Only quoted.")
    assert case(own, ids[6]).state is State.REJECTED
    press(ids[7], **{"theme-chosen": "resentment"})
    assert case(own, ids[7]).review.instead == "resentment"  # type: ignore[union-attr]
    press(ids[8], act="edges", start="45", end="0:48")
    assert case(own, ids[8]).span.end == 48.0
    press(ids[10], act="split", start="61")
    assert case(own, ids[10]).quote == "When I was a kid, nobody came when"
    for _ in range(6):
        press(first, act="undo")
    assert case(own, first).state is State.PROPOSED


def test_each_act_is_in_the_audit_trail_once(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]
) -> None:
    def press(moment: str, status: int = 303, **pressed: str) -> None:
        page = fields(visitor.get(f"{HERE}?order=time&moment={moment}").text)
        answer = visitor.post(f"{HERE}/acts", data=page | pressed, follow_redirects=False)
        assert answer.status_code == status, answer.text

    press(ids[5], act="accept")
    press(ids[5], act="accept")  # changes nothing
    press(ids[5], act="narrow")  # its last sentence stays
    press(ids[5], act="edges", start="1", end="0", status=400)
    press(ids[6], act="reject", note="Only quoted.")
    press(ids[7], **{"theme-chosen": "resentment"})
    press(ids[10], act="widen")
    press(ids[10], act="undo")
    press(ids[0], act="add", start="1", end="4", **{"theme-chosen": "resentment"})
    press(ids[0], act="undo")
    with Store.open(own.database) as store:
        deeds = [(one.who, one.action, one.what) for one in reversed(store.audit.newest(limit=20))]
    assert [(who, action) for who, action, _ in deeds if action != "log in"] == [
        ("Tom", "accept"),
        ("Tom", "reject"),
        ("Tom", "accept as resentment"),
        ("Tom", "edges"),
        ("Tom", "take back"),
        ("Tom", "add as resentment"),
        ("Tom", "take back"),
    ]
    said = " ".join(podcast.TALK[5][3].split()[:8])
    about = [what for _, action, what in deeds if action == "accept"]
    assert about == [f"“{said} …”, Session 2: What the Door Meant"]


def test_two_who_decide_alike_are_not_asked(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]
) -> None:
    seen_by_tom = fields(visitor.get(f"{HERE}?moment={ids[5]}").text)
    with Store.open(own.database) as store:
        store.moments.review(
            Review(moment=ids[5], verdict=Verdict.ACCEPT, reviewer="Nora", at=datetime.now(UTC), note="Yes.")
        )
    told = visitor.post(
        f"{HERE}/acts", data=seen_by_tom | {"act": "accept"}, headers={"accept": "application/json"}
    ).json()
    assert [(one["id"], one["state"], one["by"]) for one in told["cases"]] == [(ids[5], "accepted", "Nora")]
    assert told["undoable"] == 0


def test_the_second_of_two_sees_what_the_first_decided_and_chooses(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]
) -> None:
    seen_by_tom = fields(visitor.get(f"{HERE}?moment={ids[5]}").text)
    visitor.cookies.clear()
    enter(visitor, NORA)
    of_nora = fields(visitor.get(f"{HERE}?moment={ids[5]}").text) | {"act": "reject", "note": "She only quotes him."}
    assert visitor.post(f"{HERE}/acts", data=of_nora, follow_redirects=False).status_code == 303
    visitor.cookies.clear()
    seen_by_tom["csrf"] = enter(visitor, TOM)
    answer = visitor.post(f"{HERE}/acts", data=seen_by_tom | {"act": "accept", "title": "Mine"}, follow_redirects=False)
    assert answer.status_code == 409
    assert "Nora rejected this" in answer.text and "She only quotes him." in answer.text
    assert case(own, ids[5]).state is State.REJECTED
    form = answer.text[answer.text.index('id="insist"') :]
    again = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    assert visitor.post(f"{HERE}/acts", data=again, follow_redirects=False).status_code == 303
    decided = case(own, ids[5])
    assert decided.review is not None
    assert (decided.state, decided.review.title, decided.review.reviewer) == (State.ACCEPTED, "Mine", "Tom")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"act": "edges", "start": "9:99", "end": "x"}, "is not a time"),
        ({"act": "edges", "start": "50", "end": "40"}, "must end after it begins"),
        ({"act": "edges", "start": "170", "end": "900"}, "would end at 15:00"),
        ({"act": "add", "start": "2", "end": "179", "theme-chosen": "joy"}, "none"),
        ({"act": "add", "start": "", "end": "", "theme-chosen": "validation"}, "from when to when"),
        ({"act": "dance"}, "nothing was asked for"),
        ({"act": "accept", "title": "x" * 200}, "200 letters"),
        ({"act": "undo"}, "nothing of yours"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_typed_is_lost(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...], given: dict[str, str], said: str
) -> None:
    page = fields(visitor.get(f"{HERE}?moment={ids[5]}").text)
    answer = visitor.post(f"{HERE}/acts", data=page | {"note": "a long thought"} | given, follow_redirects=False)
    assert answer.status_code == 400
    assert said in answer.text and "a long thought" in answer.text
    with Store.open(own.database) as store:
        assert all(one.review is None for one in store.reviewing.of_episode(EPISODE))


def test_words_sent_twice_are_there_once(visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]) -> None:
    sent = fields(visitor.get(f"{HERE}?moment={ids[5]}").text) | {"act": "words", "note": "Her hurt counts."}
    for _ in range(2):  # as after an answer that was lost
        answer = visitor.post(f"{HERE}/acts", data=sent, headers={"accept": "application/json"})
        assert answer.status_code == 200
    assert case(own, ids[5]).seen == answer.json()["cases"][0]["seen"]
    enter(visitor, NORA)
    other = fields(visitor.get(f"{HERE}?moment={ids[5]}").text) | {
        "seen": sent["seen"],
        "act": "words",
        "note": "Mine.",
    }
    conflict = visitor.post(f"{HERE}/acts", data=other)
    assert conflict.status_code == 409
    assert "Her hurt counts." in conflict.text and "Mine." in conflict.text  # both, to choose
    assert "You wanted to save what you wrote." in conflict.text and "No, save what I wrote" in conflict.text


def test_a_moment_that_is_another_is_counted_once(
    visitor: TestClient, csrf: str, own: Settings, ids: tuple[str, ...]
) -> None:
    sent = fields(visitor.get(f"{HERE}?moment={ids[5]}").text) | {"theme-chosen": "resentment"}
    visitor.post(f"{HERE}/acts", data=sent)
    assert f"1 of {len(ids)} decided" in visitor.get(HERE).text


def test_a_moment_that_was_taken_down_says_so(
    visitor: TestClient, csrf: str, own: Settings, ids: tuple[str, ...]
) -> None:
    with Store.open(own.database) as store:
        store.protection.take_down(ids[5], reason="Tom asked.", who="Nora", at=datetime.now(UTC))
    assert ">taken down</span>" in visitor.get(f"{HERE}?moment={ids[5]}").text


def test_near_duplicates_are_offered_and_decided_together(visitor: TestClient, own: Settings, csrf: str) -> None:
    with Store.open(own.database) as store:
        one = store.reviewing.of_episode(EPISODE)[3].moment
        said = one.quote + " Well."
        other = replace(one, id=moment_id(EPISODE, one.theme, said), quote=said, span=Span(start=160, end=165))
        with store.atomic():
            store.moments.insert(other)
    html = visitor.get(f"{HERE}?moment={one.id}").text
    assert f'name="near.{other.id}" value="0"' in html
    sent = fields(html) | {"act": "reject", f"near.{other.id}": "0"}
    visitor.post(f"{HERE}/acts", data=sent, follow_redirects=False)
    assert case(own, one.id).state is case(own, other.id).state is State.REJECTED
    visitor.post(f"{HERE}/acts", data=sent | {"act": "undo"}, follow_redirects=False)
    assert case(own, one.id).state is case(own, other.id).state is State.PROPOSED


def test_a_near_duplicate_that_somebody_decided_meanwhile_stands(visitor: TestClient, own: Settings, csrf: str) -> None:
    with Store.open(own.database) as store:
        one = store.reviewing.of_episode(EPISODE)[3].moment
        said = one.quote + " Well."
        other = replace(one, id=moment_id(EPISODE, one.theme, said), quote=said, span=Span(start=160, end=165))
        with store.atomic():
            store.moments.insert(other)
        store.moments.review(
            Review(moment=other.id, verdict=Verdict.REJECT, reviewer="Nora", at=datetime.now(UTC), note="")
        )
    sent = fields(visitor.get(f"{HERE}?moment={one.id}").text) | {"act": "accept", f"near.{other.id}": "0"}
    answer = visitor.post(f"{HERE}/acts", data=sent, headers={"accept": "application/json"})
    assert [(told["id"], told["state"], told["by"]) for told in answer.json()["cases"]] == [
        (one.id, "accepted", "Tom"),
        (other.id, "rejected", "Nora"),
    ]
    assert case(own, other.id).state is State.REJECTED


def test_a_near_duplicate_that_is_gone_holds_nothing_up(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]
) -> None:
    sent = fields(visitor.get(f"{HERE}?moment={ids[5]}").text) | {"act": "accept", "near.gone": "0"}
    answer = visitor.post(f"{HERE}/acts", data=sent, headers={"accept": "application/json"})
    assert answer.json()["cases"][1:] == [{"id": "gone", "gone": True}]
    assert case(own, ids[5]).state is State.ACCEPTED


def test_the_accepted_line_that_a_moment_resembles_is_named(
    visitor: TestClient, own: Settings, csrf: str, ids: tuple[str, ...]
) -> None:
    accepted, last = case(own, ids[3]).moment, case(own, ids[-1]).moment
    visitor.post(f"{HERE}/acts", data=fields(visitor.get(f"{HERE}?moment={accepted.id}").text) | {"act": "accept"})
    with Store.open(own.database) as store:
        other = replace(last, id="other", quote=last.quote[:-1], why=replace(last.why, like=accepted.quote))
        with store.atomic():
            store.moments.insert(other)
    told = unescape(visitor.get(f"{HERE}?moment={other.id}").text)
    assert f"; like the accepted “{accepted.quote}”" in told
    with Store.open(own.database) as store:
        store.protection.redact(EPISODE, accepted.span, reason="", who="Nora", at=datetime.now(UTC))
    told = unescape(visitor.get(f"{HERE}?moment={other.id}").text)
    assert other.quote in told and "like the accepted" not in told


def test_the_queue_is_ordered_and_filtered(visitor: TestClient, csrf: str, own: Settings, ids: tuple[str, ...]) -> None:
    def shown(query: str) -> list[str]:
        return re.findall(r'<article class="case" data-id="(\w+)"', visitor.get(f"{HERE}?{query}").text)

    with Store.open(own.database) as store:
        cases = {one.moment.id: one.moment for one in store.reviewing.of_episode(EPISODE)}
    assert shown("order=time") == list(ids)
    assert [cases[id].score for id in shown("order=score")] == sorted(
        (one.score for one in cases.values()), reverse=True
    )
    assert set(shown("order=nonsense")) == set(ids)
    assert shown("state=accepted") == []
    assert "No moment is like that" in visitor.get(f"{HERE}?theme=joy").text


def test_the_sound_is_there_for_whoever_is_logged_in(visitor: TestClient, own: Settings, ids: tuple[str, ...]) -> None:
    assert visitor.get(f"{HERE}/peaks", follow_redirects=False).status_code == 303
    enter(visitor, TOM)
    loud = visitor.get(f"{HERE}/peaks").content
    assert len(loud) == pytest.approx(podcast.SECONDS * 50, abs=60) and max(loud) > 30
    part = visitor.get(f"{HERE}/audio", headers={"range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert visitor.get(f"/desk/episodes/{podcast.SILENT}/peaks").status_code == 404

"""Second opinions at the desk: what is shown and what is not, agreement, and settling."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import podcast
import pytest
from entering import HERE, NORA, TOM, enter
from litestar.testing import TestClient

from companion.config import Settings
from companion.moments import State, moment_id
from companion.opinions import Opinion
from companion.reviews import Review, Verdict
from companion.store import Store
from web.app import create_app

LEANING, VALIDATION = (
    moment_id(podcast.FIRST, theme, podcast.TALK[line][3]) for theme, line, _, _ in podcast.SHOWN[:2]
)
UNDECIDED = moment_id(podcast.FIRST, podcast.SHOWN[2][0], podcast.TALK[podcast.SHOWN[2][1]][3])
NOTE = "She keeps her own memory"  # Nora's, with her verdict on VALIDATION


@pytest.fixture
def tom(own: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(own), base_url=HERE, raise_server_exceptions=False) as client:
        client.headers["x-csrf-token"] = enter(client, TOM)
        yield client


def shown(text: str) -> str:
    found = re.search(r'action="/desk/second/(\w+)" id="opinion"', text)
    assert found, text
    return found[1]


def noted(quote: str) -> str:
    """A moment's words as the audit trail has them."""
    words = quote.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def disagree(own: Settings, *moments: str) -> None:
    with Store.open(own.database) as store:
        for id in moments or (VALIDATION,):
            store.opinions.give(
                Opinion(moment=id, verdict=Verdict.REJECT, reviewer="Tom", at=datetime.now(UTC), note="too fast")
            )


def test_a_kappa_is_a_figure_once_there_are_enough(tom: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.desk.second._FEW", 1)
    tom.post(f"/desk/second/{VALIDATION}", data={"verdict": "reject"})
    told = " ".join(re.sub(r"<[^>]+>", " ", tom.get("/desk/second").text).split())
    assert "Validation 1 0 0.00 no better than chance" in told


def test_the_verdict_is_kept_from_view(tom: TestClient, own: Settings) -> None:
    for id in (LEANING, VALIDATION):
        text = tom.get(f"/desk/second/{id}").text
        assert shown(text) == id
        assert NOTE not in text and "Nora" not in re.sub(r"<code>.*?</code>", "", text.partition("How far")[0])
        assert f"/moments/{id}" not in text  # the public page tells
        assert "Suggested by <code>test</code>" in text


def test_one_after_the_other_until_none_is_left(tom: TestClient, own: Settings) -> None:
    first = shown(tom.get("/desk/second").text)
    text = tom.post(f"/desk/second/{first}", data={"verdict": "accept"}).text
    second = shown(text)
    assert {first, second} == {LEANING, VALIDATION}
    assert "You accepted" in text and "1 waits for you, 1 done" in text
    text = tom.post(f"/desk/second/{second}", data={"verdict": "accept"}).text
    assert "Nothing waits for your second opinion: you have given 2." in text
    with Store.open(own.database) as store:
        assert store.moments.get(VALIDATION).note.startswith(NOTE)
        deeds = {(deed.action, deed.what) for deed in store.audit.newest(limit=2)}
        title = store.feeds.episode(podcast.FIRST).title
    assert ("second opinion", f"“{noted(podcast.TALK[podcast.SHOWN[1][1]][3])}”, {title}") in deeds


def test_one_that_is_passed_over_comes_again_at_the_end(tom: TestClient, own: Settings) -> None:
    def skip(text: str) -> str:
        return re.findall(r'id="skip" href="([^"]+)"', text)[0]

    with Store.open(own.database) as store:
        store.moments.review(
            Review(moment=UNDECIDED, verdict=Verdict.ACCEPT, reviewer="Nora", at=datetime.now(UTC), note="")
        )
        first, second, third = (one.id for one in store.opinions.waiting("Tom", limit=9))
    text = tom.get("/desk/second").text
    assert shown(text) == first
    text = tom.get(skip(text)).text
    assert shown(text) == second and "3 wait for you" in text
    text = tom.post(f"/desk/second/{second}", data={"verdict": "accept"}).text
    assert shown(text) == third
    text = tom.get(skip(text)).text
    assert shown(text) == first
    text = tom.post(f"/desk/second/{first}", data={"verdict": "accept"}).text
    assert shown(text) == third and 'id="skip"' not in text  # there is nothing to skip to
    assert shown(tom.get("/desk/second?past=nothing").text) == third
    assert 'id="skip"' not in tom.get(f"/desk/second/{first}").text


def test_going_back_to_what_was_settled_or_reopened_since_is_no_error(tom: TestClient, own: Settings) -> None:
    disagree(own)
    back = f"/desk/second?after={VALIDATION}"
    assert "Change that" in tom.get(back).text
    tom.post(
        f"/desk/second/{VALIDATION}/settle",
        data={"side": "Tom", "seen": seen(tom.get("/desk/second/disagreements").text)},
    )
    answer = tom.get(back)
    assert answer.status_code == 200 and "Change that" not in answer.text
    tom.post(f"/desk/second/{LEANING}", data={"verdict": "accept"})
    with Store.open(own.database) as store:
        store.moments.review(
            Review(moment=LEANING, verdict=Verdict.OPEN, reviewer="Nora", at=datetime.now(UTC), note="")
        )
    answer = tom.get(f"/desk/second?after={LEANING}")
    assert answer.status_code == 200 and "Change that" not in answer.text


def test_a_reason_that_is_too_long_is_refused_and_kept(tom: TestClient, own: Settings) -> None:
    long = "x" * 1001
    answer = tom.post(f"/desk/second/{LEANING}", data={"verdict": "reject", "instead": "validation", "note": long})
    assert answer.status_code == 400 and "The reason is 1001 letters long; 1000 fit." in answer.text
    assert shown(answer.text) == LEANING and f">{long}</textarea>" in answer.text
    assert '<option value="validation" selected>' in answer.text and "So far you" not in answer.text
    lines = "x\r\n" * 500  # a browser counts each line's end as one letter
    assert tom.post(f"/desk/second/{LEANING}", data={"verdict": "accept", "note": lines}).status_code == 200
    disagree(own)
    number = seen(tom.get("/desk/second/disagreements").text)
    sent = {"side": "Tom", "seen": number, "note": long}
    answer = tom.post(f"/desk/second/{VALIDATION}/settle", data=sent)
    assert answer.status_code == 400 and "1000 fit." in answer.text and f">{long}</textarea>" in answer.text
    with Store.open(own.database) as store:
        assert len(store.opinions.disagreements()) == 1


def test_agreement_is_shown_by_theme(tom: TestClient, own: Settings) -> None:
    tom.post(f"/desk/second/{LEANING}", data={"verdict": "accept"})
    tom.post(f"/desk/second/{VALIDATION}", data={"verdict": "reject", "instead": "leaning-in", "note": "she asks"})
    told = " ".join(re.sub(r"<[^>]+>", " ", tom.get("/desk/second").text).split())
    assert "Leaning in 1 1 too few to tell" in told
    assert "Validation 1 0 too few to tell" in told  # and no figure, which would say something
    assert "Settle 1 disagreement" in told


@pytest.mark.parametrize(
    ("id", "data", "status"),
    [
        (UNDECIDED, {"verdict": "accept"}, 400),
        ("nothing", {"verdict": "accept"}, 404),
        (LEANING, {"verdict": "perhaps"}, 400),
        (LEANING, {}, 400),
        (LEANING, {"verdict": "reject", "instead": "no-theme"}, 400),
    ],
)
def test_what_is_no_opinion(tom: TestClient, own: Settings, id: str, data: dict[str, str], status: int) -> None:
    assert tom.post(f"/desk/second/{id}", data=data).status_code == status
    with Store.open(own.database) as store:
        assert store.opinions.pairs() == {}


def test_not_on_ones_own_verdict(visitor: TestClient) -> None:
    visitor.headers["x-csrf-token"] = enter(visitor, NORA)
    assert "Nothing waits" in visitor.get("/desk/second").text
    assert visitor.get(f"/desk/second/{LEANING}").status_code == 404
    assert visitor.post(f"/desk/second/{LEANING}", data={"verdict": "accept"}).status_code == 400


def seen(text: str) -> str:
    return re.findall(r'name="seen" value="(\d+)"', text)[0]


def test_both_sides_are_shown_and_one_is_taken(tom: TestClient, own: Settings) -> None:
    disagree(own)
    text = tom.get("/desk/second/disagreements").text
    assert NOTE in text and "too fast" in text
    told = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "Nora accepts it." in told and "Tom rejects it." in told
    answer = tom.post(
        f"/desk/second/{VALIDATION}/settle",
        data={"side": "Tom", "seen": seen(text), "note": "We heard it again."},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/desk/second/disagreements?settled={VALIDATION}#settled",
    )
    with Store.open(own.database) as store:
        clip = store.moments.get(VALIDATION)
        assert (clip.state, clip.note) == (State.REJECTED, "We heard it again.")
        assert store.opinions.disagreements() == ()
        (deed,) = store.audit.newest(limit=1)
        title = store.feeds.episode(podcast.FIRST).title
    quote = podcast.TALK[podcast.SHOWN[1][1]][3]
    assert (deed.action, deed.what) == ("settle on reject", f"“{noted(quote)}”, {title}")
    text = unescape(tom.get(answer.headers["location"]).text)
    assert f"Settled: “{quote}” is rejected." in text and "There is nothing more to settle." in text
    text = tom.get("/desk/second/disagreements").text
    assert "Settled" not in text and "There is nothing to settle." in text


def test_what_was_settled_is_said_where_it_stood(tom: TestClient, own: Settings) -> None:
    disagree(own, LEANING, VALIDATION)
    first, second = re.findall(r'id="m-(\w+)"', tom.get("/desk/second/disagreements").text)
    text = tom.get("/desk/second/disagreements").text
    assert 'id="settled"' not in tom.get(f"/desk/second/disagreements?settled={first}").text  # it is not
    number = text.partition(f'id="m-{second}"')[2]
    text = tom.post(f"/desk/second/{second}/settle", data={"side": "", "seen": seen(number)}).text
    assert 0 < text.index(f'id="m-{first}"') < text.index('id="settled"')
    assert "is accepted." in text
    for nothing in (UNDECIDED, "nowhere"):
        assert 'id="settled"' not in tom.get(f"/desk/second/disagreements?settled={nothing}").text


def test_somebody_else_was_faster(tom: TestClient, own: Settings) -> None:
    disagree(own)
    number = seen(tom.get("/desk/second/disagreements").text)
    with Store.open(own.database) as store:
        store.moments.review(
            Review(moment=VALIDATION, verdict=Verdict.ACCEPT, reviewer="Nora", at=datetime.now(UTC), note="still")
        )
    answer = tom.post(f"/desk/second/{VALIDATION}/settle", data={"side": "Tom", "seen": number})
    assert answer.status_code == 409
    assert "Meanwhile Nora has accepted" in answer.text
    with Store.open(own.database) as store:
        assert store.moments.get(VALIDATION).note == "still"
        assert len(store.opinions.disagreements()) == 1


@pytest.mark.parametrize(
    "data", [{"side": "Somebody", "seen": "1"}, {"side": "Tom"}, {"side": "", "seen": "-1"}, {"seen": "9" * 5000}]
)
def test_what_settles_nothing(tom: TestClient, own: Settings, data: dict[str, str]) -> None:
    disagree(own)
    assert tom.post(f"/desk/second/{VALIDATION}/settle", data=data).status_code == 400
    with Store.open(own.database) as store:
        assert len(store.opinions.disagreements()) == 1

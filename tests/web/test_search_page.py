"""The search page and its suggestions, through the application itself."""

import json
import re
import time
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import podcast
import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from companion.__main__ import cli
from companion.config import Settings
from companion.reviews import Review, Verdict
from companion.store import Store
from companion.timecode import Span
from web.app import create_app


def show(client: TestClient, **asked: str) -> str:
    answer = client.get("/search", params=asked)
    assert answer.status_code == 200
    return answer.text


def section(text: str, name: str) -> str:
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', text, re.S)
    return found[0] if found else ""


def link(text: str, label: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?(?:<[^>]+>)*{re.escape(label)}', text, re.S)
    assert found, label
    return unescape(found[1])


def test_exercises_are_no_places(client: TestClient) -> None:
    """What is counted is what was said or written about an episode."""
    text = show(client, q="hurt")
    places = len(re.findall(r'<article class="(?:moment|passage)"', text))
    assert 'id="exercises"' in text
    assert f'<h1 class="small">{places} places for “hurt”</h1>' in text
    assert '<h1 class="small">Something to try for “ledger”</h1>' in show(client, q="ledger")


def test_moments_come_first_then_passages_episodes_and_exercises(client: TestClient) -> None:
    for asked, kinds in (("you", ("moments", "passages", "exercises")), ("invisible", ("passages", "episodes"))):
        places = [show(client, q=asked).find(f'id="{kind}"') for kind in kinds]
        assert places[0] > -1
        assert sorted(places) == places


def test_a_facet_leads_to_what_it_counts_and_back(client: TestClient) -> None:
    text = show(client, q="you")
    validation = re.search(r'href="([^"]+)">(?:(?!</a>).)*Validation</span> <span class="n">(\d+)', text, re.S)
    assert validation
    narrowed = client.get(unescape(validation[1])).text
    assert f"{validation[2]} places for “you”" in narrowed
    assert 'value="you theme:validation"' in narrowed
    assert "In conversation" not in narrowed
    back = client.get(link(narrowed, '<span class="unseen">Without the filter: </span>Validation')).text
    assert re.findall(r"<h1.*?</h1>", back) == re.findall(r"<h1.*?</h1>", text)


def test_one_episode_cannot_flood_the_page(client: TestClient) -> None:
    text = section(show(client, q="you"), "passages")
    shown = text.count('<article class="passage">')
    more = [int(n) for n in re.findall(r">(\d+) more in this episode", text)]
    assert shown == 9  # three episodes have a transcript
    assert len(more) == 3
    inside = client.get(link(text, f"{more[0]} more in this episode")).text
    assert section(inside, "passages").count('<article class="passage">') == 3 + more[0]
    assert "episode:chairs-" in inside


def test_widened_words_are_named_and_can_be_left_out(client: TestClient) -> None:
    text = show(client, q="unseen")
    assert re.search(r"Also: <a [^>]*>invisible</a>", text)
    assert "felt <mark>invisible</mark>" in text
    exactly = client.get(link(text, "Only the very words")).text
    assert "Nothing by these words" in exactly
    assert "Also:" not in exactly


def test_a_mended_spelling_is_said_and_can_be_undone(client: TestClient) -> None:
    text = show(client, q="invisibel")
    assert re.search(
        r"Showing results for <a [^>]*><b>invisible</b></a>. Search instead for <a [^>]*>invisibel</a>", text
    )
    assert "felt <mark>invisible</mark>" in text
    assert 'value="invisibel"' in text
    instead = client.get(link(text, "invisibel</a>")).text
    assert "Nothing by these words" in instead
    assert "Did you mean" in instead
    assert "felt <mark>invisible</mark>" in client.get(link(instead, "invisible</a>")).text


def test_nothing_found_says_what_to_try(client: TestClient) -> None:
    text = show(client, q="xylophone season:1")
    assert "Nothing by these words in Season 1" in text
    assert "xylophone everywhere" in text
    assert "Try fewer words" in text
    assert 'href="/themes/shutting-down"' in show(client, q="xylophone stonewalling -you")
    assert 'href="/themes/validation"' in show(client, q="theme:validatoin")


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("hurt speaker:Danna", "hurt speaker:Dana"),
        ("hurt theme:validaton", "hurt theme:validation"),
        ('"invisible felt"', "invisible felt"),
    ],
)
def test_a_slip_in_a_filter_or_within_quotation_marks_is_helped(client: TestClient, typed: str, way: str) -> None:
    text = show(client, q=typed)
    assert "Nothing by these words" in text
    assert "<mark>" in client.get(link(text, f"{way}</a>")).text


def test_a_name_for_a_theme_leads_to_its_page(client: TestClient) -> None:
    assert "There is a page for it" in show(client, q="resentment")
    assert "There is a page for it" not in show(client, q="dinner")


def test_filters_alone_list_moments(client: TestClient) -> None:
    text = show(client, q="theme:validation")
    assert "3 places</h1>" in text
    assert text.count('<article class="moment"') == 3


def test_one_kind_has_pages(client: TestClient) -> None:
    text = show(client, q="you", **{"in": "passages"})
    assert 'id="moments"' not in text
    assert "Everything for this search" in text
    assert 'rel="next"' not in text
    assert client.get("/search", params={"q": "you", "in": "nonsense"}).text.count('id="moments"') == 1


def test_suggestions_finish_the_word_and_show_moments(client: TestClient) -> None:
    offered = client.get("/search/suggest", params={"q": "really hur"}).json()
    assert offered["searches"][0] == {"label": "really hurt", "href": "/search?q=really+hurt"}
    assert ["hurt", True] in offered["moments"][0]["pieces"]
    assert offered["moments"][0]["theme"] == "validation"
    assert client.get(offered["moments"][0]["href"]).status_code == 200
    assert (
        client.get("/search/suggest", params={"q": "naming"}).json()["pages"][0]["href"] == "/themes/naming-the-block"
    )
    assert client.get("/search/suggest", params={"q": "dinn"}).json()["pages"][0]["what"] == "episode"


@pytest.mark.parametrize(
    "asked",
    ["", " ", "a", '"', "-", "🙂", "\x00", "C++", "x" * 10_000, "hurt " * 2000, "season:1", "theme:x", "‮سلام", "it’"],
)
@pytest.mark.parametrize("path", ["/search", "/search/suggest"])
def test_hostile_text_is_answered_soon(path: str, asked: str, client: TestClient) -> None:
    began = time.thread_time()
    answer = client.get(path, params={"q": asked, "exact": "2", "in": "%", "page": "0"})
    assert time.thread_time() - began < 0.2
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_a_moment_that_was_cut_anew_shows_the_words_it_has_now(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    podcast.fill(settings)
    now = "It really hurt you, and your hurt matters to me."
    with Store.open(settings.database) as store:
        for id in (podcast.SECOND, podcast.HOSTILE):
            store._c.run("delete from moments where episode = :id", id=id)
        clip = next(clip for clip in store.moments.of_episode(podcast.FIRST) if clip.moment.theme == "validation")
        store.moments.review(
            Review(
                moment=clip.moment.id,
                verdict=Verdict.ACCEPT,
                reviewer="Nora",
                at=datetime(2026, 3, 2, tzinfo=UTC),
                note="",
                quote=now,
                span=Span(start=28.0, end=32.2),
            )
        )
    with TestClient(create_app(settings)) as client:
        text = section(show(client, q="hurt"), "moments")
        typing = client.get("/search/suggest?q=hur").json()["moments"]
        (told,) = [hit for hit in client.get("/api/search?q=hurt").json()["hits"] if hit["moment"] == clip.moment.id]
        phrase = client.get("/api/search", params={"q": '"your hurt matters"'}).json()["hits"]
        away = client.get("/api/search?q=differently").json()["hits"]
    assert "It really <mark>hurt</mark> you, and your <mark>hurt</mark> matters to me." in text
    assert ["".join(text for text, _ in one["pieces"]) for one in typing] == [now]
    assert (told["text"], told["start"], told["end"]) == (now, pytest.approx(29, abs=1.2), 32.2)
    assert [told["text"][start:end] for start, end in told["marks"]] == ["hurt", "hurt"]
    assert (phrase[0]["moment"], phrase[0]["text"]) == (clip.moment.id, now)
    assert {one["kind"] for one in away} == {"passage"}  # said there, and no words of the moment any more
    typed = CliRunner().invoke(cli, ["--data", str(tmp_path), "search", "hurt", "--json"])
    moments = [hit for hit in json.loads(typed.stdout)["hits"] if hit["kind"] == "moment"]
    assert [(one["text"], one["end"]) for one in moments] == [(now, 32.2)]

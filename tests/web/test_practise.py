"""Practice pages, home and lost addresses through the application: what stands where, and the way back."""

import re

import podcast
import pytest
from litestar.testing import TestClient

from companion.config import Settings
from companion.exercises import exercises
from web.app import create_app
from web.near import near, words


def steps(text: str) -> list[str]:
    return re.findall(r"<li>(.*?)</li>", text.partition('<ol class="steps">')[2].partition("</ol>")[0], re.S)


@pytest.mark.parametrize("slug", exercises())
def test_moments_stand_at_the_steps_that_ask_for_them(slug: str, client: TestClient) -> None:
    shown = steps(client.get(f"/exercises/{slug}").text)
    heard = {theme for theme, *_ in podcast.SHOWN}
    quotes = []
    for step, said in zip(exercises()[slug].steps, shown, strict=True):
        found = re.findall(r'class="moment" data-theme="([^"]+)"', said)
        assert found in ([], [step.hear]), step.text
        quotes += re.findall(r"<blockquote>.*?</blockquote>", said, re.S)
        if step.hear in heard and not quotes:
            pytest.fail(f"nothing to hear at: {step.text}")
    assert len(quotes) == len(set(quotes)) <= 3  # nothing is heard twice


def test_what_helps_and_what_does_not_are_announced_differently(client: TestClient) -> None:
    text = client.get("/exercises/open-the-ledger").text
    assert [re.findall(r'class="cap">([^<]*)<', step) for step in steps(text) if "cap" in step] == [
        ["Hear how it can sound"],
        ["Hear it, then try it"],
    ]


def test_a_timer_is_only_where_people_take_turns(client: TestClient) -> None:
    for slug, exercise in exercises().items():
        text = client.get(f"/exercises/{slug}").text
        assert ("data-turns" in text) == bool(exercise.turns)
        assert f'data-journal="{slug}"' in text
        if exercise.turns:
            assert f'max="30" value="{exercise.turns}"' in text


def test_the_weeks_prompt_is_an_exercise_with_a_way_back(client: TestClient) -> None:
    text = client.get(f"/exercises/week/{podcast.FIRST}").text
    assert text.count(f'href="/episodes/{podcast.FIRST}"') >= 2
    assert "Back to the episode" in text
    assert "data-turns" in text
    assert f'data-journal="week/{podcast.FIRST}"' in text
    kinds = re.findall(r'class="moment" data-theme="[^"]+" data-kind="([^"]+)"', text)
    assert kinds == ["skill", "skill"]  # what helps is heard first


def test_exercises_are_sorted_by_who_is_there(client: TestClient) -> None:
    text = client.get("/exercises").text
    together = re.findall(r'href="/exercises/([a-z-]+)"', text.partition('id="together"')[2].partition("</section>")[0])
    assert together == [slug for slug, exercise in exercises().items() if exercise.together]


@pytest.mark.parametrize(
    ("path", "names", "asked"),
    [
        ("/themes/validaton", ["Validation"], "validaton"),
        ("/themes/leaning_inn", ["Leaning in"], "leaning inn"),
        ("/exercises/taking-turn", ["Taking turns"], "taking turn"),
        ("/Episode", ["Episodes"], "episode"),
        ("/practice", ["Practise"], "practice"),
        ("/moments/3f9a1b", [], ""),
        ("/", [], ""),
        ("//evil.test/%3Cscript%3E", [], "script"),
        ("/" + "x" * 5000, [], "x" * 60),
    ],
)
def test_a_lost_address_is_met_half_way(path: str, names: list[str], asked: str) -> None:
    assert [one.name for one in near(path)][:1] == names
    assert words(path) == asked


def test_a_missing_page_offers_what_may_have_been_meant(client: TestClient) -> None:
    text = client.get("/themes/validaton").text
    assert '<a href="/themes/validation">Validation</a>' in text
    assert 'value="validaton"' in text
    assert 'href="/search?q=validaton"' in text
    assert "<script>" not in client.get("/themes/<script>alert(1)").text


def test_a_failed_page_offers_to_try_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.store.moments.Moments.counts", lambda self: 1 / 0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as broken:
        text = broken.get("/themes?a=1&b=<2>").text
    assert re.search(r'href="/themes\?a=1&amp;b=[^"<>]+">Try again</a>', text)


def test_home_leads_with_the_newest_episode_that_can_be_heard(client: TestClient) -> None:
    newest = client.get("/").text.partition('id="newest"')[2].partition("</section>")[0]
    assert re.findall(r'<h3><a href="/episodes/([^"]+)"', newest) == [podcast.HOSTILE, podcast.SILENT, podcast.SECOND]


def test_the_shelf_of_saved_moments_is_the_same_for_everybody(client: TestClient) -> None:
    text = client.get("/saved").text
    assert text == client.get("/saved?ids=3f9a1b", headers={"cookie": "a=b"}).text
    assert "Saving needs scripts" in text


def test_every_moment_can_be_saved(client: TestClient) -> None:
    text = client.get("/themes/validation").text
    moments = re.findall(r'<article class="moment".*?</article>', text, re.S)
    assert moments
    for moment in moments:
        assert re.search(
            r'<button type="button" class="save" hidden aria-label="Save: [^"]+" data-save="[0-9a-f]+"', moment
        )


def test_the_site_can_be_put_on_a_home_screen(client: TestClient) -> None:
    address = re.search(r'<link rel="manifest" href="([^"]+)"', client.get("/").text)
    assert address
    answer = client.get(address[1])
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/", "/", "/")
    for icon in manifest["icons"]:
        drawn = client.get(f"{address[1].rpartition('/')[0]}/{icon['src']}")
        assert drawn.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            wide, high = (int.from_bytes(drawn.content[at : at + 4]) for at in (16, 20))
            assert f"{wide}x{high}" == icon["sizes"]
    for shortcut in manifest["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200

"""What the pages of moments and themes say to a learner, through the application itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import podcast
import pytest
from litestar.testing import TestClient

from companion.config import Settings
from companion.deciding import PERSON
from companion.moments import Clip, Why
from companion.reviews import Review, Verdict
from companion.store import Store
from companion.transcripts import Transcript
from web.app import create_app
from web.around import lines, stretch
from web.pages.moments import Reason, Said
from web.public.moments import heard

NOW = datetime(2026, 4, 1, tzinfo=UTC)
WORDS = podcast.TALK[5][3]


def clip_of(settings: Settings, theme: str, episode: str = podcast.FIRST) -> Clip:
    with Store.open(settings.database) as store:
        return next(clip for clip in store.moments.of_episode(episode) if clip.moment.theme == theme)


def page_of(client: TestClient, settings: Settings, theme: str) -> str:
    return str(client.get(f"/moments/{clip_of(settings, theme).moment.id}").text)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_moment_stands_among_its_lines_with_who_says_them(client: TestClient, settings: Settings) -> None:
    text = plain(page_of(client, settings, "validation").split("<main")[1])
    around = [(who, said) for who, _, _, said in podcast.TALK]
    assert f"Dana {around[2][1]} Tom {around[3][1]} {around[4][1]} Dana {WORDS}" in text
    assert f"Tom {around[6][1]} Nora {around[7][1]} Tom {around[8][1]}" in text
    assert "Dana “" not in text  # the quotation marks are drawn


def test_a_moment_is_played_from_a_little_before_to_its_very_end_and_with_more_around(
    client: TestClient, settings: Settings
) -> None:
    html = page_of(client, settings, "validation")
    large = re.search(r'class="play large"[^>]*', html)
    context = re.search(r'class="mode" href="([^"]*)" data-play[^>]*', html)
    assert large
    assert context
    assert 'data-start="25.75" data-end="32.2"' in large[0]
    assert 'data-start="6.0" data-end="52.2"' in context[0]
    assert context[1] == f"/episodes/{podcast.FIRST}?t=6,52.2"  # what happens without scripts


def test_what_surrounds_a_moment_stays_within_the_recording(settings: Settings) -> None:
    with Store.open(settings.database) as store:
        audio = store.media.get(podcast.FIRST)
    moment = clip_of(settings, "validation").moment
    assert audio
    ends = replace(audio, seconds=40.0)
    assert (stretch(moment, audio).start, stretch(moment, audio).end) == (6.0, 52.2)
    assert stretch(moment, ends).end == 40.0
    assert stretch(moment, None).end == 52.2
    early = clip_of(settings, "leaning-in").moment
    assert stretch(early, audio).start == 0.0


def transcript(settings: Settings) -> Transcript:
    with Store.open(settings.database) as store:
        found = store.transcripts.get(podcast.FIRST)
    assert found
    return found


def test_words_of_a_quote_are_found_inside_longer_lines(settings: Settings) -> None:
    moment = clip_of(settings, "validation").moment
    part = replace(moment, quote="I can see, that it really HURT you")  # as a person may have cut it
    before, after = lines(part, transcript(settings).segments[4:7])
    assert before[-1] == Said(speaker="Dana", text="I remember it differently, but")
    assert after[0] == Said(speaker="Dana", text="and your hurt matters to me.")
    assert after[1].speaker == "Tom"


def test_of_words_said_twice_the_nearer_ones_are_meant(settings: Settings) -> None:
    moment = replace(clip_of(settings, "validation").moment, quote="Yes.")
    segments = transcript(settings).segments
    late = replace(moment, span=replace(moment.span, start=118.0, end=119.0))
    assert lines(late, segments)[0][-1].text == podcast.TALK[17][3]


def test_where_the_words_are_gone_the_moment_remembers(settings: Settings) -> None:
    moment = replace(clip_of(settings, "validation").moment, quote="Words that nobody said")
    before, after = lines(moment, transcript(settings).segments)
    assert before == (Said(speaker=None, text=podcast.TALK[4][3]),)
    assert after == (Said(speaker=None, text=podcast.TALK[6][3]),)
    assert lines(replace(moment, before="", after=""), ()) == ((), ())


def test_whether_a_person_agreed_is_said_plainly(client: TestClient, settings: Settings) -> None:
    reviewed, guess = page_of(client, settings, "validation"), page_of(client, settings, "resentment")
    assert "reviewed by a person" in reviewed
    assert "Why this is validation" in reviewed
    assert "She keeps her own memory, and still lets the hurt count." in reviewed
    assert "reviewed by a person" not in guess
    assert "Why this may be resentment" in guess
    assert "suggested, not yet reviewed" in guess


def test_the_reasons_are_a_table_of_bars_without_figures(client: TestClient, settings: Settings) -> None:
    html = page_of(client, settings, "validation")
    assert 'role="img" aria-label="10 of 10"' in html
    shown = plain(html)
    assert "cue speaks for it" in shown
    assert "0.88" not in shown
    assert "Cue: this made the machine think of “Validation”." in shown


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            (("the cue “You just need to”", 1.6), ("the form “advice”", 1.5), ("the words “need”", 0.7)),
            "The words “You just need to” and the way it is said (advice) made the machine think of “X”.",
        ),
        (
            (("the cue “i do not like” heard as “I don't like”", 2.0), ("the form “I”", 1.0), ("the words “far”", 0.5)),
            "The words “I don't like” made the machine think of “X”.",
        ),
        (
            (("the words “mother”", 2.0), ("the words “my mother”", 1.0), ("the words “my”", 0.5)),
            "The words “mother” and “my mother” made the machine think of “X”.",
        ),
        (
            (("the words “nine”", 2.0), ("the words “and you”", 1.0)),
            "Many small signs together made the machine think of “X”; none of them says it alone.",
        ),
        (
            (("the floor is handed over, and the other one takes it", 2.0), ("the words “fine”", -1.0)),
            "The floor is handed over, and the other one takes it: this made the machine think of “X”.",
        ),
        (
            (("the form “you”", 0.4), ("in the turn before “long”", 0.3)),
            "Many small signs together made the machine think of “X”; none of them says it alone.",
        ),
    ],
)
def test_the_reasons_open_with_a_sentence_for_listeners(parts: tuple[tuple[str, float], ...], sentence: str) -> None:
    assert heard(tuple(Reason(what=what, weight=weight) for what, weight in parts), "“X”") == sentence


def test_what_a_person_found_is_not_told_as_the_machines(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    podcast.fill(settings)
    theirs = replace(
        clip_of(settings, "resentment").moment,
        id="0123456789ab",
        tagger=PERSON,
        why=Why(sentence="Ann heard it", parts=()),
    )
    review = Review(moment=theirs.id, verdict=Verdict.ACCEPT, reviewer="Ann", at=NOW, note="")
    with Store.open(settings.database) as store:
        store.moments.add(theirs, review)
    with TestClient(create_app(settings)) as client:
        said = plain(client.get(f"/moments/{theirs.id}").text)
    assert "A person has listened and found it." in said
    assert "the machine" not in said


def test_a_rejected_moment_is_gone_from_every_page(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    podcast.fill(settings)
    id = clip_of(settings, "resentment").moment.id
    with TestClient(create_app(settings)) as client:
        paths = (f"/moments/{id}", f"/moments/{id}/embed", f"/oembed?url=http://testserver.local/moments/{id}")
        assert [client.get(path).status_code for path in paths] == [200, 200, 200]
        with Store.open(settings.database) as store:
            at = store.moments.get(id)
            store.moments.review(Review(moment=at.moment.id, verdict=Verdict.REJECT, reviewer="Ann", at=NOW, note=""))
        assert [client.get(path).status_code for path in paths] == [404, 404, 404]
        for path in ("/themes/resentment", "/themes/resentment/feed.xml", "/moments/feed.xml"):
            assert id not in client.get(path).text
        # nor do its neighbours lead there
        others = re.findall(r'href="/moments/([0-9a-f]+)"', client.get("/themes/resentment").text)
        assert others
        for other in others:
            assert id not in client.get(f"/moments/{other}").text


def test_a_theme_shows_its_examples_from_clear_to_subtle(client: TestClient) -> None:
    html = client.get("/themes/validation").text
    assert re.findall(r"<h3>(Clear|In between|Subtle)</h3>", html) == ["Clear", "In between", "Subtle"]
    assert "Play all 3" in html
    ladder = html.split('id="ladder"')[1].split("</section>")[0]
    states = ["suggested" in card for card in re.findall(r"<article.*?</article>", ladder, flags=re.S)]
    assert sorted(states) == [False, True, True]


@pytest.mark.parametrize(
    ("slug", "other", "difference"),
    [
        ("validation", "validation-means-agreement", "the person, or the story"),
        ("control-and-correction", "leaning-in", "where the sentence ends"),
        ("naming-the-block", "shutting-down", "this side of it"),
    ],
)
def test_pairs_are_heard_side_by_side(slug: str, other: str, difference: str, client: TestClient) -> None:
    for one in (slug, other):
        html = client.get(f"/themes/{one}").text
        pair = html.split('class="contrast"')[1].split("</section>")[0]
        assert difference in pair
        assert re.search(rf'href="/themes/{slug}"', pair)
        assert re.search(rf'href="/themes/{other}"', pair)
        assert "A made-up line: no moment of this has been found yet." in pair
    assert 'class="contrast"' not in client.get("/themes/resentment").text


def test_a_pair_with_two_real_moments_can_be_heard_in_a_row(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    podcast.fill(settings)
    with Store.open(settings.database) as store:
        told = [clip.moment for clip in store.moments.of_episode(podcast.FIRST)]
        store.moments.replace(podcast.FIRST, "test", (*told, replace(told[-1], id="x", theme="shutting-down")))
    with TestClient(create_app(settings)) as client:
        pair = client.get("/themes/naming-the-block").text.split('class="contrast"')[1].split("</section>")[0]
    assert pair.count("data-play ") + pair.count("data-play\n") == 2
    assert 'data-playlist="sides-1"' in pair
    assert "made-up" not in pair


def test_examples_can_be_asked_for_by_voice_and_season(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    podcast.fill(settings)
    with Store.open(settings.database) as store:
        told = store.moments.of_episode(podcast.FIRST)[0].moment
        said = replace(told, id="n", theme="past-wounds", speaker="Nora", quote="I am Nora.", episode=podcast.SILENT)
        store.moments.replace(podcast.SILENT, "test", (said,))
        feed, silent = store.feeds.get("chairs"), store.feeds.episode(podcast.SILENT)
        store.feeds.save(feed, (replace(silent, season=2),), store.feeds.validators("chairs"))

    def shown(client: TestClient, query: str) -> tuple[int, bool]:
        html = client.get(f"/themes/past-wounds{query}").text
        ladder = html.split('id="ladder"')[1].split("</section>")[0]
        return ladder.count("<article"), "I am Nora." in ladder

    with TestClient(create_app(settings)) as client:
        html = client.get("/themes/past-wounds").text
        for name in ("Everyone", "Partners", "Therapist (Nora)", "All seasons", "Season 1", "Season 2"):
            assert f">{name}</a>" in html
        assert 'href="/themes/past-wounds?who=therapist#hear"' in html
        assert shown(client, "") == (4, True)
        assert shown(client, "?who=therapist") == (1, True)
        assert shown(client, "?who=partner") == (3, False)
        assert shown(client, "?season=2") == (1, True)
        assert shown(client, "?who=partner&season=1") == (3, False)
        assert shown(client, "?who=nobody&season=99") == (4, True)  # nonsense asks for nothing
        none = client.get("/themes/past-wounds?who=partner&season=2").text
        assert "None like that." in none
        assert ">Show all 4</a>" in none
        chosen = client.get("/themes/past-wounds?who=partner&season=2").text
        assert re.findall(r'aria-current="true">([^<]+)<', chosen) == ["Partners", "Season 2"]
        assert 'href="/themes/past-wounds?season=2#hear"' in chosen  # the other choice stays


def test_blocks_lead_to_the_skills_that_answer_them_and_to_other_blocks(client: TestClient) -> None:
    html = client.get("/themes/shutting-down").text
    answers = html.split("What answers it")[1].split("</p>")[0]
    assert re.findall(r'href="/themes/([^"]+)"', answers) == ["naming-the-block", "taking-turns"]
    near = html.split('id="near"')[1].split("</section>")[0]
    assert "resentment" in re.findall(r'href="/themes/([^"]+)"', near)
    assert "No moment of this has been found yet." in html
    assert "/themes/shutting-down/feed.xml" in near


def test_a_theme_and_a_moment_ask_few_questions_of_the_database(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from companion.store.connection import Connection

    asked: list[str] = []
    for name in ("all", "one"):
        whole = getattr(Connection, name)
        monkeypatch.setattr(
            Connection, name, lambda self, sql, whole=whole, **given: (asked.append(sql), whole(self, sql, **given))[1]
        )
    id = clip_of(settings, "validation").moment.id
    with TestClient(create_app(settings)) as client:
        client.get("/themes")  # opens the store
        for path, most in ((f"/moments/{id}", 16), ("/themes/validation", 14), ("/themes/validation/feed.xml", 10)):
            asked.clear()
            assert client.get(path).status_code == 200
            assert len(asked) <= most, asked

"""Correcting a transcript over HTTP, with forms alone: every act, what the public sees of it, and what goes wrong."""

import re
from html import unescape

import podcast
import pytest
from entering import NORA, TOM, Clock, enter
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript
from web.desk.passages import passages

PAGE = f"/desk/episodes/{podcast.FIRST}/transcript"
PUBLIC = f"/episodes/{podcast.FIRST}"


def fields(client: TestClient, turn: int, form: str) -> dict[str, str]:
    """The hidden fields of one of the forms of the passage that holds a word, as the page gives them."""
    page = client.get(f"{PAGE}?turn={turn}").text
    page = page[: page.index('<template id="blank">')]
    found = re.search(rf'action="{PAGE}/{form}"[^>]*>(.*?)</form>', page, re.S)
    assert found, f"there is no form “{form}”"
    return {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[1])
    }


def send(client: TestClient, form: str, **sent: str) -> int:
    return client.post(f"{PAGE}/{form}", data=sent, follow_redirects=False).status_code


def speakers(client: TestClient) -> list[str]:
    return [unescape(one) for one in re.findall(r'<div class="who"><b>(.*?)</b>', client.get(PAGE).text)]


def test_words_are_corrected_and_the_public_reads_them_at_once(visitor: TestClient, own: Settings) -> None:
    enter(visitor, TOM)
    given = fields(visitor, 16, "words")
    assert given["was"].startswith("I can try that.")
    assert send(visitor, "words", **given, text=given["was"].replace("worst", "loneliest")) == 303
    assert "the loneliest part of that night" in visitor.get(PUBLIC).text
    assert "loneliest" in visitor.get(f"{PUBLIC}/transcript.vtt").text
    assert "Gone over by people" in visitor.get(PUBLIC).text
    assert podcast.FIRST in visitor.get("/search?q=loneliest").text
    page = visitor.get(PAGE).text
    assert "<del>worst</del> <ins>loneliest</ins>" in page
    with Store.open(own.database) as store:
        (moment,) = [
            clip.moment for clip in store.moments.of_episode(podcast.FIRST) if clip.moment.theme == "leaning-in"
        ]
        assert moment.quote == "What was the loneliest part of that night for you?"
        assert [(one.who, one.action) for one in store.audit.newest(limit=1)] == [("Tom", "correct words")]
    original = visitor.get(f"{PAGE}?original=1").text
    assert "What was the worst part" in original and 'name="text"' not in original[: original.index("<template")]


def test_an_edit_is_undone_and_done_again_and_all_are_taken_back(visitor: TestClient) -> None:
    csrf = enter(visitor, TOM)
    given = fields(visitor, 16, "words")
    send(visitor, "words", **given, text=given["was"].replace("worst", "loneliest"))
    key = re.search(r'name="edit" value="(\d+)"', visitor.get(PAGE).text)
    assert key
    assert send(visitor, "undo", csrf=csrf, edit=key[1]) == 303
    page = visitor.get(PAGE).text
    assert "What was the worst part" in page and "taken back" in page and "Do it again" in page
    key = re.search(r'name="edit" value="(\d+)"', page)
    assert key
    send(visitor, "undo", csrf=csrf, edit=key[1])
    assert "loneliest part" in visitor.get(PUBLIC).text
    assert send(visitor, "revert", csrf=csrf) == 303
    assert "loneliest" not in visitor.get(PUBLIC).text
    assert send(visitor, "undo", csrf=csrf, edit="99999") == 404


def test_a_turn_is_split_given_away_and_joined(visitor: TestClient) -> None:
    enter(visitor, TOM)
    assert speakers(visitor)[:4] == ["Nora", "Dana", "Tom", "Dana"]
    given = fields(visitor, 16, "voice")
    assert send(visitor, "voice", **given, **{"from": "4", "speaker": "Ruth"}) == 303
    assert speakers(visitor)[:5] == ["Nora", "Dana", "Ruth", "Tom", "Dana"]
    assert send(visitor, "join", **fields(visitor, 20, "join")) == 303
    assert speakers(visitor)[:4] == ["Nora", "Dana", "Tom", "Dana"]
    with pytest.raises(AssertionError, match="no form"):  # there is nothing before the first turn
        fields(visitor, 0, "join")


def test_a_speaker_is_renamed_here_or_in_the_whole_podcast(visitor: TestClient) -> None:
    csrf = enter(visitor, TOM)
    assert send(visitor, "rename", csrf=csrf, old="Tom", new="Thomas", where="episode") == 303
    assert send(visitor, "rename", csrf=csrf, old="Dana", new="Dana Wolf", where="podcast") == 303
    assert set(speakers(visitor)) == {"Nora", "Dana Wolf", "Thomas"}
    other = visitor.get(f"/episodes/{podcast.SECOND}").text
    assert "<b>Dana Wolf</b>" in other and "<b>Tom</b>" in other
    assert "Dana Wolf" in visitor.get("/themes/validation").text
    assert send(visitor, "rename", csrf=csrf, old="Tom", new="", where="episode") == 400


def test_two_voices_become_one_only_if_somebody_says_so(visitor: TestClient) -> None:
    csrf = enter(visitor, TOM)
    before = speakers(visitor)
    assert send(visitor, "rename", csrf=csrf, old="Tom", new="Dana", where="episode") == 400
    assert speakers(visitor) == before
    assert send(visitor, "rename", csrf=csrf, old="Tom", new="Dana", where="episode", joins="on") == 303
    assert set(speakers(visitor)) == {"Nora", "Dana"}
    assert send(visitor, "rename", csrf=csrf, old="Stranger", new="Dana", where="podcast") == 303  # elsewhere


def test_a_name_in_other_letters_is_the_same_person(visitor: TestClient) -> None:
    csrf = enter(visitor, TOM)
    assert send(visitor, "voice", **fields(visitor, 70, "voice"), speaker="dana") == 303
    assert set(speakers(visitor)) == {"Nora", "Dana", "Tom"}
    answer = visitor.post(f"{PAGE}/rename", data={"csrf": csrf, "old": "Tom", "new": "dana", "where": "episode"})
    assert answer.status_code == 400 and "Dana speaks here, too" in answer.text
    assert send(visitor, "rename", csrf=csrf, old="Tom", new="dana", where="episode", joins="on") == 303
    assert set(speakers(visitor)) == {"Nora", "Dana"}
    assert send(visitor, "rename", csrf=csrf, old="Dana", new="DANA", where="episode") == 303  # nobody else's
    assert set(speakers(visitor)) == {"Nora", "DANA"}


def test_it_is_told_how_far_a_turn_goes_on() -> None:
    lines = tuple(
        Segment(start=at, end=at + 19, text="So it went.", speaker="Nora" if at < 100 else "Tom", words=())
        for at in range(0, 120, 20)
    )
    said = Transcript(episode="e", source=Source.RECOGNISED, model="m", language="en", segments=lines)
    found = passages(said, (), audio=False)
    assert [(one.start, one.until, one.more) for one in found] == [(0, 99, 2), (40, 99, 1), (80, 99, 0), (100, 119, 0)]


def test_the_editor_tells_it_and_the_glossary_what_it_takes(visitor: TestClient) -> None:
    enter(visitor, TOM)
    page = visitor.get(f"{PAGE}?turn=33").text
    assert "Theirs to the end of the turn<span data-reach>, at 0:24</span>" in page
    assert "One word with a capital" in page


def test_who_comes_second_sees_both_and_chooses(visitor: TestClient) -> None:
    enter(visitor, TOM)
    given = fields(visitor, 16, "words")
    send(visitor, "words", **given, text=given["was"].replace("worst", "loneliest"))
    answer = visitor.post(f"{PAGE}/words", data={**given, "text": given["was"].replace("worst", "hardest")})
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "Nothing was overwritten" in page
    assert "<blockquote>I can try that. What was the loneliest part of that night for you?</blockquote>" in page
    assert "What was the hardest part of that night for you?</textarea>" in page
    assert "loneliest" in visitor.get(PUBLIC).text and "hardest" not in visitor.get(PUBLIC).text


def test_words_that_others_pushed_on_are_found_again_and_nothing_else_is_touched(visitor: TestClient) -> None:
    enter(visitor, TOM)
    seen = {form: fields(visitor, 70, form) for form in ("words", "voice", "join")}
    assert seen["words"]["was"].startswith("It helps to hear")
    elsewhere = fields(visitor, 33, "words")
    early = fields(visitor, 0, "words")
    assert send(visitor, "words", **early, text=f"Well, first of all: {early['was']}") == 303
    answer = visitor.post(
        f"{PAGE}/words",
        data={**seen["words"], "text": seen["words"]["was"].replace("helps", "soothes")},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#w{int(seen['words']['first']) + 4}")
    assert send(visitor, "voice", **{**seen["voice"], "was": "It soothes to hear you say that."}, speaker="Ruth") == 303
    told = unescape(visitor.get(PAGE).text)
    assert "<del>helps</del> <ins>soothes</ins>" in told and "“It soothes to hear you say that.” given to" in told
    assert speakers(visitor)[3:6] == ["Dana", "Ruth", "Nora"]
    assert send(visitor, "join", **{**seen["join"], "was": "It soothes to hear you say that."}) == 303
    assert speakers(visitor)[3:5] == ["Dana", "Nora"]
    assert send(visitor, "words", **elsewhere, text="") == 303  # its own words, not those at its number by now
    public = unescape(visitor.get(PUBLIC).text)
    assert "Well, first of all: Dana, could you try" in public and "It soothes to hear you" in public
    assert "I can try that." in public and "I remember it differently" in public


def test_what_was_changed_and_pushed_on_is_shown_never_what_stands_at_its_old_number(visitor: TestClient) -> None:
    enter(visitor, TOM)
    seen = fields(visitor, 60, "words")
    early = fields(visitor, 0, "words")
    send(visitor, "words", **early, text=f"{early['was']} Or two? {'Or more? ' * 5}")
    now = fields(visitor, int(seen["first"]) + 12, "words")
    assert now["was"] == seen["was"]
    send(visitor, "words", **now, text="No, never.")
    for form, sent in (("words", {"text": "It soothes to hear."}), ("voice", {"speaker": "Ruth"}), ("join", {})):
        answer = visitor.post(f"{PAGE}/{form}", data={**seen, **sent})
        assert answer.status_code == 409
        page = unescape(answer.text)
        assert "It reads now:</p><blockquote>No, never.</blockquote>" in page
        assert ("Below is what you wrote" in page) == (form == "words")  # there is nothing to put there otherwise
        assert f"{sent.get('text', 'No, never.')}</textarea>" in page


def test_where_the_words_are_gone_no_other_passage_is_offered_for_them(visitor: TestClient) -> None:
    enter(visitor, TOM)
    seen = fields(visitor, 60, "words")
    assert send(visitor, "words", **seen, text="") == 303
    answer = visitor.post(f"{PAGE}/words", data={**seen, "text": "Mine."})
    assert answer.status_code == 409
    page = answer.text[: answer.text.index('<template id="blank">')]
    assert "<blockquote>Mine.</blockquote>" in page and "</textarea>" not in page


@pytest.mark.parametrize(
    ("form", "sent", "status"),
    [
        ("words", {"first": "x", "end": "3", "was": "a"}, 400),
        ("words", {"first": "0", "end": "999999", "was": "a"}, 409),
        ("words", {"first": "5", "end": "2", "was": ""}, 409),
        ("voice", {"first": "1", "end": "3", "was": "a", "speaker": "Ruth"}, 409),
        ("learn", {"name": "not a name at all"}, 400),
        ("forget", {"name": "Ruth"}, 404),
        ("unmend", {"start": "soon", "name": "Ruth"}, 400),
        ("unmend", {"start": "3.5", "name": "Ruth"}, 404),
        ("nonsense", {}, 404),
    ],
)
def test_what_makes_no_sense_changes_nothing(visitor: TestClient, form: str, sent: dict[str, str], status: int) -> None:
    csrf = enter(visitor, TOM)
    before = visitor.get(PUBLIC).text
    assert send(visitor, form, csrf=csrf, **sent) == status
    assert visitor.get(PUBLIC).text == before


def test_ten_thousand_words_are_refused_with_a_sentence(visitor: TestClient) -> None:
    enter(visitor, TOM)
    sent = {**fields(visitor, 16, "words"), "text": "word " * 10_000}
    answer = visitor.post(f"{PAGE}/words", data=sent)
    assert answer.status_code == 400
    assert "at most 2,000" in answer.text and "It reads now" not in answer.text
    assert f">{'word ' * 10_000}</textarea>" in answer.text  # nothing that was written is gone
    told = visitor.post(f"{PAGE}/words", data=sent, headers={"accept": "application/json"})
    assert "at most 2,000" in told.json()["detail"]  # a script has it still


def test_what_is_refused_stays_in_its_form(visitor: TestClient) -> None:
    csrf = enter(visitor, TOM)
    sent = {"csrf": csrf, "old": "Tom", "new": "Dana", "where": "podcast"}
    page = visitor.post(f"{PAGE}/rename", data=sent).text
    page = page[page.index('id="voices"') :]
    assert page.index("If Tom and Dana are one person, tick that they are.") < page.index("<details open>")
    form = page[page.index("<details open>") :]
    form = form[: form.index("</details>")]
    assert 'value="Tom"' in form and 'value="Dana"' in form and '<option value="podcast" selected>' in form
    assert 'name="joins"' in form and page.count("<details open>") == 1
    page = visitor.post(f"{PAGE}/learn", data={"csrf": csrf, "name": "no name at all"}).text
    assert 'name="name" value="no name at all"' in page
    page = visitor.post(f"{PAGE}/rename", data={**sent, "old": "Nobody", "new": "x" * 61}).text
    assert f"at most 60 letters.</p><p>This is what you wrote, to copy:</p><blockquote>{'x' * 61}" in page
    given = {**fields(visitor, 16, "voice"), "from": "4", "speaker": "y" * 61}
    assert (
        f'name="speaker" list="known" maxlength="60" autocomplete="off" value="{"y" * 61}"'
        in visitor.post(f"{PAGE}/voice", data=given).text
    )


def test_the_audit_trail_names_the_episode_and_the_words(visitor: TestClient, own: Settings) -> None:
    csrf = enter(visitor, TOM)
    given = fields(visitor, 16, "words")
    send(visitor, "words", **given, text=given["was"].replace("worst", "loneliest"))
    send(visitor, "voice", **fields(visitor, 70, "voice"), speaker="Ruth")
    send(visitor, "join", **fields(visitor, 70, "join"))
    send(visitor, "rename", csrf=csrf, old="Tom", new="Thomas", where="podcast")
    send(visitor, "undo", csrf=csrf, edit="1")
    send(visitor, "revert", csrf=csrf)
    with Store.open(own.database) as store:
        title = store.feeds.episode(podcast.FIRST).title
        deeds = [(one.action, one.what) for one in reversed(store.audit.newest(limit=6))]
    assert deeds == [
        ("correct words", f"“I can try that. What was the worst …”, {title}"),
        ("give to a voice", f"Ruth: “It helps to hear you say that.”, {title}"),
        ("join turns", f"“It helps to hear you say that.”, {title}"),
        ("rename speaker", f"Tom → Thomas, {title} and all other episodes"),
        ("undo correction", f"“worst” → “loneliest”, {title}"),
        ("undo all corrections", f"2 corrections, {title}"),
    ]


def test_a_name_corrected_twice_is_offered_and_kept_in_the_glossary(visitor: TestClient) -> None:
    csrf = enter(visitor, NORA)
    for word in (16, 32):
        given = fields(visitor, word, "words")
        send(visitor, "words", **given, text=f"{given['was']} Ask Kwentin.")
    assert "Ask Kwentin." in visitor.get(PUBLIC).text
    for word in (16, 32):
        given = fields(visitor, word, "words")
        assert "Kwentin" in given["was"]
        send(visitor, "words", **given, text=given["was"].replace("Kwentin", "Quentin"))
    page = visitor.get(PAGE).text
    assert re.search(r"You put <ins>Quentin</ins> in the place of <del>Kwentin</del> 2 times", page)
    assert send(visitor, "learn", csrf=csrf, name="Quentin") == 303
    page = visitor.get(PAGE).text
    assert "<b>Quentin</b>" in page and "Heard wrong again" not in page
    assert send(visitor, "forget", csrf=csrf, name="Quentin") == 303
    assert "<b>Quentin</b>" not in visitor.get(PAGE).text


def test_redacted_lines_are_marked_at_the_desk_and_gone_outside(
    visitor: TestClient, own: Settings, clock: Clock
) -> None:
    enter(visitor, TOM)
    with Store.open(own.database) as store:
        store.protection.redact(podcast.FIRST, Span(start=16, end=18.6), reason="", who="Nora", at=clock())
    page = visitor.get(PAGE).text
    assert re.search(r'class="hidden-line"[^>]*><span[^>]*>Sitting at the table', page)
    assert "Sitting at the table" not in visitor.get(PUBLIC).text


def test_hostile_words_stay_words(visitor: TestClient) -> None:
    enter(visitor, TOM)
    here = f"/desk/episodes/{podcast.HOSTILE}/transcript"
    assert "<script>alert" not in visitor.get(here).text
    given = fields(visitor, 16, "words")
    send(visitor, "words", **given, text=podcast.EVIL)
    assert "<script>alert" not in visitor.get(PAGE).text
    assert "<script>alert" not in visitor.get(PUBLIC).text


def test_an_episode_without_a_transcript_says_so(visitor: TestClient) -> None:
    enter(visitor, TOM)
    assert visitor.get(f"/desk/episodes/{podcast.SILENT}/transcript").status_code == 404
    assert visitor.get("/desk/episodes/nowhere/transcript").status_code == 404

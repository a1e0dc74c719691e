"""What a search finds in a store: in which order, widened, mended, filtered, and never slowly."""

import time
from pathlib import Path

import pytest
from samples import FEED, ONE, episode, moment
from sqlite_utils import Database

from companion.feeds import Episode, episode_id
from companion.reviews import Review, Verdict
from companion.store import Store, Validators
from companion.store.migrations import migrations
from companion.store.search import Found, nearest, parse, topic
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript

TWO = episode_id("talk", "two")
LINES = {
    ONE: (
        ("Norah", "I felt invisible at that table, and nobody would say why."),
        ("Tom", "You said it hurt. It was the worst night of the whole year for me."),
        ("Norah", "When I hurt, you walk out of the room, and the door stays open."),
        ("Tom", "The cushions are in the garage with the lanterns and the tent."),
    ),
    TWO: (
        ("Ana Maria", "When Norah came home, nobody was there. I said to Noura, ask Norah, or Noura herself."),
        ("Tom", "You ignored me all evening, and it hurt you to see it."),
        ("Tom", "The lanterns went out one by one, and nobody minded."),
    ),
}


@pytest.fixture
def filled(store: Store) -> Store:
    second: Episode = episode("two", title="Two: The Lighthouse", season=2, number=7, notes="<p>Nora comes home.</p>")
    store.feeds.save(FEED, (episode(), second), Validators(etag=None, modified=None))
    for id, lines in LINES.items():
        segments = tuple(
            Segment(start=10.0 * n, end=10.0 * n + 9, text=text, speaker=speaker, words=())
            for n, (speaker, text) in enumerate(lines, 1)
        )
        store.transcripts.save(
            Transcript(episode=id, source=Source.RECOGNISED, model="micro", language="en", segments=segments)
        )
    return store


def say(store: Store, *said: str) -> None:
    """The first episode with other lines."""
    segments = tuple(
        Segment(start=10.0 * n, end=10.0 * n + 9, text=text, speaker=None, words=()) for n, text in enumerate(said)
    )
    store.transcripts.save(
        Transcript(episode=ONE, source=Source.RECOGNISED, model="micro", language=None, segments=segments)
    )


def find(store: Store, text: str, *, exact: bool = False) -> Found:
    return store.search.find(parse(text), exact=exact)


def texts(found: Found) -> list[str]:
    return [match.text for match in found.passages]


def lines(*numbers: tuple[str, int]) -> set[str]:
    return {LINES[id][n][1] for id, n in numbers}


def test_words_in_a_row_come_before_words_far_apart(filled: Store) -> None:
    found = texts(find(filled, "it hurt you"))
    assert found[0] == LINES[TWO][1][1]
    assert set(found) == lines((TWO, 1), (ONE, 1))  # “You said it hurt” has the three as well


def test_a_feeling_finds_other_words_for_it_after_its_own(filled: Store) -> None:
    found = find(filled, "ignored")
    assert texts(found) == [LINES[TWO][1][1], LINES[ONE][0][1]]
    assert [match.widened for match in found.passages] == [False, True]
    assert found.also == ("invisible",)  # and not what nobody says here
    assert texts(find(filled, "ignored", exact=True)) == [LINES[TWO][1][1]]
    assert texts(find(filled, '"ignored"')) == [LINES[TWO][1][1]]


def test_a_remembered_sentence_means_its_own_words(filled: Store) -> None:
    assert find(filled, "you ignored me all evening").also == ()


def test_a_misspelt_word_is_mended_and_can_be_insisted_on(filled: Store) -> None:
    found = find(filled, "lanturns minded")
    assert found.corrected
    assert str(found.query) == "lanterns minded"
    assert texts(found) == [LINES[TWO][2][1]]
    assert find(filled, "lanturns", exact=True).total == 0
    assert find(filled, "thegarage").query.text == "the garage"
    assert not find(filled, "lanterns").corrected
    assert not find(filled, "qqqq").corrected


def test_a_word_with_a_sharp_s_is_found_however_it_is_spelt(filled: Store) -> None:
    say(filled, "Die Straße war leer.", "Alle Straßen waren leer.")
    assert texts(find(filled, "Straße")) == ["Die Straße war leer."]
    assert texts(find(filled, "STRASSEN")) == ["Alle Straßen waren leer."]
    assert str(find(filled, "strasse").query) == "straße"
    assert filled.search.suggest(parse("straß"))[0] == ("straße", "straßen")


def test_a_spelling_is_mended_once_only(filled: Store) -> None:
    say(filled, "ᲐᲑᲒᲓᲔ and ᲐᲑᲒᲓᲕ")  # capitals that the index keeps, and the vocabulary does not
    assert find(filled, "აბგდე").total == 0


def test_a_word_with_an_accent_counts_as_one_that_is_said(filled: Store) -> None:
    say(filled, "We met at the café.")
    assert texts(find(filled, "café xylophone")) == ["We met at the café."]


def test_a_name_is_found_however_it_was_heard(filled: Store) -> None:
    found = find(filled, "nora")
    assert sorted(found.also) == ["norah", "noura"]
    assert texts(found) == [LINES[TWO][0][1]]
    assert [match.episode for match in found.notes] == [TWO]  # where it is written as it should be
    assert find(filled, "nora", exact=True).passages == ()
    assert find(filled, "tent").also == ()  # a word is no name


def test_filters_hold_and_combine(filled: Store) -> None:
    assert set(texts(find(filled, "hurt"))) == lines((ONE, 1), (ONE, 2), (TWO, 1))
    assert set(texts(find(filled, "hurt speaker:tom"))) == lines((ONE, 1), (TWO, 1))
    assert set(texts(find(filled, 'norah speaker:"ana maria"'))) == lines((TWO, 0))
    assert set(texts(find(filled, "norah speaker:maria"))) == lines((TWO, 0))
    assert set(texts(find(filled, "hurt season:1"))) == lines((ONE, 1), (ONE, 2))
    assert set(texts(find(filled, "hurt episode:7"))) == lines((TWO, 1))
    assert set(texts(find(filled, "hurt episode:lighthouse"))) == lines((TWO, 1))
    assert set(texts(find(filled, f"hurt episode:{ONE} speaker:Norah"))) == lines((ONE, 2))
    assert set(texts(find(filled, "hurt -door"))) == lines((ONE, 1), (TWO, 1))
    assert set(texts(find(filled, 'hurt -"walk out" -evening'))) == lines((ONE, 1))
    assert find(filled, "hurt season:9").total == 0
    assert find(filled, "hurt theme:romance").total == 0


def test_facets_count_what_each_filter_would_leave(filled: Store) -> None:
    facets = find(filled, "hurt").facets
    assert facets.speakers == {"Tom": 2, "Norah": 1}
    assert facets.seasons == {1: 2, 2: 1}
    assert facets.episodes == {ONE: 2, TWO: 1}
    for speaker, n in facets.speakers.items():
        assert len(find(filled, f"hurt speaker:{speaker}").passages) == n


def test_reviewed_moments_come_first_and_rejected_ones_never(filled: Store) -> None:
    quotes = {
        "hurt hurt hurt": Verdict.REJECT,
        "You said it hurt, it hurt so much, it hurt.": None,
        "I can see that the door you slammed on the last day of summer hurt you.": Verdict.ACCEPT,
    }
    made = [moment(quote) for quote in quotes]
    filled.moments.replace(ONE, "test", tuple(made))
    for one, verdict in zip(made, quotes.values(), strict=True):
        if verdict:
            at = episode().published
            assert at
            filled.moments.review(Review(moment=one.id, verdict=verdict, reviewer="Nora", at=at, note=""))
    assert [match.id for match in find(filled, "hurt").moments] == [made[2].id, made[1].id]
    assert [match.id for match in find(filled, "theme:validation").moments] == [made[2].id, made[1].id]
    assert [match.id for match in find(filled, "theme:validation -slammed").moments] == [made[1].id]
    assert find(filled, "theme:resentment").moments == ()


def test_most_of_the_words_are_enough_where_nothing_has_all(filled: Store) -> None:
    found = find(filled, "the lanterns in the cellar with the tent")
    assert found.most
    assert texts(found) == [LINES[ONE][3][1]]
    assert find(filled, "the lanterns in the cellar with the tent", exact=True).total == 0


def test_an_exercise_is_found_by_its_words(filled: Store) -> None:
    assert "name-the-block" in find(filled, "jaw chest stomach").exercises


def test_typing_finishes_the_last_word(filled: Store) -> None:
    quoted = moment("I felt invisible at that table.")
    filled.moments.replace(ONE, "test", (quoted,))
    finished, found = filled.search.suggest(parse("felt invis"))
    assert finished == ("felt invisible",)
    assert [match.id for match in found.moments] == [quoted.id]
    assert [match.episode for match in filled.search.suggest(parse("lightho"))[1].notes] == [TWO]
    assert find(filled, "invis").moments == ()  # not once it is sent


def test_the_vocabulary_follows_what_is_saved(filled: Store, tmp_path: Path) -> None:
    one = Segment(start=0.0, end=9.0, text="Only umbrellas.", speaker=None, words=())
    filled.transcripts.save(
        Transcript(episode=ONE, source=Source.PUBLISHED, model="vtt", language=None, segments=(one,))
    )
    filled.feeds.save(FEED, (episode(title="Renamed", notes=""),), Validators(etag=None, modified=None))
    kept = Database(tmp_path / "companion.db")
    words = {row["word"]: row["n"] for row in kept.query("select word, n from words")}
    assert "garage" not in words
    assert "session" not in words
    assert words["umbrellas"] == words["renamed"] == 1
    assert words["lanterns"] == 1  # the other episode still says it


def test_an_older_database_gets_its_vocabulary(filled: Store, tmp_path: Path) -> None:
    filled.close()
    old = Database(tmp_path / "old.db")
    migrations.apply(old, stop_before="m006_words")
    old.execute("attach ? as full", [str(tmp_path / "companion.db")])
    for table in ("feeds", "episodes", "transcripts", "segments"):
        old.execute(f"insert into {table} select * from full.{table}")
    expected = list(old.query("select * from full.words order by word"))
    old.conn.commit()
    old.close()
    with Store.open(tmp_path / "old.db") as store:
        assert set(texts(find(store, "hurt speaker:tom"))) == lines((ONE, 1), (TWO, 1))
    assert list(Database(tmp_path / "old.db").query("select * from words order by word")) == expected


def test_an_older_vocabulary_is_counted_anew(filled: Store, tmp_path: Path) -> None:
    say(filled, "Die Straße war leer.")
    filled.protection.unpublish(TWO)
    filled.close()
    kept = Database(tmp_path / "companion.db")
    expected = list(kept.query("select * from words order by word"))
    kept.execute("update words set word = 'strasse' where word = 'straße'")
    kept.execute("delete from _sqlite_migrations where name = 'm014_words'")
    kept.conn.commit()
    kept.close()
    Store.open(tmp_path / "companion.db").close()
    assert list(Database(tmp_path / "companion.db").query("select * from words order by word")) == expected
    assert "straße" in {row["word"] for row in expected}


def test_the_nearest_theme_is_offered() -> None:
    for asked in ("validasion", "theme:validatoin", "qqqq stonewalling", "theme:shuting"):
        theme = nearest(parse(asked))
        assert theme
        assert theme.slug == ("validation" if "valid" in asked else "shutting-down")
    assert nearest(parse("xylophone")) is None


@pytest.mark.parametrize(
    "text",
    ["hurt " * 2000, "x" * 10_000, " ".join(f"word{n}" for n in range(1000)), "-hurt", "- hurt", '"', "''", "‘’“”",
     "C++", "\x00hurt\x00", "\u202eمرحبا hurt", "🙂🙂", "speaker:", 'speaker:"%_\\', "theme:%", "season:99999999999",
     "episode:-1",
     "speaker:Tom -it", "a OR b NOT (c", "{text}:x", "hurt*", "^hurt", "NEAR(hurt you, 3)", "it’s don't", "\ud800"],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error_or_slow(filled: Store, text: str) -> None:
    for exact in (False, True):
        began = time.thread_time()
        found = find(filled, text, exact=exact)
        for match in found.moments + found.passages + found.notes:
            filled.search.hit(match)
        filled.search.suggest(parse(text))
        assert time.thread_time() - began < 0.4  # two searches


def test_a_moment_hides_the_passage_under_it_only(filled: Store) -> None:
    quoted = moment("I felt invisible at that table.")
    filled.moments.replace(ONE, "test", (quoted,))  # 10 to 16.5 s: the first line alone
    assert Span(start=10, end=16.5) == quoted.span
    found = find(filled, "nobody", exact=True)
    assert set(texts(found)) == lines((ONE, 0), (TWO, 0), (TWO, 2))
    assert texts(find(filled, "invisible", exact=True)) == []


def test_words_that_are_common_in_any_talk_are_neither_mended_nor_counted(store: Store) -> None:
    say(store, "It doesn't matter why.", "How do I do that? I do not know how.", "We keep fighting about the car.")
    assert not store.search.find(parse("why does he fight")).corrected
    assert not store.search.find(parse("theme: why")).corrected
    found = store.search.find(parse("how do i stop fighting"))
    assert [match.text for match in found.passages] == ["We keep fighting about the car."]


@pytest.mark.parametrize("text", ["C++", "a", "co"])
def test_a_few_letters_are_no_name_of_a_theme(text: str) -> None:
    assert topic(parse(text)) is None


@pytest.mark.parametrize(("text", "slug"), [("invisible", "leaning-in"), ("keeping score", "resentment")])
def test_a_theme_may_help_where_nothing_is_found(text: str, slug: str) -> None:
    theme = nearest(parse(text))
    assert theme is not None and theme.slug == slug

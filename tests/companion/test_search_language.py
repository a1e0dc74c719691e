"""The language of the search box, its vocabulary and its thesaurus: pure, and strict where people edit."""

import sqlite3

import pytest

from companion.errors import ConfigError
from companion.store.search import Query, parse, topic
from companion.store.search.spelling import sound
from companion.store.vocabulary import count, plain
from companion.themes import themes
from companion.thesaurus import parse as read_thesaurus
from companion.thesaurus import thesaurus


@pytest.mark.parametrize(
    ("typed", "terms", "without", "filters"),
    [
        ("it hurt", ["it", "hurt"], [], {}),
        ('"it hurt" you', ['"it hurt"', "you"], [], {}),
        ("“it hurt” you", ['"it hurt"', "you"], [], {}),
        ('"it hurt', ["it", "hurt"], [], {}),
        ("hurt -back -“my knee”", ["hurt"], ["back", '"my knee"'], {}),
        ("well-known", ["well-known"], [], {}),
        ("hurt hurt HURT", ["hurt"], [], {}),
        ("- hurt -", ["hurt"], [], {}),
        ("don’t C++ 🙂", ["don’t", "C++"], [], {}),
        ("speaker:Nora hurt", ["hurt"], [], {"speaker": "Nora"}),
        ('Speaker:"Nora Miller"', [], [], {"speaker": "Nora Miller"}),
        ("theme:validation", [], [], {"theme": "validation"}),
        ('theme:"Naming the block"', [], [], {"theme": "naming-the-block"}),
        ("theme:naming", [], [], {"theme": "naming-the-block"}),
        ("theme:romance", [], [], {"theme": "romance"}),
        ("season:2 episode:14", [], [], {"season": 2, "episode": "14"}),
        ("season:two", ["season:two"], [], {}),
        ("speaker: Nora", ["speaker:", "Nora"], [], {}),
        ("time:3", ["time:3"], [], {}),
        ('speaker:"""', ["speaker:"], [], {}),
        ("سلام عليكم", ["سلام", "عليكم"], [], {}),
    ],
)
def test_what_is_typed_is_understood(
    typed: str, terms: list[str], without: list[str], filters: dict[str, object]
) -> None:
    query = parse(typed)
    assert [str(term) for term in query.terms] == terms
    assert [str(term) for term in query.without] == without
    found = {name: getattr(query, name) for name in ("speaker", "theme", "season", "episode")}
    assert {name: value for name, value in found.items() if value is not None} == filters
    assert parse(str(query)) == query  # the address can hold it


@pytest.mark.parametrize("typed", ["", " ", '"', "'", '"""', "“", "-", "- -", "++", "🙂", "\x00", "\u202e", "_", "%"])
def test_what_holds_no_word_asks_for_nothing(typed: str) -> None:
    assert parse(typed) == Query()


def test_a_long_text_is_cut_to_what_anyone_remembers() -> None:
    assert len(parse(" ".join(f"word{n}" for n in range(1000))).terms) == 24
    assert len(str(parse("x" * 10_000))) == 2000


def test_words_are_counted_without_case_and_accents_and_names_are_noticed() -> None:
    words, names = count(["When Zoë came, Norah said: Zoë, it’s the café."])
    assert words["zoe"] == 2
    assert words["cafe"] == 1
    assert names == {"zoe": 2, "norah": 1}  # “When” only begins a sentence


def test_words_are_counted_as_the_indexes_fold_them() -> None:
    words = "Straße STRAẞE Łódź İstanbul ὈΔΌΣ Αθήνα мой ЁЛКА ﬁnger Ångström Ǆep"
    index = sqlite3.connect(":memory:")
    index.execute("create virtual table said using fts5 (text, tokenize='unicode61 remove_diacritics 2')")
    index.execute("create virtual table folded using fts5vocab (said, 'row')")
    index.execute("insert into said values (?)", (words,))
    assert {term for (term,) in index.execute("select term from folded")} == {plain(word) for word in words.split()}
    assert count([words])[0].keys() == {plain(word) for word in words.split()}


@pytest.mark.parametrize(
    "pair", ["nora norah", "nora noura", "catherine kathryn", "phil fil", "sean shawn", "mark marc"]
)
def test_names_that_sound_alike_have_one_key(pair: str) -> None:
    one, other = pair.split()
    assert sound(one) == sound(other)


def test_names_that_sound_different_do_not() -> None:
    assert len({sound(name) for name in ("nora", "dana", "tom", "laura", "paul")}) == 5


def test_the_thesaurus_knows_feelings_and_themes() -> None:
    others = thesaurus().others(["ignored"])
    assert {"invisible", "unseen", "left out"} <= set(others)
    assert "ignored" not in others
    assert thesaurus().others(["ignoring"]) == others  # another form of the same word
    assert "ignored" in thesaurus().others(["left", "out"])
    assert thesaurus().others(["table"]) == ()
    named = {family.theme for family in thesaurus().families if family.theme}
    assert named == set(themes())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[family]]\ntitle = 'a'\n", "line 1: family “a” lacks words"),
        ("\n[[family]]\ntitle = 'a'\nwords = ['sad']\n", "line 2: family “a” has fewer than two words"),
        ("[[family]]\ntitle = 'a'\nwords = ['sad', '?']\n", "has “?”, in which there is nothing to look for"),
        ("[[family]]\ntitle = 'a'\nwords = ['sad', 'sad']\n", "has “sad” twice"),
        (
            "[[family]]\ntitle = 'a'\nwords = ['sad', 'down']\ntheme = 'romance'\n",
            "“romance”, which is none of leaning",
        ),
        ("[[family]]\ntitle = 'a'\nwords = ['sad', 'down']\nword = 'x'\n", "has word, which nothing reads"),
        ("[[family]]\ntitle == 'a'\n", "line 2"),
        ("words = []", "should hold [[family]] tables"),
    ],
)
def test_a_mistake_in_the_thesaurus_is_named_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_thesaurus(text)
    assert "thesaurus.toml" in caught.value.message
    assert complaint in caught.value.message


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        *(("stonewalling", "shutting-down"), ("naming the block", "naming-the-block"), ("Validation", "validation")),
        *(("old wounds", "past-wounds"), ("hurt", None), ("validation at dinner", None), ("", None)),
        ("stonewalling season:1", None),
    ],
)
def test_a_name_for_a_theme_is_known(typed: str, slug: str | None) -> None:
    found = topic(parse(typed))
    assert (found.slug if found else None) == slug

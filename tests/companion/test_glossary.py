"""The glossary: what it may mend, and all that it must leave alone."""

from datetime import UTC, datetime

import pytest
from talk import talk

from companion.corrections import Correction, Renamed, correct, rewording
from companion.draft import all_words
from companion.glossary import Mend, alike, everyday, is_name, mend, offers, sound
from companion.transcripts import Segment, Source, Transcript, Word

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def saying(text: str, *, timed: bool = True) -> Transcript:
    words = tuple(Word(start=float(at), end=at + 0.5, text=one, probability=0.9) for at, one in enumerate(text.split()))
    line = Segment(start=0.0, end=99.0, text=text, speaker="Tom", words=words if timed else ())
    return Transcript(episode="e", source=Source.RECOGNISED, model="m", language="en", segments=(line,))


def nothing(word: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        *(("Donna", "Dana"), ("Norah", "Nora"), ("Thom", "Tom"), ("Manano", "Menanno"), ("Sarah", "Sara")),
        *(("Katherine", "Catherine"), ("Geoff", "Jeff"), ("Stephen", "Steven"), ("Rebeka", "Rebecca")),
        *(("Juli", "Julie"), ("Julee", "Julie"), ("Dana", "Dayna")),
    ],
)
def test_what_sounds_and_is_spelled_alike_may_be_a_mishearing(heard: str, name: str) -> None:
    assert alike(heard, name)
    assert alike(name, heard)


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        *(("Tim", "Tom"), ("Dan", "Dana"), ("Tina", "Dana"), ("Make", "Mike"), ("Fill", "Will"), ("Janey", "Jane")),
        ("dana", "Dana"),  # not capitalised
        ("DONNA", "Dana"),  # shouted, or letters
        ("Al", "Ali"),  # too short to tell
        ("Xavier", "Sofa"),  # sounds alike, is spelled otherwise
    ],
)
def test_one_of_the_two_is_not_enough(heard: str, name: str) -> None:
    assert not alike(heard, name)


def test_names_are_mended_with_their_signs_and_times_and_everything_else_stays() -> None:
    original = saying("Donna, you said “Donna’s right”. And Donna? She told Tom.")
    mended, mends = mend(original, ["Dana"], known=["Tom"], ordinary=nothing)
    assert mended.segments[0].text == "Dana, you said “Dana’s right”. And Dana? She told Tom."
    assert [(word.start, word.end, word.probability) for word in mended.segments[0].words] == [
        (word.start, word.end, word.probability) for word in original.segments[0].words
    ]
    assert mends[0] == Mend(start=0.0, heard="Donna", name="Dana")
    assert len(mends) == 3
    assert mended.source is Source.EDITED


def test_lines_without_word_times_are_mended_too() -> None:
    mended, mends = mend(saying("I asked Donna.", timed=False), ["Dana"], known=[], ordinary=nothing)
    assert (mended.segments[0].text, mended.segments[0].words, len(mends)) == ("I asked Dana.", (), 1)


@pytest.mark.parametrize(
    ("text", "names", "known"),
    [
        ("I asked donna.", ["Dana"], []),  # written small
        ("I asked Donna.", ["Dana", "Donnah"], []),  # two entries fit
        ("I asked Donna.", ["Dana"], ["Donna Wolf"]),  # somebody here is called so
        ("I asked Donna.", ["Dana", "Donna"], []),  # an entry of its own
        ("Hope is all. Mark my words. Will you?", ["Hopi", "Marc", "Wil"], []),  # ordinary words at the beginning
    ],
)
def test_in_doubt_nothing_is_mended(text: str, names: list[str], known: list[str]) -> None:
    original = saying(text)
    mended, mends = mend(original, names, known=known, ordinary=everyday().__contains__)
    assert mended is original
    assert mends == ()


def test_no_ordinary_word_of_a_long_talk_is_ever_mended() -> None:
    original = talk(600, speakers=(None,))
    names = [
        "Dana",
        "Nora",
        "Tom",
        "Wil",
        "Marc",
        "Hopi",
        "Jo",
        "Theyra",
        "Ann",
        "Whin",
        "Buttie",
        "Annd",
        "Itt",
        "Yoo",
    ]
    mended, mends = mend(original, names, known=[], ordinary=everyday().__contains__)
    changed = {
        (one.text, two.text) for one, two in zip(all_words(original), all_words(mended), strict=True) if one != two
    }
    assert not {one for one, _ in changed if one.strip(".,?!").casefold() in everyday()}
    assert len(mends) == sum(one != two for one, two in zip(all_words(original), all_words(mended), strict=True))


def test_syllables_and_the_first_vowel_are_heard() -> None:
    assert sound("Dana") == sound("Donna") != sound("Dan")
    assert sound("Tim") != sound("Tom")


@pytest.mark.parametrize(
    ("text", "right"), [("Dana", True), ("dana", False), ("Jo", False), ("Dana Wolf", False), ("7up", False)]
)
def test_what_can_stand_in_the_glossary(text: str, right: bool) -> None:
    assert is_name(text) is right


def test_a_name_that_was_corrected_twice_is_offered_with_how_it_was_heard() -> None:
    transcript = saying("Donna said it. Donnah laughed. Donna, again. Then Wolf went to Paris.")
    journal = []
    for at, text in ((0, "Dana"), (3, "Dana"), (5, "Dana,"), (8, "Woolf"), (11, "Peru.")):
        (edit,) = rewording(transcript, at, at + 1, text)
        journal.append(Correction(key=at + 1, episode="e", by="Ann", at=NOW, edit=edit))
        transcript = correct(transcript, [journal[-1]]).transcript
    journal.append(Correction(key=99, episode="e", by="Ann", at=NOW, edit=Renamed(old="a", new="b")))
    (offer,) = offers(journal, [], ordinary=everyday().__contains__)
    assert (offer.name, offer.heard, offer.times) == ("Dana", ("Donna", "Donnah"), 3)
    assert offers(journal, ["Dana"], ordinary=nothing) == ()
    assert offers(journal, [], ordinary=lambda word: word.startswith("donn")) == ()

"""Loops of a stuck model go, human repetition stays, times run forward, sentences end where people would end them."""

from companion.timecode import Span
from companion.transcripts import Word
from ingest.segments import in_order, sentences, without_loops


def words(text: str, *, start: float = 0.0, step: float = 0.4) -> list[Word]:
    return [
        Word(start=start + i * step, end=start + (i + 0.9) * step, text=word, probability=0.9)
        for i, word in enumerate(text.split())
    ]


def said(found: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in found)


def test_a_contraction_written_as_two_words_is_one() -> None:
    words = [Word(start=i, end=i + 0.8, text=text, probability=0.9) for i, text in enumerate((" I", "'ll", " go"))]
    found = in_order(words, Span(start=0, end=9))
    assert [(word.start, word.end, word.text) for word in found] == [(0, 1.8, "I'll"), (2, 2.8, "go")]


def test_a_phrase_without_anything_new_is_kept_once() -> None:
    stuck = "So we talked. " + "Thank you for watching. thank you, for watching! " * 10 + "And then he left."
    assert said(without_loops(words(stuck))) == "So we talked. Thank you for watching. And then he left."
    assert said(without_loops(words("you " * 50))) == "you"


def test_people_may_repeat_themselves() -> None:
    for human in (
        "No, no, no, no, that is not it.",
        "I hear you. I hear you. I hear you. Really.",
        "You never listen. You never ask. You never stay. You never call.",
    ):
        assert said(without_loops(words(human))) == human


def test_times_run_forward_inside_their_span() -> None:
    mixed = [
        Word(start=9.5, end=10.4, text=" Well,", probability=0.9),
        Word(start=10.2, end=10.1, text="no", probability=0.9),
        Word(start=10.0, end=11.0, text="  ", probability=0.1),
        Word(start=10.3, end=99.0, text="never. ", probability=0.9),
        Word(start=98.0, end=99.0, text="Right?", probability=0.9),
    ]
    found = in_order(mixed, Span(start=10, end=20))
    assert [(word.text, word.start, word.end) for word in found] == [
        ("Well,", 10, 10.4),
        ("no", 10.4, 10.4),
        ("never.", 10.4, 20),
        ("Right?", 20, 20),
    ]


def test_segments_are_sentences() -> None:
    found = sentences(words("Dr. Cole asked: “How was it?” I said fine. She waited"))
    assert [segment.text for segment in found] == ["Dr. Cole asked: “How was it?”", "I said fine.", "She waited"]
    assert [(segment.start, segment.end) for segment in found] == [
        (segment.words[0].start, segment.words[-1].end) for segment in found
    ]
    assert {segment.speaker for segment in found} == {None}


def test_a_pause_ends_a_segment() -> None:
    found = sentences([*words("I was"), *words("not there", start=2.5)])
    assert [segment.text for segment in found] == ["I was", "not there"]


def test_no_segment_grows_without_end() -> None:
    found = sentences(words("and then, " * 100))
    assert max(segment.end - segment.start for segment in found) <= 24
    assert all(segment.text.endswith(",") for segment in found)
    assert max(segment.end - segment.start for segment in sentences(words("and " * 100))) <= 24
    assert sentences([]) == ()

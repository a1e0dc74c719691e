"""Search: the right second, the right order, and no text that breaks it."""

from dataclasses import replace

import pytest
from samples import ONE, moment, transcript

from companion.store import Store
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript


@pytest.fixture
def filled(store: Store) -> Store:
    store.transcripts.save(transcript(text="Well, I don't know, but I can see that it hurt you."))
    return store


def test_a_passage_begins_at_its_first_matched_word(filled: Store) -> None:
    (hit,) = filled.search.query("see that it hurts").hits  # stemming: hurts finds hurt
    assert (hit.kind, hit.start, hit.speaker, hit.themes) == ("passage", 17.0, None, ())
    assert [hit.text[start:end] for start, end in hit.marks] == ["see", "that", "it", "hurt"]


def test_without_word_times_the_place_in_the_text_tells_the_time(filled: Store) -> None:
    text = "Nothing here at all " * 10 + "lighthouse"
    one = Segment(start=100.0, end=200.0, text=text, speaker="Nora", words=())
    filled.transcripts.save(
        Transcript(episode=ONE, source=Source.PUBLISHED, model="vtt", language=None, segments=(one,))
    )
    (hit,) = filled.search.query("lighthouse").hits
    assert hit.start == pytest.approx(195.2, abs=0.1)


def test_a_moment_comes_first_at_its_words_and_hides_the_passage_under_it(filled: Store) -> None:
    quoted = moment("Well, I don't know, but I can see that it hurt you.")
    filled.moments.replace(ONE, "cues-1", (replace(quoted, span=Span(start=10.0, end=21.5)),))
    (hit,) = filled.search.query("it hurt you").hits
    assert (hit.kind, hit.themes, hit.start) == ("moment", ("validation",), 19.0)
    assert filled.search.query("it hurt you", theme="resentment").total == 0


def test_notes_and_titles_are_found_as_plain_text(filled: Store) -> None:
    (hit,) = filled.search.query("holiday dinner").hits
    assert (hit.kind, hit.text) == ("notes", "They talk about the holiday & dinner.")
    assert filled.search.query("em").total == 0


def test_words_that_never_meet_still_find_what_has_some_of_them(filled: Store) -> None:
    assert filled.search.query("I can see elephants").total >= 1
    assert filled.search.query('"see I can"').total == 0
    assert filled.search.query("“can see that”").total == 1


@pytest.mark.parametrize(
    "text",
    ["", " ", '"', "'", "''", '"""', "“", "AND", "OR", "NOT", "NEAR(", "a*", "^a", "-", "- -", "(", ")", "{x}:",
     "text:hurt", "C++", "it’s", "don't", "🙂", "\x00", "\x02", "hurt\x03", "%", "_", "NULL",
     "x" * 10_000, "hurt " * 10_000, "' or 1=1 --"],
)  # fmt: skip
def test_no_query_is_an_error(filled: Store, text: str) -> None:
    results = filled.search.query(text)
    assert results.total == len(filled.search.query(text, limit=1000).hits)


def test_only_the_current_transcript_is_found(filled: Store) -> None:
    filled.transcripts.save(transcript(Source.ALIGNED, "Something else was said."))
    assert filled.search.query("hurt").total == 0
    assert filled.search.query("something else").total == 1

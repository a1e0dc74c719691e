"""Corrections: what a form says becomes edits, edits keep times, and they are found again after a re-transcription."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from talk import heard_again, talk

from companion.corrections import (
    MOST_WORDS,
    Correction,
    Edit,
    Renamed,
    Reworded,
    Undone,
    Voiced,
    correct,
    rewording,
    standing,
    voicing,
)
from companion.draft import all_words
from companion.errors import InvalidError
from companion.places import Text, bare
from companion.transcripts import Segment, Source, Transcript, Word, turns

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def journal(*edits: Edit) -> tuple[Correction, ...]:
    return tuple(Correction(key=key, episode="e", by="Ann", at=NOW, edit=edit) for key, edit in enumerate(edits, 1))


def applied(transcript: Transcript, *edits: Edit) -> Transcript:
    corrected = correct(transcript, journal(*edits))
    assert corrected.lost == ()
    return corrected.transcript


def said(transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.segments)


def test_nothing_corrected_is_the_very_same_transcript() -> None:
    original = talk(20)
    assert correct(original, ()).transcript is original
    assert rewording(original, 0, 5, " ".join(word.text for word in all_words(original)[:5])) == ()


def test_words_that_stay_keep_their_times_and_new_ones_share_those_they_replace_by_length() -> None:
    original = talk(3)
    before = all_words(original)
    text = " ".join([before[0].text, "extraordinarily", "so", *(word.text for word in before[3:8])])
    after = all_words(applied(original, *rewording(original, 0, 8, text)))
    assert after[0] == before[0]
    assert after[3:] == before[3:]
    assert (after[1].text, after[2].text) == ("extraordinarily", "so")
    assert (after[1].start, after[2].end) == (before[1].start, before[2].end)
    assert after[1].end == after[2].start
    assert (after[1].end - after[1].start) / (after[2].end - after[2].start) == pytest.approx(15 / 2)


def test_words_that_come_in_take_the_pause_and_nothing_else() -> None:
    original = talk(3)
    before = all_words(original)
    text = " ".join([before[0].text, "really", *(word.text for word in before[1:5])])
    after = all_words(applied(original, *rewording(original, 0, 5, text)))
    assert [after[0], *after[2:]] == list(before)
    assert before[0].end <= after[1].start <= after[1].end <= before[1].start


@pytest.mark.parametrize("seed", range(30))
def test_whatever_a_form_says_is_what_is_read_and_times_never_run_backwards(seed: int) -> None:
    chance = random.Random(seed)
    original = talk(12)
    words = [word.text for word in all_words(original)]
    first = chance.randrange(len(words) - 40)
    end = first + chance.randrange(1, 40)
    wanted = []
    for word in words[first:end]:
        luck = chance.random()
        wanted += {0: [], 1: ["well", word], 2: [word.upper() + "!"], 3: ["quite", "different"]}.get(
            int(luck * 10), [word]
        )
    edits = rewording(original, first, end, " ".join(wanted))
    result = applied(original, *edits)
    assert said(result).split() == words[:first] + wanted + words[end:]
    for segment in result.segments:
        assert segment.text == " ".join(word.text for word in segment.words)
        assert segment.start <= segment.end
        assert all(one.start <= two.start for one, two in pairwise(segment.words))
        assert all(word.start <= word.end for word in segment.words)
    untouched = [segment for segment in original.segments if segment in result.segments]
    assert len(untouched) >= len(original.segments) - 6


def test_lines_without_word_times_are_corrected_too_and_still_have_none() -> None:
    line = Segment(start=10.0, end=14.0, text="Donna said it hurt.", speaker="Tom", words=())
    original = Transcript(episode="e", source=Source.PUBLISHED, model="text/vtt", language=None, segments=(line,))
    result = applied(original, *rewording(original, 0, 4, "Dana said that it hurt."))
    assert [(one.text, one.words, one.speaker) for one in result.segments] == [("Dana said that it hurt.", (), "Tom")]
    assert result.source is Source.EDITED


def test_a_turn_is_split_given_away_and_merged_again() -> None:
    original = talk(3)
    size = len(original.segments[0].words)
    split = voicing(original, 4, size, "Tom")
    result = applied(original, split)
    assert [turn.speaker for turn in turns(result)] == ["Nora", "Tom", "Dana", "Tom"]
    assert all_words(result) == all_words(original)
    joined = voicing(result, 4, size, None, joined=True)
    again = applied(original, split, joined)
    assert [(turn.speaker, turn.text) for turn in turns(again)] == [(one.speaker, one.text) for one in turns(original)]


def test_a_turn_of_nobody_known_goes_on_across_a_pause() -> None:
    line = [Segment(start=at, end=at + 1, text=text, speaker=None, words=()) for at, text in ((0, "So."), (9, "Yes."))]
    original = Transcript(episode="e", source=Source.RECOGNISED, model="m", language=None, segments=tuple(line))
    assert len(turns(original)) == 2
    assert [turn.text for turn in turns(applied(original, voicing(original, 1, 2, None, joined=True)))] == ["So. Yes."]


def test_a_speaker_is_renamed_wherever_they_were_so_far() -> None:
    original = talk(6)
    result = applied(original, Renamed(old="Dana", new="Dana Wolf"), voicing(original, 0, 3, "Dana"))
    assert [turn.speaker for turn in turns(result)][:3] == ["Dana", "Nora", "Dana Wolf"]
    assert all_words(result) == all_words(original)


def test_taking_back_and_taking_back_the_taking_back() -> None:
    one, two = Renamed(old="a", new="b"), Renamed(old="b", new="c")
    lines = journal(one, two, Undone(edit=1), Undone(edit=3), Undone(edit=2))
    assert [line.key for line in standing(lines[:3])] == [2]
    assert [line.key for line in standing(lines[:4])] == [1, 2]
    assert [line.key for line in standing(lines)] == [1]


def test_an_edit_over_another_one_outlives_it() -> None:
    original = talk(10)
    words = all_words(original)
    first = rewording(original, 20, 21, "Donna")
    second = rewording(applied(original, *first), 20, 21, "Dana")
    assert all_words(applied(original, *second))[20].text == "Dana"
    assert all_words(applied(original, *first, *second))[20].text == "Dana"
    assert words[20].text not in ("Donna", "Dana")


def test_what_cannot_be_meant_is_said() -> None:
    original = talk(3)
    with pytest.raises(InvalidError, match="not in the transcript any more"):
        rewording(original, 5, 5000, "so")
    with pytest.raises(InvalidError, match="at most 2,000"):
        rewording(original, 0, 5, "so " * (MOST_WORDS + 1))
    with pytest.raises(InvalidError, match="no turn before"):
        voicing(original, 0, 5, None, joined=True)


@pytest.mark.parametrize(("wrong", "kept"), [(0.0, 1.0), (0.08, 0.97), (0.2, 0.85)])
@pytest.mark.parametrize("advert", [None, 60.0])
def test_edits_find_their_place_in_a_new_transcription_or_are_listed_never_elsewhere(
    wrong: float, kept: float, advert: float | None
) -> None:
    original = talk(300)
    words = all_words(original)
    chance = random.Random(7)
    places = sorted(chance.sample(range(20, len(words) - 20, 12), 100))
    edits = [edit for place in places for edit in rewording(original, place, place + 1, f"Zebra{place}")]
    again = heard_again(original, wrong=wrong, seed=3, advert=advert)
    corrected = correct(again, journal(*edits))
    found = {bare(word.text): word.start for word in all_words(corrected.transcript) if word.text.startswith("Zebra")}
    assert len(found) + len(corrected.lost) == len(edits)  # none is forgotten
    assert len(found) >= kept * len(edits)
    for place in places:
        if f"zebra{place}" in found:
            shift = 40.0 if advert is not None and words[place].start >= advert else 0.0
            assert abs(found[f"zebra{place}"] - words[place].start - shift) < 1.5, place


def test_long_turns_keep_their_speaker_and_merged_ones_stay_merged() -> None:
    original = talk(120)
    words = len(original.segments[0].words), len(original.segments[4].words)
    start = sum(len(segment.words) for segment in original.segments[:4])
    edits = voicing(original, 0, words[0], "Lee"), voicing(original, start, start + words[1] + 30, "Kim")
    again = heard_again(original, wrong=0.1, seed=5, advert=0.0)
    result = applied(again, *edits)
    speakers = [segment.speaker for segment in result.segments]
    assert speakers[1] == "Lee"
    assert speakers.count("Kim") >= 2


def test_a_better_recogniser_that_heard_it_right_gets_nothing_twice() -> None:
    original = talk(30)
    words = [word.text for word in all_words(original)]
    edits = rewording(original, 50, 53, f"{words[50]} truly so {words[51]} {words[52]}")
    right = applied(original, *edits)
    assert said(applied(right, *edits)) == said(right)
    gone = rewording(original, 70, 73, f"{words[70]} {words[72]}")
    better = applied(original, *gone)
    assert said(applied(better, *gone)) == said(better)


def test_what_was_cut_from_the_audio_is_listed() -> None:
    original = talk(60)
    edits = rewording(original, 100, 101, "Dana")
    lost = correct(talk(5), journal(*edits)).lost
    assert [one.edit for one in lost] == list(edits)
    assert isinstance(lost[0].edit, Reworded)


def test_of_two_places_alike_the_one_at_the_time_is_taken_and_none_where_the_time_does_not_tell() -> None:
    line = talk(2).segments[0]
    size = len(line.words)

    def twice(at: float) -> Transcript:
        moved = tuple(replace(word, start=word.start + at, end=word.end + at) for word in line.words)
        other = replace(line, start=line.start + at, end=line.end + at, words=moved)
        return Transcript(episode="e", source=Source.RECOGNISED, model="m", language=None, segments=(line, other))

    (edit,) = rewording(twice(300.0), size + size // 2, size + size // 2 + 1, "Zebra")
    near = correct(twice(302.0), journal(edit))
    assert near.transcript.segments[0] == line
    assert "Zebra" in near.transcript.segments[1].text
    assert isinstance(edit, Reworded) and not isinstance(edit, Voiced)
    assert len(correct(twice(900.0), journal(edit)).lost) == 1


def test_a_sentence_that_begins_like_the_one_before_stays_where_it_begins() -> None:
    said = "I want to understand. What hurt the most? What did you need from me right then?"
    words = [Word(start=at / 2, end=at / 2 + 0.4, text=text, probability=0.9) for at, text in enumerate(said.split())]
    before = Text(words).anchor(8, 12)
    assert before.words == ("What", "did", "you", "need")
    now = Text([*words[:9], replace(words[9], text="Zanzibar"), *words[10:]])
    assert now.find(replace(before, before=(), after=())) == (8, 12)

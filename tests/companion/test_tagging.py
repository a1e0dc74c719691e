"""The tagger: on the written podcast, on talk of its own, and on input nobody would call talk."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from companion.moments import Moment
from companion.tagging import cues, spans, tagger
from companion.tagging.sentences import MOST_WORDS, sentences
from companion.transcripts import Segment, Source, Transcript, Word

TRUTH = json.loads((Path(__file__).parents[1] / "data/demo/truth.json").read_text("utf-8"))


def transcript(segments: Sequence[Segment], episode: str = "demo-1") -> Transcript:
    return Transcript(episode=episode, source=Source.RECOGNISED, model="test", language="en", segments=tuple(segments))


def talk(*lines: str, speakers: Sequence[str | None] = ("Tom",), seconds: float = 3.0) -> Transcript:
    """One segment a line, `seconds` each, the speakers in rotation."""
    return transcript(
        [
            Segment(
                start=number * seconds,
                end=(number + 1) * seconds - 0.2,
                text=line,
                speaker=speakers[number % len(speakers)],
                words=(),
            )
            for number, line in enumerate(lines)
        ]
    )


def written(episode: dict[str, Any]) -> Transcript:
    """An episode of the built-in podcast as it was written."""
    return transcript(
        [
            Segment(start=said["start"], end=said["end"], text=said["text"], speaker=turn["speaker"], words=())
            for turn in episode["turns"]
            for said in turn["sentences"]
        ],
        episode["guid"],
    )


def themes_of(*lines: str) -> set[str]:
    return {moment.theme for moment in tagger.tag(talk(*lines))}


def test_most_written_moments_are_found_in_their_turn() -> None:
    found, missed = 0, []
    for episode in TRUTH:
        moments = tagger.tag(written(episode))
        for turn in episode["turns"]:
            if turn["theme"] is None:
                continue
            if any(moment.theme == turn["theme"] and moment.quote in turn["text"] for moment in moments):
                found += 1
            else:
                missed.append(f"{turn['theme']}: {turn['text']}")
    assert found >= 0.8 * (found + len(missed)), missed


def test_no_near_miss_is_among_the_three_strongest_of_a_theme() -> None:
    by_theme: dict[str, list[Moment]] = defaultdict(list)
    near = defaultdict(list)
    for episode in TRUTH:
        for moment in tagger.tag(written(episode)):
            by_theme[moment.theme].append(moment)
        for turn in episode["turns"]:
            near[turn["near_miss"]].append(turn["text"])
    assert len(by_theme) == 11
    for theme, moments in by_theme.items():
        strongest = sorted(moments, key=lambda moment: -moment.score)[:3]
        assert not [moment.quote for moment in strongest if any(moment.quote in text for text in near[theme])]


def test_a_moment_says_where_and_why() -> None:
    (moment,) = tagger.tag(
        talk(
            "We were at the lake.",
            "You were alone all night.",
            "That makes total sense to me, you were scared.",
            "I was not there.",
            "The car broke down.",
            speakers=["Dana", "Dana", "Tom", "Tom", "Dana"],
        )
    )
    assert moment.theme == "validation"
    assert moment.quote == "That makes total sense to me, you were scared. I was not there."
    assert moment.speaker == "Tom"
    assert (moment.span.start, moment.span.end) == pytest.approx((6.0, 11.8))
    assert moment.before == "We were at the lake. You were alone all night."
    assert moment.after == "The car broke down."
    assert moment.why.sentence == "“that makes sense” heard as “That makes total sense” (cue of validation, 0.46)"
    assert moment.score == moment.why.parts[0][1] == pytest.approx(0.463, abs=0.001)
    assert moment.tagger == tagger.VERSION


@pytest.mark.parametrize(
    ("line", "theme"),
    [
        ("It makes sense that you were lonely.", "validation"),
        ("It, um, it makes sense that, that you were lonely.", "validation"),
        ("it makes since that you were lonely", "validation"),
        ("It's makes sense that YOU’RE lonely", "validation"),
        ("There’s a wall in me right now.", "naming-the-block"),
        ("I don't know, of course you were sad.", "validation"),
        ("Oh, I'd rather handle it all alone.", "avoidant-attachment"),
    ],
)
def test_a_cue_is_heard_through_hesitation_and_misrecognition(line: str, theme: str) -> None:
    assert theme in themes_of(line)


@pytest.mark.parametrize(
    ("line", "theme"),
    [
        ("That makes sense, the plumber said so too.", "validation"),
        ("I understand the schedule.", "validation"),
        ("You shouldn't feel that way.", "validation"),
        ("Fine, you're right. Happy now?", "validation"),
        ("I don't think it makes sense that you went.", "validation"),
        ("Of course they were scared.", "validation"),
        ("What did you see when they called?", "leaning-in"),
        ("Have you tried asking what was the worst part for the team?", "leaning-in"),
        ("When I was a kid we went swimming all summer.", "past-wounds"),
        ("It is your turn to cook.", "taking-turns"),
    ],
)
def test_what_only_looks_like_a_theme_is_left_alone(line: str, theme: str) -> None:
    assert theme not in themes_of(line)


def test_the_same_words_are_one_reason_however_many_cues_they_resemble() -> None:
    (moment,) = tagger.tag(talk("I just need to know that we are okay."))
    assert moment.theme == "anxious-attachment"
    assert len(moment.why.parts) == 1


def test_a_two_word_answer_is_not_half_of_every_cue() -> None:
    assert not tagger.tag(talk("Makes sense.", "You felt.", "When I.", "I do.", speakers=["Tom", "Dana"]))


def test_sentences_are_made_whole_across_segments_and_never_across_speakers() -> None:
    made = sentences(
        talk("I wanted to", "call you. But then", "I did not", speakers=["Tom", "Tom", "Dana"], seconds=2.0)
    )
    assert [(sentence.text, sentence.speaker, sentence.turn) for sentence in made] == [
        ("I wanted to call you.", "Tom", 0),
        ("But then", "Tom", 0),
        ("I did not", "Dana", 1),
    ]
    assert made[0].start == 0.0
    assert made[0].end < made[1].end <= 3.8


def test_word_times_are_kept_and_a_long_pause_ends_a_sentence() -> None:
    words = tuple(
        Word(start=at, end=at + 0.2, text=text, probability=0.9)
        for at, text in [(1.0, "I"), (1.3, "see"), (4.0, "You"), (4.3, "went.")]
    )
    segment = Segment(start=0.5, end=5.0, text="I see You went.", speaker=None, words=words)
    assert [(said.text, said.start, said.end) for said in sentences(transcript([segment]))] == [
        ("I see", 1.0, 1.5),
        ("You went.", 4.0, 4.5),
    ]


def test_talk_without_a_full_stop_is_cut() -> None:
    made = sentences(talk(" ".join(["and then"] * 100), seconds=600))
    assert len(made) == 5
    assert max(len(sentence.text.split()) for sentence in made) == MOST_WORDS


def test_neighbouring_hits_of_one_theme_become_one_moment_and_keep_both_reasons() -> None:
    (moment,) = tagger.tag(talk("Of course you were sad.", "No wonder you left.", "It was dark."))
    assert moment.quote == "Of course you were sad. No wonder you left."
    assert len(moment.why.parts) == 2
    assert moment.score > max(weight for _, weight in moment.why.parts)


def test_a_short_turn_is_quoted_alone_and_played_with_its_neighbours() -> None:
    (moment,) = tagger.tag(
        talk("I waited for you.", "Of course you were sad.", "Yes.", speakers=["Dana", "Tom"], seconds=2.0)
    )
    assert moment.quote == "Of course you were sad."
    assert moment.span.length >= spans.SHORTEST
    assert moment.span.start == 0.0


def test_moments_are_never_longer_than_a_minute_even_where_everything_fits() -> None:
    moments = tagger.tag(talk(*[f"Of course you were sad, number {number}." for number in range(60)]))
    assert len(moments) == 3
    assert all(moment.span.length <= spans.LONGEST for moment in moments)


def test_the_shortlist_keeps_the_strongest_and_partners_before_the_therapist() -> None:
    lines = []
    for number in range(20):
        lines += [f"Of course you were sad about number {number}.", f"We talked about thing {number}."]
    both = talk(*lines, speakers=["Nora", "Tom", "Tom", "Dana"], seconds=7.0)
    validations = [moment for moment in tagger.tag(both) if moment.theme == "validation"]
    assert len(validations) == spans.SHORTLIST
    preferred = tagger.tag(both, therapists={"Nora"})
    assert sum(moment.speaker == "Tom" for moment in preferred) == 10
    assert sum(moment.speaker == "Nora" for moment in preferred) == 2


def test_the_same_transcript_gives_the_same_moments_in_order_of_time() -> None:
    first, second = tagger.tag(written(TRUTH[0])), tagger.tag(written(TRUTH[0]))
    assert first == second
    assert [moment.span.start for moment in first] == sorted(moment.span.start for moment in first)
    assert len({moment.id for moment in first}) == len(first)


def test_edited_cues_make_another_version() -> None:
    edited = cues.parse(cues.text().replace("no wonder you", "small wonder you"))
    said = talk("Small wonder you left so early.")
    assert not tagger.tag(said)
    (moment,) = tagger.tag(said, cues=edited)
    assert moment.tagger != tagger.VERSION
    assert cues.digest(cues.text()) in tagger.VERSION


@pytest.mark.parametrize("text", ["", " ", "…", "🙂 🙃", "?!", "¿Qué?", "a" * 5000])
def test_odd_text_gives_no_moments(text: str) -> None:
    assert tagger.tag(talk(text)) == ()


def test_an_empty_transcript_has_no_moments() -> None:
    assert tagger.tag(transcript([])) == ()


def test_a_huge_segment_without_times_or_full_stops_gives_short_moments() -> None:
    text = ("well 🙂 of course you were sad " * 4000)[:100_000]
    moments = tagger.tag(transcript([Segment(start=0.0, end=600.0, text=text, speaker=None, words=())]))
    assert moments
    assert len(moments) <= spans.SHORTLIST
    assert all(moment.span.length <= spans.LONGEST and moment.span.end <= 600.01 for moment in moments)


def test_segments_of_no_length_are_borne() -> None:
    (moment,) = tagger.tag(
        transcript([Segment(start=4.0, end=4.0, text="Of course you were sad.", speaker=None, words=())])
    )
    assert (moment.span.start, moment.span.end) == (4.0, 4.0)


def test_an_hour_of_talk_takes_a_moment_only() -> None:
    said = [line["text"] for episode in TRUTH for turn in episode["turns"] for line in turn["sentences"]]
    hour = talk(*[f"{said[n % len(said)]} {said[(n + 1) % len(said)]}" for n in range(900)], speakers=[None])
    start = process_time()
    assert tagger.tag(hour)
    assert process_time() - start < 2

"""The tagger: on the written podcast, on talk of its own, and on input nobody would call talk."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from companion.moments import Moment
from companion.tagging import cues, shelf, spans, tagger
from companion.tagging.model import probability
from companion.tagging.sentences import pieces, sentences
from companion.tagging.spoken import spoken
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


def tag(said: Transcript, **options: Any) -> tuple[Moment, ...]:
    return tagger.tag(said, shelf.built_in(), **options)


def themes_of(*lines: str) -> set[str]:
    return {moment.theme for moment in tag(talk(*lines))}


def test_most_written_moments_are_found_in_their_turn() -> None:
    found, missed = 0, []
    for episode in TRUTH:
        moments = tag(written(episode))
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
        for moment in tag(written(episode)):
            by_theme[moment.theme].append(moment)
        for turn in episode["turns"]:
            near[turn["near_miss"]].append(turn["text"])
    assert len(by_theme) == 11
    for theme, moments in by_theme.items():
        strongest = sorted(moments, key=lambda moment: -moment.score)[:3]
        assert not [moment.quote for moment in strongest if any(moment.quote in text for text in near[theme])]


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
    made = sentences(talk(" ".join(["gray, stones"] * 100), seconds=600))
    assert [len(sentence.text.split()) for sentence in made] == [40] * 5


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("", []),
        ("you were left alone with it", [0]),
        (
            "i was so tired that night and nobody came and then you laughed so of course i cried on until dawn",
            [0, 9, 16],
        ),
        ("I was so tired and nobody came, and then you laughed, so of course I cried all night.", [0]),
    ],
)
def test_a_line_that_runs_on_is_cut_where_people_begin(line: str, cut: list[int]) -> None:
    assert pieces(line.split()) == cut


def test_a_short_turn_is_quoted_alone_and_played_with_what_it_answers() -> None:
    lines = "We came home late.", "I waited for you.", "Of course you were sad.", "Yes.", "Let's go on."
    said = talk(*lines, speakers=["Tom", "Dana"], seconds=2.0)
    (moment,) = [one for one in tag(said) if one.theme == "validation"]
    assert moment.quote == "Of course you were sad."
    assert moment.span.length >= spans.SHORTEST
    assert (moment.span.start, moment.span.end) == (said.segments[0].start, said.segments[2].end)


def test_the_shortlist_keeps_the_strongest_and_partners_before_the_therapist() -> None:
    lines = []
    for number in range(20):
        lines += [
            f"Of course you were so sad, and it makes sense that you cried on day {number}.",
            f"We talked about thing {number}.",
        ]
    both = talk(*lines, speakers=["Nora", "Tom", "Tom", "Dana"], seconds=7.0)
    validations = [moment for moment in tag(both) if moment.theme == "validation"]
    assert len(validations) == spans.SHORTLIST
    preferred = tag(both, therapists={"Nora"})
    assert sum(moment.speaker == "Tom" for moment in preferred) == 10
    assert sum(moment.speaker == "Nora" for moment in preferred) == 2


def test_the_same_transcript_gives_the_same_moments_in_order_of_time() -> None:
    first, second = tag(written(TRUTH[0])), tag(written(TRUTH[0]))
    assert first == second
    assert [moment.span.start for moment in first] == sorted(moment.span.start for moment in first)
    assert len({moment.id for moment in first}) == len(first)


@pytest.mark.parametrize("text", ["", " ", "…", "🙂 🙃", "?!", "¿Qué?", "a" * 5000])
def test_odd_text_gives_no_moments(text: str) -> None:
    assert tag(talk(text)) == ()


def test_an_empty_transcript_has_no_moments() -> None:
    assert tag(transcript([])) == ()


def test_a_huge_segment_without_times_or_full_stops_gives_short_moments() -> None:
    text = ("well 🙂 of course you were sad " * 4000)[:100_000]
    moments = tag(transcript([Segment(start=0.0, end=600.0, text=text, speaker=None, words=())]))
    assert moments
    assert len(moments) <= spans.SHORTLIST
    assert all(moment.span.length <= spans.LONGEST and moment.span.end <= 600.01 for moment in moments)


def test_segments_of_no_length_are_borne() -> None:
    (moment,) = tag(transcript([Segment(start=4.0, end=4.0, text="Of course you were sad.", speaker=None, words=())]))
    assert (moment.span.start, moment.span.end) == (4.0, 4.0)


def test_a_moment_says_where_and_why() -> None:
    (moment,) = [
        moment
        for moment in tag(
            talk(
                "We were at the lake.",
                "You were alone all night.",
                "That makes total sense to me, you were so scared.",
                "It rained.",
                "The car broke down.",
                speakers=["Dana", "Dana", "Tom", "Tom", "Dana"],
            )
        )
        if (moment.theme, moment.speaker) == ("validation", "Tom")
    ]
    assert moment.quote == "That makes total sense to me, you were so scared. It rained."
    assert moment.speaker == "Tom"
    assert (moment.span.start, moment.span.end) == pytest.approx((6.0, 11.8))
    assert moment.before == "We were at the lake. You were alone all night."
    assert moment.after == "The car broke down."
    assert any("“that makes sense” heard as “That makes total sense”" in words for words, _ in moment.why.parts)
    assert probability(sum(weight for _, weight in moment.why.parts)) == pytest.approx(moment.score, abs=0.0005)
    assert moment.tagger == shelf.built_in().version


@pytest.mark.parametrize(
    ("line", "theme"),
    [
        ("It makes sense that you were lonely.", "validation"),
        ("It, um, it makes sense that, that you were lonely.", "validation"),
        ("it makes since that you were lonely", "validation"),
        ("There’s a wall in me right now.", "naming-the-block"),
        ("Oh, I'd rather handle it all alone.", "avoidant-attachment"),
    ],
)
def test_a_theme_is_heard_through_hesitation_and_misrecognition(line: str, theme: str) -> None:
    assert theme in themes_of(line)


@pytest.mark.parametrize(
    ("line", "theme"),
    [
        ("That makes sense, the plumber said so too.", "validation"),
        ("I understand the schedule.", "validation"),
        ("You shouldn't feel that way.", "validation"),
        ("Fine, you're right. Happy now?", "validation"),
        ("What time did you leave?", "leaning-in"),
        ("When I was a kid we went swimming all summer.", "past-wounds"),
        ("It is your turn to cook.", "taking-turns"),
    ],
)
def test_what_only_looks_like_a_theme_is_left_alone(line: str, theme: str) -> None:
    assert theme not in themes_of(line)


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        ("It's makes sense that YOU’RE lonely", "validation"),
        ("I don't know, of course you were sad.", "validation"),
        ("Makes sense.", None),
        ("I don't think it makes sense that you went.", None),
        ("Of course they were scared.", None),
        ("Have you tried asking what was the worst part for the team?", None),
    ],
)
def test_a_cue_is_heard_or_not(line: str, cue: str | None) -> None:
    heard = cues.hits([line], [0], [spoken(line)], cues.cues())
    assert [one.theme for one in heard] == ([cue] if cue else [])


def test_neighbouring_hits_of_one_theme_become_one_moment() -> None:
    (moment,) = [
        one
        for one in tag(
            talk("Of course you were sad.", "No wonder you were so lonely.", "I sold the red car.", seconds=6)
        )
        if one.theme == "validation"
    ]
    assert moment.quote == "Of course you were sad. No wonder you were so lonely."


def test_moments_are_never_longer_than_a_minute_even_where_everything_fits() -> None:
    moments = tag(talk(*[f"Of course you were sad, number {number}." for number in range(60)]))
    assert moments
    assert all(moment.span.length <= spans.LONGEST for moment in moments)


def test_a_hand_over_counts_for_more_when_the_other_one_takes_the_floor() -> None:
    told = "I was at work and then the phone rang and it was you and I did not know what to say to you at all then."
    (taken,) = [one for one in tag(talk("You go first.", told, speakers=["Tom", "Dana"])) if one.speaker == "Tom"]
    (alone,) = [one for one in tag(talk("You go first.", "Okay.", speakers=["Tom", "Dana"])) if one.speaker == "Tom"]
    assert taken.theme == alone.theme == "taking-turns"
    assert taken.score > alone.score
    assert taken.why.parts[0] == ("the floor is handed over, and the other one takes it", 1.0)


def test_an_hour_of_talk_takes_a_moment_only() -> None:
    said = [line["text"] for episode in TRUTH for turn in episode["turns"] for line in turn["sentences"]]
    hour = talk(*[f"{said[n % len(said)]} {said[(n + 1) % len(said)]}" for n in range(900)], speakers=["Tom", "Dana"])
    shelf.built_in()
    start = process_time()
    assert tag(hour)
    assert process_time() - start < 3

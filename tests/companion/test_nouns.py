"""The small rules of the nouns: lasting ids, turns, the week's prompt, and errors in editorial files."""

from datetime import UTC, datetime

import pytest

from companion import exercises, themes
from companion.errors import ConfigError, NotFoundError
from companion.feeds import episode_id
from companion.moments import State, moment_id
from companion.reviews import Review, Verdict, state
from companion.transcripts import Segment, Source, Transcript, turns


def test_an_episodes_id_lasts_and_is_safe_in_a_file_name() -> None:
    one = episode_id("secure-love", "https://example.org/?p=1&q=../../etc")
    assert one == "secure-love-" + one[-10:] == episode_id("secure-love", "https://example.org/?p=1&q=../../etc")
    assert all(c in "0123456789abcdef" for c in one[-10:])
    ids = {episode_id(feed, guid) for feed in ("a", "b") for guid in ("1", "2", "é", "")}
    assert len(ids) == 8


def test_a_moments_id_is_that_of_its_words() -> None:
    one = moment_id("e", "validation", "That makes sense, I’m with you.")
    assert one == moment_id("e", "validation", "that makes  SENSE — Im with you") and len(one) == 12
    others = [("e2", "validation", "same"), ("e", "resentment", "same"), ("e", "validation", "other")]
    assert len({moment_id(*key) for key in others} | {moment_id("e", "validation", "same")}) == 4


def test_the_newest_review_makes_the_state() -> None:
    review = Review(moment="m", verdict=Verdict.ACCEPT, reviewer="r", at=datetime(2025, 1, 1, tzinfo=UTC), note="")
    rejected = Review(moment="m", verdict=Verdict.REJECT, reviewer="r", at=datetime(2025, 1, 1, tzinfo=UTC), note="")
    assert [state(None), state(review), state(rejected)] == [State.PROPOSED, State.ACCEPTED, State.REJECTED]


def test_not_found_says_what_and_what_to_do() -> None:
    error = NotFoundError("feed", "a", "Add it first.")
    assert (error.message, error.kind, error.id) == ("There is no feed “a”. Add it first.", "feed", "a")
    assert NotFoundError("feed", "a").message == "There is no feed “a”."


def said(*rows: tuple[float, float, str | None]) -> Transcript:
    segments = tuple(Segment(start=a, end=b, text=f"{a:g}", speaker=who, words=()) for a, b, who in rows)
    return Transcript(episode="e", source=Source.PUBLISHED, model="vtt", language=None, segments=segments)


def test_turns_change_with_the_speaker_and_at_pauses_of_the_unknown() -> None:
    found = turns(
        said((0, 1, "A"), (9, 10, "A"), (10, 11, "B"), (11, 12, None), (13.9, 15, None), (17, 18, None), (18, 19, "B"))
    )
    assert [(turn.speaker, turn.text) for turn in found] == [
        *(("A", "0 9"), ("B", "10"), (None, "11 13.9"), (None, "17"), ("B", "18")),
    ]
    assert [len(turn.segments) for turn in turns(said((0, 1, None), (2, 3, None)), pause=1.0)] == [1, 1]
    assert turns(said()) == ()


@pytest.mark.parametrize(
    ("notes", "prompt"),
    [
        ("<p>Hi.</p><p>This week's prompt: Say it <em>slowly</em> twice.</p><p>Bye.</p>", "Say it slowly twice."),
        ("<p><strong>This Week’s Practice:</strong> Ask &amp; wait.<br>Links</p>", "Ask & wait."),
        ("<ul><li>Weekly question – What did you hear?</li><li>More</li></ul>", "What did you hear?"),
        ("This week&#39;s\n exercise: one &lt;small&gt; thing", "one <small> thing"),
        ("<p><strong>This week's prompt:</strong></p>\n<p>Ask <b>one</b>. </p><p>Bye</p>", "Ask one."),
        ("<pre>This week's prompt: Only listen.</pre>\n0:00 The dinner", "Only listen."),
        ("<p>This week's prompt:</p>", None),
        ("<p>A new prompt comes out every week: subscribe!</p>", None),
        ("<p>Biweekly prompting: no</p>", None),
        ("", None),
    ],
)
def test_the_weeks_prompt(notes: str, prompt: str | None) -> None:
    assert exercises.weekly_prompt(notes) == prompt


THEME = """[[theme]]
slug = "leaning-in"
name = "Leaning in"
kind = "skill"
definition = "Turning towards."
sounds_like = ["Tell me more."]
is_not = ["Advice."]
"""


def test_themes_are_read_in_order() -> None:
    found = themes.parse(
        THEME + THEME.replace("leaning-in", "other").replace("skill", "block") + 'answered_by = ["leaning-in"]'
    )
    assert list(found) == ["leaning-in", "other"]
    assert found["leaning-in"].sounds_like == ("Tell me more.",)
    assert (found["other"].kind, found["other"].answered_by) == (themes.Kind.BLOCK, ("leaning-in",))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (THEME.replace("name = ", "title = "), "themes.toml, line 1: theme “leaning-in” lacks name"),
        (THEME + "colour = 3", "has colour, which nothing reads"),
        (THEME.replace('"skill"', '"virtue"'), "kind = 'virtue', which should be one of skill, block, pattern"),
        (THEME.replace('["Advice."]', "3"), "is_not = 3, which should be a list of texts"),
        (THEME.replace('["Advice."]', '"Advice."'), "is_not = 'Advice.', which should be a list of texts"),
        (
            f'{THEME}\n{THEME.replace("leaning-in", "other")}answered_by = ["other", "leaning"]',
            "line 9: theme “other” is answered by “leaning”, which is none of the skills: leaning-in, other",
        ),
        (THEME + THEME, "two themes named “leaning-in”"),
        (THEME.replace("[[theme]]", "[theme]"), "themes.toml should hold"),
        ("[[theme", "themes.toml cannot be read"),
        ("", "themes.toml should hold"),
    ],
)
def test_wrong_themes_are_named(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        themes.parse(text)


EXERCISE = """[[exercise]]
slug = "one"
title = "One"
themes = ["leaning-in", "validation"]
minutes = 10
together = true
why = "Because."
steps = ["First.", "Second."]
"""


def test_exercises_are_read_in_order() -> None:
    found = exercises.parse(EXERCISE.replace('"one"', '"zero"') + EXERCISE + 'prompts = ["Ask."]')
    assert list(found) == ["zero", "one"]
    assert (found["one"].themes, found["one"].minutes, found["one"].together) == (
        ("leaning-in", "validation"),
        10,
        True,
    )
    assert (found["zero"].prompts, found["one"].prompts) == ((), ("Ask.",))


def test_a_step_may_name_a_theme_to_hear_before_it() -> None:
    steps = 'steps = ["First.", { text = "Second.", hear = "validation" }, { text = "Third." }]\nturns = 5'
    found = exercises.parse(EXERCISE.replace('steps = ["First.", "Second."]', steps))["one"]
    assert [(step.text, step.hear) for step in found.steps] == [
        ("First.", ""),
        ("Second.", "validation"),
        ("Third.", ""),
    ]
    assert found.turns == 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (EXERCISE.replace("steps = ", "stages = "), "exercises.toml, line 1: exercise “one” lacks steps"),
        (EXERCISE.replace("= 10", '= "ten"'), "minutes = 'ten', which should be a whole number"),
        (EXERCISE.replace("= true", '= "no"'), "together = 'no', which should be true or false"),
        (
            EXERCISE.replace("leaning-in", "leaning"),
            "line 1: exercise “one” practises leaning, which is none of leaning-in, ",
        ),
        (EXERCISE + EXERCISE, "line 9: there are two exercises named “one”"),
        (
            EXERCISE.replace('"Second."', '{ text = "Second.", hear = "leaning" }'),
            "line 1: exercise “one” asks to hear “leaning”, which is none of leaning-in, .*, in steps 2",
        ),
        (EXERCISE.replace('"Second."', '{ say = "Second." }'), "“one” lacks text, in steps 2"),
        (EXERCISE.replace('"Second."', '{ text = "x", here = "y" }'), "has here, which nothing reads, in steps 2"),
        (EXERCISE.replace('"Second."', "2"), "has steps 2 = 2, which should be a text or a table"),
        (EXERCISE.replace('"Second."', '" "'), "has text = ' ', which should be a text, in steps 2"),
        (EXERCISE.replace("[[exercise]]", "[exercise]"), "exercises.toml should hold"),
        ("]", "exercises.toml cannot be read"),
    ],
)
def test_wrong_exercises_are_named(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        exercises.parse(text)

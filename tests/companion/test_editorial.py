"""The editorial files: they parse, fit together, and a mistake in them is told by name."""

import tomllib
from importlib.resources import files

import pytest

from companion import exercises, themes
from companion.errors import ConfigError
from companion.tagging import cues
from companion.themes import Kind

SLUGS = {
    Kind.SKILL: ["leaning-in", "validation", "naming-the-block", "taking-turns"],
    Kind.BLOCK: [
        "past-wounds",
        "resentment",
        "validation-means-agreement",
        "control-and-correction",
        "shutting-down",
    ],
    Kind.PATTERN: ["anxious-attachment", "avoidant-attachment"],
}


def test_the_themes_are_the_agreed_ones_in_order() -> None:
    for kind, slugs in SLUGS.items():
        assert [theme.slug for theme in themes.themes().values() if theme.kind is kind] == slugs


@pytest.mark.parametrize("theme", themes.themes().values(), ids=lambda theme: theme.slug)
def test_a_theme_can_be_recognised_practised_and_heard(theme: themes.Theme) -> None:
    assert len(theme.definition) > 80
    assert 4 <= len(theme.sounds_like) <= 6
    assert 3 <= len(theme.is_not) <= 5
    assert exercises.for_theme(theme.slug)
    assert sum(cue.theme == theme.slug and not cue.weak for cue in cues.cues().cues) >= 8


def test_every_block_is_answered_by_skills_and_nothing_else_is() -> None:
    for theme in themes.themes().values():
        assert bool(theme.answered_by) == (theme.kind is Kind.BLOCK)
        assert set(theme.answered_by) <= set(SLUGS[Kind.SKILL])


def test_exercises_practise_known_themes_and_have_steps() -> None:
    for exercise in exercises.exercises().values():
        assert set(exercise.themes) <= themes.themes().keys()
        assert len(exercise.steps) >= 3
        assert 2 <= sum(bool(step.hear) for step in exercise.steps) <= 3
        assert {step.hear for step in exercise.steps} & {*exercise.themes}
        assert exercise.together or not exercise.turns
        assert exercise.prompts
        assert 1 <= exercise.minutes <= 30


def test_cues_belong_to_known_themes_and_none_is_listed_twice() -> None:
    known = cues.cues()
    assert {cue.theme for cue in known.cues} == themes.themes().keys()
    listed = [(cue.theme, cue.words) for cue in known.cues]
    assert len(set(listed)) == len(listed)


def test_resources_say_whether_somebody_looked() -> None:
    resources = tomllib.loads(files("companion.editorial").joinpath("resources.toml").read_text("utf-8"))["resource"]
    for resource in resources:
        assert set(resource) == {"title", "url", "what", "verified"}
        assert resource["url"].startswith("https://")
        assert isinstance(resource["verified"], bool)
    assert any(resource["verified"] for resource in resources)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[theme", "cannot be read"),
        ("title = 'no themes'", "[[theme]]"),
        ("\n[[theme]]\nslug = 'x'\ncues = ['a b']\nweak = []\nnear = []", "line 2: theme “x” lacks unless"),
        ("[[theme]]\nslug = 'x'\ncues = [' … ']\nweak = []\nnear = []\nunless = []", "line 1: theme “x” has an empty"),
        ("[[theme]]\nslug = 'x'\ncues = [1]\nweak = []\nnear = []\nunless = []", "“x” has cues 1 = 1"),
    ],
)
def test_a_mistake_in_the_cues_is_told(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=r"cues\.toml") as told:
        cues.parse(text)
    assert reason in str(told.value)

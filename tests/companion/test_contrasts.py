"""The pairs of themes to hear side by side."""

import pytest

from companion import themes
from companion.errors import ConfigError
from companion.themes import Kind


def test_every_pair_is_a_skill_beside_a_block_and_explained() -> None:
    pairs = [(contrast.skill, contrast.block) for contrast in themes.contrasts()]
    assert pairs == [
        ("validation", "validation-means-agreement"),
        ("leaning-in", "control-and-correction"),
        ("naming-the-block", "shutting-down"),
    ]
    for contrast in themes.contrasts():
        assert themes.themes()[contrast.skill].kind is Kind.SKILL
        assert themes.themes()[contrast.block].kind is Kind.BLOCK
        assert len(contrast.difference) > 80


def test_both_halves_know_their_pair() -> None:
    assert themes.contrasts_of("validation") == themes.contrasts_of("validation-means-agreement")
    assert len(themes.contrasts_of("validation")) == 1
    assert themes.contrasts_of("resentment") == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[contrast", "cannot be read"),
        ("title = 'none'", r"\[\[contrast\]\]"),
        ("[[contrast]]\ntitle = 'A'\nskill = 'validation'\nblock = 'resentment'", "“A” lacks difference"),
        (
            "[[contrast]]\ntitle = 'A'\nskill = 'humour'\nblock = 'wit'\ndifference = 'B'",
            "line 1: contrast “A” has humour, wit, which is no theme",
        ),
        (
            "[[contrast]]\ntitle = 'A'\nskill = 'validation'\nblock = 'resentment'\ndifference = 'B'\nmore = 1",
            "which nothing reads",
        ),
    ],
)
def test_a_mistake_is_told(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=rf"contrasts\.toml.*{reason}"):
        themes.parse_contrasts(text)

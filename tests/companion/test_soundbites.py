"""How long a soundbite is: short moments widened by sentences, long ones cut at one, redacted seconds never touched."""

import random

import pytest

from companion.formats.soundbites import LONGEST, SHORTEST, fitted
from companion.timecode import Span
from companion.transcripts import Segment, Word


def of(start: float, end: float) -> Span:
    return Span(start=start, end=end)


def said(start: float, end: float, text: str = "Yes.") -> Segment:
    """A segment whose words share its time equally."""
    texts = text.split()
    step = (end - start) / len(texts)
    words = tuple(
        Word(start=start + n * step, end=start + (n + 1) * step, text=one, probability=1.0)
        for n, one in enumerate(texts)
    )
    return Segment(start=start, end=end, text=text, speaker=None, words=words)


TALK = tuple(said(start, start + 4) for start in (0, 5, 10, 15, 20, 25))  # and 31 s of silence


@pytest.mark.parametrize(
    ("span", "hidden", "expected"),
    [
        (of(10, 25), (), of(10, 25)),
        (of(15, 19), (), of(5, 24)),  # the moment in the middle
        (of(25, 29), (), of(10, 29)),  # nothing is said after it
        (of(0, 4), (), of(0, 19)),
        (of(16, 18), (of(24, 25),), of(5, 24)),
        (of(15, 19), (of(19, 20),), of(0, 19)),
        (of(10, 14), (of(5, 9),), of(10, 29)),
        (of(10, 14), (of(14, 15),), None),  # 14 s are left
        (of(10, 14), (of(0, 9), of(15, 30)), None),
        (of(10, 14), (of(13, 20),), None),
    ],
)
def test_short_moments_bring_whole_sentences_along(span: Span, hidden: tuple[Span, ...], expected: Span | None) -> None:
    assert fitted(span, TALK, seconds=60, hidden=hidden) == expected


def test_without_a_transcript_seconds_are_added_on_both_sides() -> None:
    assert fitted(of(30, 35), (), seconds=60) == of(25, 40)
    assert fitted(of(1, 3), (), seconds=None) == of(0, 15)
    assert fitted(of(57, 59), (), seconds=60) == of(45, 60)
    assert fitted(of(3, 5), (), seconds=14) is None


def test_long_moments_end_where_a_sentence_does() -> None:
    long = tuple(said(start, start + 20, "I was alone. And you came, and then you") for start in range(0, 200, 20))
    assert fitted(of(0, 200), long, seconds=200) == of(0, 120)
    assert fitted(of(10, 200), long, seconds=200) == of(10, 126 + 2 / 3)  # "alone." is the third of nine words
    assert fitted(of(10, 200), (), seconds=200) == of(10, 130)


def test_any_moment_in_any_talk() -> None:
    dice = random.Random(5)
    fits = 0
    for _ in range(3000):
        edges = sorted(dice.uniform(0, 400) for _ in range(2 * dice.randint(0, 40)))
        talk = tuple(said(a, b, "Yes, well. No") for a, b in zip(edges[::2], edges[1::2], strict=True))
        hidden = tuple(
            of(at, at + dice.uniform(0.1, 30)) for at in (dice.uniform(0, 400) for _ in range(dice.randint(0, 3)))
        )
        start = dice.uniform(0, 390)
        span = of(start, min(start + dice.choice([2, 10, 60, 200]) * dice.random(), 400))
        made = fitted(span, talk, seconds=400, hidden=hidden)
        if made is None:
            continue
        fits += 1
        assert SHORTEST - 0.001 <= made.length <= LONGEST + 0.001
        assert 0 <= made.start <= span.start and made.end <= 400
        assert made.end >= span.end or span.length > LONGEST
        assert not any(one.overlaps(made) for one in hidden)
    assert fits > 2000

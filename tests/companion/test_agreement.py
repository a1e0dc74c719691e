"""How far two reviewers agree: figures worked out by hand, and where a figure would say nothing."""

import pytest

from companion.agreement import Agreement, agreements, kappa
from companion.reviews import Verdict

A, R = Verdict.ACCEPT, Verdict.REJECT


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # 20 and 15 agreed of 50; yes at 25 and 30 of 50: chance (0.5 × 0.6 + 0.5 × 0.4) = 0.5, (0.7 - 0.5) / 0.5
        ([(A, A)] * 20 + [(A, R)] * 5 + [(R, A)] * 10 + [(R, R)] * 15, 0.4),
        ([(A, A), (R, R)], 1.0),
        ([(A, R), (R, A)], -1.0),
        ([(A, A), (A, R), (R, A), (R, R)], 0.0),
        ([(A, A), (A, A), (A, R)], 0.0),  # one who always says yes agrees no better than chance
    ],
)
def test_kappa(pairs: list[tuple[Verdict, Verdict]], expected: float) -> None:
    assert kappa(pairs) == pytest.approx(expected)
    assert kappa([(other, one) for one, other in pairs]) == pytest.approx(expected)


def test_no_figure_where_it_would_say_nothing() -> None:
    assert kappa([]) is None
    assert kappa([(A, A)] * 7) is None


def test_themes_come_in_their_order_and_unknown_ones_last() -> None:
    pairs = {"gone": [(A, R)], "validation": [(A, A), (R, R), (A, R)], "leaning-in": []}
    assert agreements(pairs, ["leaning-in", "validation"]) == (
        Agreement(theme="validation", judged=3, same=2, kappa=pytest.approx(0.4)),
        Agreement(theme="gone", judged=1, same=0, kappa=0.0),
    )

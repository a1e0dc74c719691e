"""How far two reviewers agree, beyond what chance would give them.

Cohen's kappa is (observed - expected) / (1 - expected), `expected` being how often two people would agree who keep
their own rates of yes and no but do not listen. Source: J. Cohen, "A coefficient of agreement for nominal scales",
Educational and Psychological Measurement 20 (1960), 37-46.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from companion.reviews import Verdict

Pair = tuple[Verdict, Verdict]  # the first reviewer's verdict and the second's, on one moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """One theme: the moments `judged` by two people, on how many they said the `same`, and `kappa`, -1 to 1.

    `kappa` is None where it says nothing: where nothing was judged twice, or both only ever said one and the same.
    """

    theme: str
    judged: int
    same: int
    kappa: float | None


def agreements(pairs: Mapping[str, Sequence[Pair]], themes: Iterable[str]) -> tuple[Agreement, ...]:
    """The agreement on each theme that has pairs, in the order of `themes`; a theme not among them comes last."""
    order = [*themes, *sorted(pairs.keys() - set(themes))]
    return tuple(
        Agreement(
            theme=theme,
            judged=len(pairs[theme]),
            same=sum(one is other for one, other in pairs[theme]),
            kappa=kappa(pairs[theme]),
        )
        for theme in order
        if pairs.get(theme)
    )


def kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa of the pairs; None where chance alone would agree on everything, or there are none."""
    if not pairs:
        return None
    n = len(pairs)
    ours, theirs = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(ours[verdict] * theirs[verdict] for verdict in ours) / n**2
    observed = sum(one is other for one, other in pairs) / n
    return None if expected == 1 else (observed - expected) / (1 - expected)

"""Near duplicates: lines that say nearly the same, as an opening that is heard again later does."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

_ALIKE = 88.0  # rapidfuzz's ratio, 0 to 100: a word or two of a sentence may differ


def alike(lines: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """For each line the places of the others that say nearly the same, in order."""
    if len(lines) < 2:
        return ((),) * len(lines)
    plain = [utils.default_process(line) for line in lines]
    table = process.cdist(plain, plain, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return tuple(
        tuple(at for at, likeness in enumerate(row) if likeness and at != number) for number, row in enumerate(table)
    )

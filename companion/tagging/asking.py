"""What to ask a person next: the top of the list, worth most to listeners, and the unsure, which teach the tagger most.

The latter is uncertainty sampling: Lewis and Gale 1994, arXiv cmp-lg/9407020.
"""

from collections.abc import Sequence
from itertools import chain

_UNSURE = 0.5  # the score that says neither yes nor no


def order(scores: Sequence[float]) -> list[int]:
    """The places of `scores` (0 to 1) in the order to ask about them: by turns the highest and the least sure left."""
    highest = sorted(range(len(scores)), key=lambda at: -scores[at])
    unsure = sorted(range(len(scores)), key=lambda at: abs(scores[at] - _UNSURE))
    return list(dict.fromkeys(chain.from_iterable(zip(highest, unsure, strict=True))))

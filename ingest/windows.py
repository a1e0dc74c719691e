"""Where to cut a recording to recognise it piece by piece: pure rules over stretches of speech, in samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.audio import RATE

Stretch = tuple[int, int]  # first sample, and the one after the last

PAD = 3 * RATE // 10  # sound kept on either side of speech: breaths and soft consonants
LONG_PAUSE = 4 * RATE  # never kept inside a clip: models make up words in long silence
SETTLED = 2 * RATE  # this much quiet after the last speech, and what is heard of it can be trusted


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to do with a buffer: recognise `clips`, each with its pauses in it, and go on at sample `end`."""

    clips: tuple[Stretch, ...]
    end: int


def plan(speech: Sequence[Stretch], length: int, *, final: bool, clip: int, most: int) -> Plan:
    """At most `most` clips of at most `clip` samples from the start of a buffer of `length` samples.

    `speech` is what a voice detector found in the buffer; no stretch may exceed `clip - 2 * PAD`. `end` lies in a
    pause, so no word is cut. Unless `final`, the last clip may go on after the buffer and is left for the next one;
    `length` must then be at least `2 * clip + SETTLED`, so that `end` always moves on.
    """
    runs = _runs(speech, clip - 2 * PAD)
    taken = runs
    if len(runs) > most:  # the longest of the last pauses, where a sentence is likeliest to end
        count = max(range(most * 3 // 4, most + 1), key=lambda k: (runs[k][0] - runs[k - 1][1], k))
        taken = runs[:count]
        end = (taken[-1][1] + runs[count][0]) // 2
    elif final:
        end = length
    elif runs and length - runs[-1][1] < SETTLED:
        *taken, left = runs
        end = ((taken[-1][1] if taken else 0) + left[0]) // 2
    else:
        end = length - SETTLED // 2
    return Plan(clips=_padded(taken, end), end=end)


def _runs(speech: Sequence[Stretch], limit: int) -> list[Stretch]:
    """Neighbours joined up to `limit`; a run that must end there does so at the longest pause of its last third."""
    runs: list[Stretch] = []
    first = 0
    while first < len(speech):
        start, last = speech[first][0], first
        while last + 1 < len(speech) and speech[last + 1][0] - speech[last][1] < LONG_PAUSE:
            if speech[last + 1][1] - start > limit:
                late = [k for k in range(first, last + 1) if speech[k][1] - start >= limit * 2 // 3]
                last = max(late or [last], key=lambda k: (speech[k + 1][0] - speech[k][1], k))
                break
            last += 1
        runs.append((start, speech[last][1]))
        first = last + 1
    return runs


def _padded(runs: Sequence[Stretch], end: int) -> tuple[Stretch, ...]:
    """Each run with up to PAD around it, never more than half of the pause to its neighbour."""
    edges = [0, *((a[1] + b[0]) // 2 for a, b in pairwise(runs)), end]
    return tuple((max(start - PAD, edges[i]), min(stop + PAD, edges[i + 1])) for i, (start, stop) in enumerate(runs))

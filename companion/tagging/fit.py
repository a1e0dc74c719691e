"""Fitting: from written lessons to a model, by scikit-learn, which is loaded when it is needed."""

import gc
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING

from companion.errors import InvalidError
from companion.tagging import cues as ear
from companion.tagging.encoder import Encoder
from companion.tagging.examples import FEWEST, Lesson
from companion.tagging.misheard import misheard
from companion.tagging.model import Model, lights, probability
from companion.tagging.units import Turn, Unit, turn, units

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

RULES = 6  # counts up whenever features, fitting or judging change: older models are made anew
_LOOSE = 2.0  # scikit-learn's C: how far weights may go from 0
_LEAST = {"w:": 2, "s:": 3, "f:": 2, "b:": 3, "c:": 1}  # lessons that must have a feature, by its kind
_CLOSE = 1e-4  # of the optimum: nearer changes no second decimal of a score
_SHARE = 0.1  # of the lessons: lines that show a rarer theme count as if they were so many
_FALSE = 0.008  # of the lines that show nothing: how many may come on a shortlist
_LOWEST, _HIGHEST = 0.33, 0.95  # between which a shortlist's threshold lies
_STRIDE = 97  # lessons from one borrowed turn before to the next


def fit(
    lessons: Sequence[Lesson],
    cues: ear.Cues,
    *,
    themes: Sequence[str],
    editorial: str,
    encoder: Encoder | None = None,
) -> Model:
    """The model of the written `lessons`: an L2-regularised logistic regression per theme.

    Each lesson is learnt as it is and as a poor recogniser would have it. The same input gives the same model.
    `editorial` is the digest of the written material. `InvalidError` names a theme that fewer than three lessons show.
    """
    import sklearn.linear_model  # noqa: F401  first: only libraries that are loaded can be held to one thread
    from threadpoolctl import threadpool_limits

    for theme in themes:
        if sum(theme in lesson.shows for lesson in lessons) < FEWEST:
            raise InvalidError(f"The theme “{theme}” has fewer than {FEWEST} examples; write some in examples.toml.")
    with threadpool_limits(1), _uncollected():  # many small fits: threads would only wait for each other
        return _fitted(lessons, cues, themes, editorial, encoder)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: it would go through millions of features again and again, and find none."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()


def _fitted(
    lessons: Sequence[Lesson], cues: ear.Cues, themes: Sequence[str], editorial: str, encoder: Encoder | None
) -> Model:
    import numpy as np

    told = in_company(lessons)
    turns = [as_turn(lesson) for lesson in [*told, *map(misheard, told)]]
    rows = [said.whole for said in units(turns, cues)]
    names = _vocabulary(rows[: len(told)])
    meaning = meanings(turns[: len(told)], encoder)  # of the lessons as they are: it serves both halves
    table = tabled(rows, names, np.vstack([meaning, meaning]))
    judged = [number for number, lesson in enumerate(lessons) if not lesson.shows][::2]
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the products of sparse tables run side by side
        fits = list(threads.map(partial(_fit_theme, table, lessons, judged), themes))
    weights = np.round(np.column_stack([slopes for slopes, _, _ in fits]), 4)
    by_name = weights[: len(names)]
    used = np.flatnonzero(np.abs(by_name).sum(axis=1))
    return Model(
        version=version((), editorial, encoder),
        rules=RULES,
        editorial=editorial,
        encoder=encoder.digest if encoder else "",
        verdicts=0,
        themes=tuple(themes),
        intercepts=tuple(round(base, 4) for _, base, _ in fits),
        features=tuple(names[number] for number in used),
        weights=by_name[used],
        meaning=weights[len(names) :],
        calibrated=(),
        thresholds=tuple(round(threshold, 4) for _, _, threshold in fits),
        accepted={},
    )


def version(verdicts: Sequence[Lesson], editorial: str, encoder: Encoder | None) -> str:
    """The name of a model: it changes with all that it is made from."""
    told = "\n".join(
        f"{lesson.text}\t{lesson.before}\t{sorted(lesson.shows)}\t{sorted(lesson.lacks)}" for lesson in verdicts
    )
    return f"ear-{RULES}-{ear.digest(editorial + told + (encoder.digest if encoder else ''))}"


def as_turn(lesson: Lesson) -> Turn:
    """A lesson's line as it is judged."""
    return turn(lesson.text, lesson.before)


def in_company(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Lessons all with a turn before them: where it is unknown because it does not matter, any other lesson's will do.

    Otherwise having one at all would speak for the themes whose examples were written with one.
    """
    known = [lesson.before for lesson in lessons if lesson.before.strip()] + [
        lesson.text for lesson in lessons if not lesson.shows
    ]
    return [
        lesson if lesson.before.strip() else replace(lesson, before=known[number * _STRIDE % len(known)])
        for number, lesson in enumerate(lessons)
    ]


def meanings(turns: Sequence[Turn], encoder: Encoder | None) -> "np.ndarray":
    """A row per turn, no columns without an encoder."""
    import numpy as np

    if encoder is None:
        return np.zeros((len(turns), 0), np.float32)
    return np.array([whole for _, whole in lights(turns, encoder)])


def tabled(rows: Sequence[Unit], names: Sequence[str], meaning: "np.ndarray") -> "csr_matrix":
    """A row per unit: a column for each of its features that `names` has and, beside them, its `meaning`."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    index = {name: number for number, name in enumerate(names)}
    flat = chain.from_iterable(unit.features for unit in rows)
    columns = np.fromiter(map(index.get, flat, repeat(-1)), np.int32)
    values = np.fromiter(chain.from_iterable(unit.features.values() for unit in rows), float)
    known = columns >= 0
    ends = np.concatenate([[0], known.cumsum()])[np.cumsum([0, *(len(unit.features) for unit in rows)])]
    table = csr_matrix((values[known], columns[known], ends), shape=(len(rows), len(names)))
    return hstack([table, csr_matrix(meaning)]).tocsr()


def _vocabulary(rows: Sequence[Unit]) -> list[str]:
    counts = Counter(chain.from_iterable(row.features for row in rows))
    return sorted(name for name, count in counts.items() if count >= _LEAST[name[:2]])


def _fit_theme(
    table: "csr_matrix", lessons: Sequence[Lesson], judged: Sequence[int], theme: str
) -> "tuple[np.ndarray, float, float]":
    """Slopes and intercept for a theme, learnt from all lessons, and the score from which a line may be shortlisted.

    The latter is what few of the `judged` lessons reach, which show nothing, by a model that has not seen them.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    shows = np.tile([theme in lesson.shows for lesson in lessons], 2)
    weights = np.tile([lesson.weight for lesson in lessons], 2)
    model = LogisticRegression(C=_LOOSE, solver="newton-cg", tol=_CLOSE, warm_start=True)

    def learn(kept: "np.ndarray") -> None:
        worth = weights[kept]
        worth[shows[kept]] *= max(1.0, _SHARE * worth.sum() / worth[shows[kept]].sum())
        model.fit(table[kept], shows[kept], sample_weight=worth)

    unseen = np.zeros(len(lessons), bool)
    unseen[judged] = True
    learn(np.full(len(shows), True))
    slopes, base = model.coef_[0].copy(), float(model.intercept_[0])
    learn(~np.tile(unseen, 2))
    limit = float(np.quantile(model.decision_function(table[judged]), 1 - _FALSE))
    return slopes, base, min(max(probability(limit), _LOWEST), _HIGHEST)

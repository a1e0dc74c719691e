"""Fitting: from lessons to a model. The only place that knows scikit-learn, which is loaded here and nowhere else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from companion.errors import InvalidError
from companion.tagging import cues as ear
from companion.tagging.examples import FEWEST, Lesson
from companion.tagging.model import Model, probability
from companion.tagging.units import Turn, Unit, turn, units

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

RULES = 2  # counts up whenever features, fitting or judging change: older models are made anew
_LOOSE = 3.0  # scikit-learn's C: how far weights may go from 0
_LEAST = {"w:": 2, "s:": 3, "f:": 2, "b:": 3, "c:": 1}  # lessons that must have a feature, by its kind
_ENOUGH = 100  # verdicts of a theme from which its score can be calibrated
_FOLDS = 3
_FALSE = 0.01  # of the lines that show nothing: how many may come on a shortlist
_LOWEST, _HIGHEST = 0.3, 0.8  # between which a shortlist's threshold lies
_STRIDE = 97  # lessons from one borrowed turn before to the next


def fit(
    lessons: Sequence[Lesson], verdicts: Sequence[Lesson], cues: ear.Cues, *, themes: Sequence[str], editorial: str
) -> Model:
    """The model of the written `lessons` and people's `verdicts`: an L2-regularised logistic regression per theme.

    The same input gives the same model. `editorial` is the digest of the written material. `InvalidError` names a theme
    that fewer than three lessons show.
    """
    import numpy as np

    everything = [*lessons, *verdicts]
    for theme in themes:
        if sum(theme in lesson.shows for lesson in everything) < FEWEST:
            raise InvalidError(f"The theme “{theme}” has fewer than {FEWEST} examples; write some in examples.toml.")
    rows = [judged[-1] for judged in units([as_turn(lesson) for lesson in [*in_company(lessons), *verdicts]], cues)]
    names = _vocabulary(rows)
    table = _table(rows, names)
    weights, intercepts, calibrated, thresholds = np.zeros((len(names), len(themes))), [], [], []
    nothing = [number for number, lesson in enumerate(lessons) if not lesson.shows]
    for column, theme in enumerate(themes):
        slopes, base = _fit(table, everything, theme)
        given = [number for number in range(len(lessons), len(everything)) if _says(everything[number], theme)]
        if len(given) >= _ENOUGH and len({theme in everything[number].shows for number in given}) == 2:
            scale, shift = _calibration(table, everything, theme, given)
            slopes, base = slopes * scale, base * scale + shift
            calibrated.append(theme)
        else:
            scale, shift = 1.0, 0.0
        weights[:, column] = np.round(slopes, 4)
        intercepts.append(round(float(base), 4))
        limit = float(np.quantile(_unseen(table, everything, theme, nothing), 1 - _FALSE)) * scale + shift
        thresholds.append(round(min(max(probability(limit), _LOWEST), _HIGHEST), 4))
    used = np.flatnonzero(np.abs(weights).sum(axis=1))
    return Model(
        version=version(verdicts, editorial),
        rules=RULES,
        editorial=editorial,
        verdicts=len(verdicts),
        themes=tuple(themes),
        intercepts=tuple(intercepts),
        features=tuple(names[number] for number in used),
        weights=weights[used],
        calibrated=tuple(calibrated),
        thresholds=tuple(thresholds),
        accepted={
            theme: lines
            for theme in themes
            if (lines := tuple(sorted({lesson.text for lesson in verdicts if theme in lesson.shows})))
        },
    )


def version(verdicts: Sequence[Lesson], editorial: str) -> str:
    """The name of the model that `fit` makes: it changes with the rules, the written material and the verdicts."""
    told = "\n".join(
        f"{lesson.text}\t{lesson.before}\t{sorted(lesson.shows)}\t{sorted(lesson.lacks)}" for lesson in verdicts
    )
    return f"ear-{RULES}-{ear.digest(editorial + told)}"


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


def _says(lesson: Lesson, theme: str) -> bool:
    return theme in lesson.shows or theme in lesson.lacks


def _vocabulary(rows: Sequence[Unit]) -> list[str]:
    counts = Counter(name for row in rows for name in row.features)
    return sorted(name for name, count in counts.items() if count >= _LEAST[name[:2]])


def _table(rows: Sequence[Unit], names: Sequence[str]) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    index = {name: number for number, name in enumerate(names)}
    entries = [
        (row, index[name], value)
        for row, unit in enumerate(rows)
        for name, value in unit.features.items()
        if name in index
    ]
    at, columns, values = zip(*entries, strict=True)
    return csr_matrix((values, (at, columns)), shape=(len(rows), len(names)))


def _fit(table: "csr_matrix", lessons: Sequence[Lesson], theme: str, without: Any = ()) -> "tuple[np.ndarray, float]":
    """Slopes and intercept for a theme from the lessons that say something about it, the rows `without` left out."""
    from sklearn.linear_model import LogisticRegression

    left = set(without)
    rows = [number for number, lesson in enumerate(lessons) if number not in left and _says(lesson, theme)]
    model = LogisticRegression(C=_LOOSE, solver="lbfgs", max_iter=1000)
    model.fit(
        table[rows],
        [theme in lessons[number].shows for number in rows],
        sample_weight=[lessons[number].weight for number in rows],
    )
    return model.coef_[0], float(model.intercept_[0])


def _calibration(
    table: "csr_matrix", lessons: Sequence[Lesson], theme: str, given: Sequence[int]
) -> tuple[float, float]:
    """Platt scaling: slope and shift of the logit, learnt on the verdicts `given`, judged by models without them."""
    from sklearn.linear_model import LogisticRegression

    logits = _unseen(table, lessons, theme, given)
    answers = [theme in lessons[number].shows for number in given]
    scale = LogisticRegression(C=1.0).fit(logits[:, None], answers)
    return float(max(scale.coef_[0][0], 0.05)), float(scale.intercept_[0])


def _unseen(table: "csr_matrix", lessons: Sequence[Lesson], theme: str, judged: Sequence[int]) -> "np.ndarray":
    """The logits of the rows `judged`, each by a model that has not seen it."""
    import numpy as np

    logits = np.zeros(len(judged))
    for fold in range(_FOLDS):
        part = [number for place, number in enumerate(judged) if place % _FOLDS == fold]
        slopes, base = _fit(table, lessons, theme, without=part)
        logits[fold::_FOLDS] = table[part] @ slopes + base
    return logits

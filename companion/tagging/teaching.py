"""Teaching: a fitted model moved by people's verdicts, as far as they speak against it and no further.

A logistic regression per theme whose weights are held near those of the model instead of near 0: the maximum a
posteriori adaptation of Chelba and Acero 2004 (aclanthology W04-3237). It takes a second, where fitting all that is
written would take many, and a few dozen verdicts that follow a rule of their own are heard, where thousands of written
lines would drown them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from companion.tagging import cues as ear
from companion.tagging.encoder import Encoder
from companion.tagging.examples import Lesson
from companion.tagging.fit import as_turn, meanings, tabled, version
from companion.tagging.model import Model, probability
from companion.tagging.units import units

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

ENOUGH = 100  # verdicts of a theme from which its score can be calibrated
_HELD = 1.0  # how much a weight is held to the model's, beside one verdict
_FREE = 0.1  # the same for the intercept
_LEAST = 2  # verdicts that must have a feature that the model does not know
_FOLDS = 2
_LOWEST = 0.05  # slope of a calibration, at the least


def teach(model: Model, verdicts: Sequence[Lesson], cues: ear.Cues, encoder: Encoder | None = None) -> Model:
    """The model after the verdicts; `encoder` must be the one it was fitted with, if it was with one.

    The same input gives the same model. A theme that nothing was said about stays as it is.
    """
    import numpy as np

    if not verdicts:
        return model
    turns = [as_turn(lesson) for lesson in verdicts]
    rows = [said.whole for said in units(turns, cues)]
    counts = Counter(name for row in rows for name in row.features)
    known = set(model.features)
    names = (*model.features, *sorted(name for name, n in counts.items() if n >= _LEAST and name not in known))
    table = tabled(rows, names, meanings(turns, encoder))
    new = np.zeros((len(names) - len(model.features), len(model.themes)))
    weights = np.vstack([model.weights, new, model.meaning])
    intercepts, thresholds, calibrated = list(model.intercepts), list(model.thresholds), []
    for column, theme in enumerate(model.themes):
        given = [number for number, lesson in enumerate(verdicts) if theme in lesson.shows | lesson.lacks]
        if not given:
            continue
        shows = np.array([theme in verdicts[number].shows for number in given])
        start = (weights[:, column].copy(), intercepts[column])
        slopes, base = _moved(table[given], shows, *start)
        if len(given) >= ENOUGH and shows.any() and not shows.all():
            scale, shift = _calibration(table[given], shows, *start)
            slopes, base = slopes * scale, base * scale + shift
            limit = float(np.log(thresholds[column] / (1 - thresholds[column])))
            thresholds[column] = round(probability(limit * scale + shift), 4)
            calibrated.append(theme)
        weights[:, column] = np.round(slopes, 4)
        intercepts[column] = round(base, 4)
    return replace(
        model,
        version=version(verdicts, model.editorial, encoder),
        verdicts=len(verdicts),
        intercepts=tuple(intercepts),
        features=names,
        weights=weights[: len(names)],
        meaning=weights[len(names) :],
        thresholds=tuple(thresholds),
        calibrated=tuple(calibrated),
        accepted={
            theme: lines
            for theme in model.themes
            if (lines := tuple(sorted({lesson.text for lesson in verdicts if theme in lesson.shows})))
        },
    )


def _moved(table: "csr_matrix", shows: "np.ndarray", slopes: "np.ndarray", base: float) -> "tuple[np.ndarray, float]":
    """Slopes and intercept after the answers `shows` to the rows of `table`."""
    import numpy as np
    from scipy.optimize import minimize

    told = np.flatnonzero(table.getnnz(axis=0))  # the others stay
    rows, signs = table[:, told], np.where(shows, 1.0, -1.0)
    before = table @ slopes + base

    def loss(moves: "np.ndarray") -> "tuple[float, np.ndarray]":
        margins = signs * (before + rows @ moves[:-1] + moves[-1])
        held = np.append(np.full(len(told), _HELD), _FREE) * moves
        wrong = -signs / (1 + np.exp(np.clip(margins, -500, 500)))
        return (
            float(np.logaddexp(0, -margins).sum() + held @ moves / 2),
            np.append(rows.T @ wrong, wrong.sum()) + held,
        )

    found = minimize(loss, np.zeros(len(told) + 1), jac=True, method="L-BFGS-B").x
    moved = slopes.copy()
    moved[told] += found[:-1]
    return moved, base + float(found[-1])


def _calibration(table: "csr_matrix", shows: "np.ndarray", slopes: "np.ndarray", base: float) -> tuple[float, float]:
    """Platt scaling: slope and shift of the logit, learnt on verdicts judged by models that have not seen them."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    logits = np.zeros(len(shows))
    for fold in range(_FOLDS):
        seen = np.arange(len(shows)) % _FOLDS != fold
        moved, shifted = _moved(table[seen], shows[seen], slopes, base)
        logits[~seen] = table[~seen] @ moved + shifted
    scale = LogisticRegression(C=1.0).fit(logits[:, None], shows)
    return float(max(scale.coef_[0][0], _LOWEST)), float(scale.intercept_[0])

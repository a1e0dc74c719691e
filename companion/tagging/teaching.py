"""Teaching: a fitted model moved by people's verdicts, as far as they speak against it and no further.

A logistic regression per theme whose weights are held near those of the model instead of near 0: the maximum a
posteriori adaptation of Chelba and Acero 2004 (aclanthology W04-3237). It takes a second, where fitting all that is
written would take many, and a few dozen verdicts that follow a rule of their own are heard, where thousands of written
lines would drown them.
"""

import math
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
_PLAIN = 0.02  # of plain lines: what as many of them reach before and after tells where a threshold goes
_LEAST = 2  # verdicts that must have a feature that the model does not know
_FOLDS = 2
_LOWEST = 0.05  # slope of a calibration, at the least


def teach(
    model: Model, verdicts: Sequence[Lesson], cues: ear.Cues, *, plain: Sequence[Lesson], encoder: Encoder | None = None
) -> Model:
    """The model after the verdicts; `encoder` must be the one it was fitted with, if it was with one.

    The same input gives the same model. A theme that nothing was said about stays as it is. Proposals are what people
    judge, so they say yes more often than not; that alone must not raise the scores of everything, so intercepts stay,
    and thresholds move with the scores of `plain` lines, which show nothing.
    """
    import numpy as np

    if not verdicts:
        return model
    turns = [as_turn(lesson) for lesson in verdicts]
    rows = [said.whole for said in units(turns, cues)]
    beside = [as_turn(lesson) for lesson in plain]
    counts = Counter(name for row in rows for name in row.features)
    known = set(model.features)
    names = (*model.features, *sorted(name for name, n in counts.items() if n >= _LEAST and name not in known))
    table = tabled(rows, names, meanings(turns, encoder))
    level = tabled([said.whole for said in units(beside, cues)], names, meanings(beside, encoder))
    new = np.zeros((len(names) - len(model.features), len(model.themes)))
    weights = np.vstack([model.weights, new, model.meaning])
    intercepts, thresholds, calibrated = list(model.intercepts), list(model.thresholds), []
    for column, theme in enumerate(model.themes):
        given = [number for number, lesson in enumerate(verdicts) if theme in lesson.shows | lesson.lacks]
        if not given:
            continue
        shows = np.array([theme in verdicts[number].shows for number in given])
        before, base = weights[:, column].copy(), intercepts[column]
        slopes = _moved(table[given], shows, before, base)
        limit = math.log(thresholds[column] / (1 - thresholds[column]))
        limit += float(np.quantile(level @ slopes, 1 - _PLAIN) - np.quantile(level @ before, 1 - _PLAIN))
        if len(given) >= ENOUGH and shows.any() and not shows.all():
            scale, shift = _calibration(table[given], shows, before, base)
            slopes, base, limit = slopes * scale, base * scale + shift, limit * scale + shift
            calibrated.append(theme)
        thresholds[column] = round(probability(limit), 4)
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


def _moved(table: "csr_matrix", shows: "np.ndarray", slopes: "np.ndarray", base: float) -> "np.ndarray":
    """The slopes after the answers `shows` to the rows of `table`."""
    import numpy as np
    from scipy.optimize import minimize

    told = np.flatnonzero(table.getnnz(axis=0))  # the others stay
    rows, signs = table[:, told], np.where(shows, 1.0, -1.0)
    before = table @ slopes + base

    def loss(moves: "np.ndarray") -> "tuple[float, np.ndarray]":
        margins = signs * (before + rows @ moves)
        wrong = -signs / (1 + np.exp(np.clip(margins, -500, 500)))
        return float(np.logaddexp(0, -margins).sum() + _HELD * moves @ moves / 2), rows.T @ wrong + _HELD * moves

    moved = slopes.copy()
    moved[told] += minimize(loss, np.zeros(len(told)), jac=True, method="L-BFGS-B").x
    return moved


def _calibration(table: "csr_matrix", shows: "np.ndarray", slopes: "np.ndarray", base: float) -> tuple[float, float]:
    """Platt scaling: slope and shift of the logit, learnt on verdicts judged by models that have not seen them."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    logits = np.zeros(len(shows))
    for fold in range(_FOLDS):
        seen = np.arange(len(shows)) % _FOLDS != fold
        logits[~seen] = table[~seen] @ _moved(table[seen], shows[seen], slopes, base) + base
    scale = LogisticRegression(C=1.0).fit(logits[:, None], shows)
    return float(max(scale.coef_[0][0], _LOWEST)), float(scale.intercept_[0])

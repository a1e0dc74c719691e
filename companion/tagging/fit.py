"""Fitting: from lessons to a model. The only place that knows scikit-learn, which is loaded here and nowhere else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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

RULES = 3  # counts up whenever features, fitting or judging change: older models are made anew
_LOOSE = 3.0  # scikit-learn's C: how far weights may go from 0
_LEAST = {"w:": 2, "s:": 3, "f:": 2, "b:": 3, "c:": 1}  # lessons that must have a feature, by its kind
_ENOUGH = 100  # verdicts of a theme from which its score can be calibrated
_CLOSE = 1e-2  # of the optimum: nearer changes no third decimal of a score
_FREE = 10.0  # the intercept is held back that much less than the slopes
_SHARE = 0.1  # of the lessons: lines that show a rarer theme count as if they were so many
_FOLDS = 2
_FALSE = 0.02  # of the lines that show nothing: how many may come on a shortlist
_LOWEST, _HIGHEST = 0.33, 0.95  # between which a shortlist's threshold lies
_STRIDE = 97  # lessons from one borrowed turn before to the next


def fit(
    lessons: Sequence[Lesson],
    verdicts: Sequence[Lesson],
    cues: ear.Cues,
    *,
    themes: Sequence[str],
    editorial: str,
    encoder: Encoder | None = None,
) -> Model:
    """The model of the written `lessons` and people's `verdicts`: an L2-regularised logistic regression per theme.

    Each lesson is learnt as it is and as a poor recogniser would have it. The same input gives the same model.
    `editorial` is the digest of the written material. `InvalidError` names a theme that fewer than three lessons show.
    """
    from threadpoolctl import threadpool_limits

    everything = [*lessons, *verdicts]
    for theme in themes:
        if sum(theme in lesson.shows for lesson in everything) < FEWEST:
            raise InvalidError(f"The theme “{theme}” has fewer than {FEWEST} examples; write some in examples.toml.")
    with threadpool_limits(1):  # many small fits: threads would only wait for each other
        return _fitted(lessons, verdicts, cues, themes, editorial, encoder)


def _fitted(
    lessons: Sequence[Lesson],
    verdicts: Sequence[Lesson],
    cues: ear.Cues,
    themes: Sequence[str],
    editorial: str,
    encoder: Encoder | None,
) -> Model:
    import numpy as np

    told = [*in_company(lessons), *verdicts]
    turns = [as_turn(lesson) for lesson in [*told, *map(misheard, told)]]
    rows = [said.whole for said in units(turns, cues)]
    names = _vocabulary(rows[: len(told)])
    table = _table(rows, names, _meaning(turns[: len(told)], encoder))
    everything = [*lessons, *verdicts] * 2
    width = table.shape[1] - len(names)
    weights, intercepts, calibrated, thresholds = np.zeros((table.shape[1], len(themes))), [], [], []
    nothing = [number for number, lesson in enumerate(lessons) if not lesson.shows]
    for column, theme in enumerate(themes):
        slopes, base = _fit(table, everything, theme)
        given = [number for number in range(len(lessons), len(told)) if _says(everything[number], theme)]
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
    by_name, meaning = weights[: len(names)], weights[len(names) :]
    used = np.flatnonzero(np.abs(by_name).sum(axis=1))
    return Model(
        version=version(verdicts, editorial, encoder),
        rules=RULES,
        editorial=editorial,
        encoder=encoder.digest if encoder else "",
        verdicts=len(verdicts),
        themes=tuple(themes),
        intercepts=tuple(intercepts),
        features=tuple(names[number] for number in used),
        weights=by_name[used],
        meaning=meaning.reshape(width, len(themes)),
        calibrated=tuple(calibrated),
        thresholds=tuple(thresholds),
        accepted={
            theme: lines
            for theme in themes
            if (lines := tuple(sorted({lesson.text for lesson in verdicts if theme in lesson.shows})))
        },
    )


def version(verdicts: Sequence[Lesson], editorial: str, encoder: Encoder | None) -> str:
    """The name of the model that `fit` makes: it changes with all that it is made from."""
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


def _says(lesson: Lesson, theme: str) -> bool:
    return theme in lesson.shows or theme in lesson.lacks


def _vocabulary(rows: Sequence[Unit]) -> list[str]:
    counts = Counter(name for row in rows for name in row.features)
    return sorted(name for name, count in counts.items() if count >= _LEAST[name[:2]])


def _meaning(turns: Sequence[Turn], encoder: Encoder | None) -> "np.ndarray":
    """A row per turn, no columns without an encoder."""
    import numpy as np

    if encoder is None:
        return np.zeros((len(turns), 0), np.float32)
    return np.array([whole for _, whole in lights(turns, encoder)])


def _table(rows: Sequence[Unit], names: Sequence[str], meaning: "np.ndarray") -> "csr_matrix":
    """The features of `rows` and, beside them, their `meaning`: its rows are those of a half, and serve both halves."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    index = {name: number for number, name in enumerate(names)}
    entries = [
        (row, index[name], value)
        for row, unit in enumerate(rows)
        for name, value in unit.features.items()
        if name in index
    ]
    at, columns, values = zip(*entries, strict=True)
    plain = csr_matrix((values, (at, columns)), shape=(len(rows), len(names)))
    return hstack([plain, csr_matrix(np.vstack([meaning, meaning]))]).tocsr()


def _fit(table: "csr_matrix", lessons: Sequence[Lesson], theme: str, without: Any = ()) -> "tuple[np.ndarray, float]":
    """Slopes and intercept for a theme from the lessons that say something about it, the rows `without` left out."""
    from sklearn.linear_model import LogisticRegression

    half = len(lessons) // 2
    left = {number % half for number in without}
    rows = [number for number, lesson in enumerate(lessons) if number % half not in left and _says(lesson, theme)]
    shows = [theme in lessons[number].shows for number in rows]
    rare = max(1.0, _SHARE * len(shows) / sum(shows))
    model = LogisticRegression(C=_LOOSE, solver="liblinear", intercept_scaling=_FREE, tol=_CLOSE, max_iter=1000)
    model.fit(
        table[rows],
        shows,
        sample_weight=[
            lessons[number].weight * (rare if shown else 1.0) for number, shown in zip(rows, shows, strict=True)
        ],
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

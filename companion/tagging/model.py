"""The learned tagger: one linear model per theme over the features of units, able to score, to explain, and to be kept.

A theme's logit is its intercept plus, for each feature, value times weight; the score is the logistic function of that.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from companion.errors import ConfigError
from companion.moments import Why
from companion.tagging import cues as ear
from companion.tagging.units import Turn, Unit, units

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1  # of the file; counts up when an older program could not read it
_SHOWN = 8  # parts told one by one; the rest are summed up
_MARKS = {"*": "…", "^": "at the start:", "$": "at the end", "<feeling>": "(a feeling)"}
_KINDS = {"w:": "the words", "s:": "the turn of phrase", "f:": "the form", "b:": "in the turn before"}
BASE, REST = "where every line starts", "smaller things together"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A sentence or a whole turn judged for one theme."""

    logit: float
    unit: Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A turn scored for one theme: its `best` unit, which counts, and each sentence."""

    best: Judgement
    sentences: tuple[Judgement, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """A fitted tagger. `weights` has a row per feature and a column per theme; `thresholds` are the scores from which a
    line may be on a shortlist; `accepted` are lines people accepted.

    `calibrated` names the themes whose score is a probability estimate, learnt from enough decisions. `verdicts` is
    how many decisions it was fitted with, `editorial` the digest of the written material, `rules` of the features.
    """

    version: str
    rules: int
    editorial: str
    verdicts: int
    themes: tuple[str, ...]
    intercepts: tuple[float, ...]
    features: tuple[str, ...]
    weights: "np.ndarray"
    thresholds: tuple[float, ...]
    calibrated: tuple[str, ...]
    accepted: Mapping[str, tuple[str, ...]]
    _index: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {name: number for number, name in enumerate(self.features)})

    def score(self, turns: Sequence[Turn], cues: ear.Cues) -> list[dict[str, Scored]]:
        """For each turn, each theme's score: its sentences and the whole are judged, the best of them counts."""
        import numpy as np

        scored = []
        for judged in units(turns, cues):
            table = np.array([self._logits(unit) for unit in judged])
            by_theme = {}
            for column, theme in enumerate(self.themes):
                all_ = [
                    Judgement(logit=float(logit), unit=unit)
                    for logit, unit in zip(table[:, column], judged, strict=True)
                ]
                by_theme[theme] = Scored(
                    best=max(all_, key=lambda one: one.logit),
                    sentences=tuple(one for one in all_ if one.unit.sentence is not None),
                )
            scored.append(by_theme)
        return scored

    def why(self, theme: str, judged: Judgement, structure: tuple[tuple[str, float], ...] = ()) -> Why:
        """The reasons as parts that sum to the logit (to 4 decimals each), strongest first, and a sentence of them.

        `structure` are parts that do not come from the words; they are added to the judgement and told first.
        """
        column = self.themes.index(theme)
        parts, reasons = [], []
        for name, value in judged.unit.features.items():
            number = self._index.get(name)
            weight = float(self.weights[number, column]) * value if number is not None else 0.0
            if weight:
                parts.append((_told(name, judged.unit), weight))
                if weight > 0 and _says_something(name):
                    reasons.append((name != f"c:{theme}", -weight, parts[-1][0]))
        parts.sort(key=lambda part: (-abs(part[1]), part[0]))
        shown = [(words, round(weight, 4)) for words, weight in parts[:_SHOWN]]
        base = round(self.intercepts[column], 4)
        rest = round(judged.logit - base - sum(weight for _, weight in shown), 4)
        # The theme's own cue before other words and forms: it is what people recognise.
        for_it = [*(words for words, _ in structure), *(words for *_, words in sorted(reasons))][:3]
        kind = "confidence" if theme in self.calibrated else "score"
        sure = probability(judged.logit + sum(weight for _, weight in structure))
        sentence = f"{'; '.join(for_it) or 'nothing speaks for it'} ({kind} {sure:.2f})"
        return Why(sentence=sentence[0].upper() + sentence[1:], parts=(*structure, *shown, (REST, rest), (BASE, base)))

    def write(self) -> str:
        """The file's text: one JSON document, the same for the same model."""
        import numpy as np

        rows = {
            name: {str(column): round(float(row[column]), 4) for column in np.flatnonzero(row)}
            for name, row in zip(self.features, self.weights, strict=True)
        }
        return json.dumps(
            {
                "format": FORMAT,
                "version": self.version,
                "rules": self.rules,
                "editorial": self.editorial,
                "verdicts": self.verdicts,
                "themes": self.themes,
                "intercepts": self.intercepts,
                "thresholds": self.thresholds,
                "calibrated": self.calibrated,
                "accepted": self.accepted,
                "features": rows,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def _logits(self, unit: Unit) -> "np.ndarray":
        import numpy as np

        known = [(self._index[name], value) for name, value in unit.features.items() if name in self._index]
        total = np.array(self.intercepts)
        if known:
            numbers, values = zip(*known, strict=True)
            total = total + np.array(values) @ self.weights[list(numbers)]
        return total


def read(text: str, name: str) -> Model:
    """A model from its file's text; `ConfigError` with the file's `name` if it is damaged or of a newer format."""
    import numpy as np

    try:
        kept: dict[str, Any] = json.loads(text)
        if kept["format"] > FORMAT:
            raise ConfigError(
                f"{name} was made by a newer version of companion and is kept as it is. "
                "Update companion, or take another version with: companion tagger use VERSION"
            )
        themes, rows = tuple(kept["themes"]), kept["features"]
        weights = np.zeros((len(rows), len(themes)))
        for number, row in enumerate(rows.values()):
            for column, weight in row.items():
                weights[number, int(column)] = weight
        return Model(
            version=kept["version"],
            rules=kept["rules"],
            editorial=kept["editorial"],
            verdicts=kept["verdicts"],
            themes=themes,
            intercepts=tuple(kept["intercepts"]),
            features=tuple(rows),
            weights=weights,
            thresholds=tuple(kept["thresholds"]),
            calibrated=tuple(kept["calibrated"]),
            accepted={theme: tuple(lines) for theme, lines in kept["accepted"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ConfigError(
            f"{name} is damaged ({error}). Remove it; it can be made again: companion tagger train"
        ) from error


def probability(logit: float) -> float:
    """The logistic function, 0 to 1, safe for any logit."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _told(name: str, unit: Unit) -> str:
    if name.startswith("c:"):
        return unit.cues[name[2:]].words
    return f"{_KINDS[name[:2]]} “{' '.join(_plain(name[2:]))}”"


def _says_something(name: str) -> bool:
    """False for a gram of nothing but marks, such as “at the start”."""
    return name[:2] in ("c:", "f:") or any(word not in _MARKS for word in name[2:].split())


def _plain(gram: str) -> Iterator[str]:
    for word in gram.split():
        yield _MARKS.get(word, word.strip("<>"))

"""The learned tagger: one linear model per theme over the features of units, able to score, to explain, and to be kept.

A theme's logit is its intercept plus, for each feature, value times weight, plus, with a sentence encoder, the product
of the meaning's vector and the theme's; the score is the logistic function of that.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from companion.errors import ConfigError
from companion.moments import Why
from companion.tagging import cues as ear
from companion.tagging.encoder import Encoder
from companion.tagging.units import Said, Turn, Unit, in_light, units

if TYPE_CHECKING:
    import numpy as np

FORMAT = 2  # of the file; counts up when an older program could not read it
_MEANT = 0.25  # the worth of what a line means beside its words
_SHOWN = 8  # parts told one by one; the rest are summed up
_MARKS = {
    "*": "…",
    "^": "at the start:",
    "$": "at the end",
    "<feeling>": "(a feeling)",
    "<number>": "(a number)",
    "<family>": "(a relative)",
}
_KINDS = {"w:": "the words", "s:": "the turn of phrase", "f:": "the form", "b:": "in the turn before"}
BASE, REST = "where every line starts", "smaller things together"
MEANING = "what it means as a whole, by the sentence encoder"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A sentence judged for one theme: `unit` in the light of `whole`; `meaning` is the encoder's part of the logit."""

    logit: float
    meaning: float
    unit: Unit
    whole: Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A turn scored for one theme: each sentence, and the `best` of them, which counts."""

    best: Judgement
    sentences: tuple[Judgement, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """A fitted tagger. `weights` has a row per feature and a column per theme; `thresholds` are the scores from which a
    line may be on a shortlist; `accepted` are lines people accepted.

    `calibrated` names the themes whose score is a probability estimate, learnt from enough decisions. `verdicts` is
    how many decisions it was fitted with, `editorial` the digest of the written material, `rules` of the features.
    `encoder` is the digest of the sentence encoder it was fitted with and can't do without, empty for none; `meaning`
    has a row for each number of the encoder's vectors, none without one, and a column per theme.
    """

    version: str
    rules: int
    editorial: str
    encoder: str
    verdicts: int
    themes: tuple[str, ...]
    intercepts: tuple[float, ...]
    features: tuple[str, ...]
    weights: "np.ndarray"
    meaning: "np.ndarray"
    thresholds: tuple[float, ...]
    calibrated: tuple[str, ...]
    accepted: Mapping[str, tuple[str, ...]]
    _index: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {name: number for number, name in enumerate(self.features)})

    def score(self, turns: Sequence[Turn], cues: ear.Cues, encoder: Encoder | None = None) -> list[dict[str, Scored]]:
        """For each turn, each theme's score; `encoder` must be the one the model was fitted with, if it was with one.

        Each sentence is judged half by itself and half by the turn it stands in.
        """
        taken_apart = units(turns, cues)
        meant = self._meant(turns, encoder)
        scored = []
        at = 0
        for one, said in zip(turns, taken_apart, strict=True):
            plain = [self._logits(unit) for unit in said.sentences]
            if one.shines and len(plain) > 1:
                light = self._logits(said.whole)
                plain = [(logits + light) / 2 for logits in plain]
            meanings = meant[at : at + len(plain)]
            at += len(plain)
            scored.append(
                {
                    theme: _scored(said, one, [row[column] for row in plain], [row[column] for row in meanings])
                    for column, theme in enumerate(self.themes)
                }
            )
        return scored

    def _meant(self, turns: Sequence[Turn], encoder: Encoder | None) -> "np.ndarray":
        """The encoder's part of each sentence's logits, a row per sentence of all turns."""
        import numpy as np

        if not self.encoder or encoder is None:
            return np.zeros((sum(len(one.sentences) for one in turns), len(self.themes)))
        vectors: np.ndarray = np.vstack([light for light, _ in lights(turns, encoder)])
        meant: np.ndarray = vectors @ self.meaning
        return meant

    def why(self, theme: str, judged: Judgement, structure: tuple[tuple[str, float], ...] = ()) -> Why:
        """The reasons as parts that sum to the logit (to 4 decimals each), strongest first, and a sentence of them.

        `structure` are parts that do not come from the words; they are added to the judgement and told first.
        """
        column = self.themes.index(theme)
        unit = in_light(judged.unit, judged.whole)
        parts, reasons = [], []
        if judged.meaning:
            parts.append((MEANING, judged.meaning))
        for name, value in unit.features.items():
            number = self._index.get(name)
            weight = float(self.weights[number, column]) * value if number is not None else 0.0
            if weight:
                parts.append((_told(name, unit), weight))
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

        rows: dict[str, dict[str, float]] = {name: {} for name in self.features}
        used = np.nonzero(self.weights)
        for row, column, weight in zip(*used, np.round(self.weights[used], 4).tolist(), strict=True):
            rows[self.features[row]][str(column)] = weight
        return json.dumps(
            {
                "format": FORMAT,
                "version": self.version,
                "rules": self.rules,
                "editorial": self.editorial,
                "encoder": self.encoder,
                "verdicts": self.verdicts,
                "themes": self.themes,
                "intercepts": self.intercepts,
                "thresholds": self.thresholds,
                "calibrated": self.calibrated,
                "accepted": self.accepted,
                "features": rows,
                "meaning": [[round(float(weight), 4) for weight in row] for row in self.meaning],
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
            encoder=kept.get("encoder", ""),
            verdicts=kept["verdicts"],
            themes=themes,
            intercepts=tuple(kept["intercepts"]),
            features=tuple(rows),
            weights=weights,
            meaning=np.array(kept.get("meaning", [])).reshape(-1, len(themes)),
            thresholds=tuple(kept["thresholds"]),
            calibrated=tuple(kept["calibrated"]),
            accepted={theme: tuple(lines) for theme, lines in kept["accepted"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ConfigError(
            f"{name} is damaged ({error}). Remove it; it can be made again: companion tagger train"
        ) from error


def lights(turns: Sequence[Turn], encoder: Encoder) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    """For each turn, its sentences' vectors in its light (a row each, float32) and its own: their mean, as long."""
    import numpy as np

    vectors = _MEANT * encoder.encode([sentence for one in turns for sentence in one.sentences])
    at = 0
    for one in turns:
        own = vectors[at : at + len(one.sentences)]
        at += len(one.sentences)
        mean = own.mean(axis=0)
        mean *= _MEANT / max(float(np.linalg.norm(mean)), 1e-9)
        yield (own + mean) / 2 if one.shines else own, mean


def probability(logit: float) -> float:
    """The logistic function, 0 to 1, safe for any logit."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _scored(said: Said, one: Turn, logits: Sequence[float], meanings: Sequence[float]) -> Scored:
    judged = tuple(
        Judgement(
            logit=float(logit + meaning),
            meaning=float(meaning),
            unit=unit,
            whole=said.whole if one.shines else unit,
        )
        for unit, logit, meaning in zip(said.sentences, logits, meanings, strict=True)
    )
    return Scored(best=max(judged, key=lambda sentence: sentence.logit), sentences=judged)


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

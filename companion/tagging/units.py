"""What is judged: each sentence of a turn in the light of the whole turn, as named features with values up to about 1.

Names tell their kind: `w:` words and pairs of words, `s:` the same line with its topic taken out (one to three words),
`f:` forms, `b:` forms of the turn before, `c:` the cues of a theme.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from companion.tagging import cues as ear
from companion.tagging import form
from companion.tagging.hits import Part
from companion.tagging.sentences import pieces
from companion.tagging.spoken import Spoken, spoken

_END = re.compile(r"(?<=[.?!…])[\"”’')\]]*\s+")
_FEWEST = 10  # names of a kind: a shorter sentence's words do not each count more than in one of so many
_FORM, _BEFORE = 0.4, 0.15  # the worth of a form beside words
_LAST = 40  # words of the turn before that still matter
_ECHO = 4  # letters from which a word said again is an echo


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What was said at a stretch, as sentences, and the turn before it, empty where there is none.

    `whole` says that one person said all of it, so that each sentence is judged in its light.
    """

    sentences: tuple[str, ...]
    before: str
    whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """Something said: its features by name, and by theme the cue heard in it."""

    features: Mapping[str, float]
    cues: Mapping[str, Part]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A turn taken apart: its sentences in order, and the `whole`."""

    sentences: tuple[Unit, ...]
    whole: Unit


def turn(text: str, before: str = "") -> Turn:
    """A turn from running text; what runs on without punctuation is cut as talk of an episode is."""
    found = []
    for sentence in _END.split(text.strip()):
        words = sentence.split()
        found += [" ".join(words[first:last]) for first, last in pairwise([*pieces(words), len(words)])]
    return Turn(sentences=tuple(found) or ("",), before=before)


def units(turns: Sequence[Turn], cues: ear.Cues) -> list[Said]:
    """The units of each turn.

    The whole has each feature of its sentences, their sum divided by the root of their number: a long turn in which
    one line is warm is warmer than a cold one and less so than a short one.
    """
    flat = [sentence for one in turns for sentence in one.sentences]
    owners = [number for number, one in enumerate(turns) for _ in one.sentences]
    words = [spoken(sentence) for sentence in flat]
    heard: list[dict[str, Part]] = [{} for _ in flat]
    for hit in ear.hits(flat, owners, words, cues):
        heard[hit.sentence][hit.theme] = hit.part
    found = []
    at = 0
    for one in turns:
        last = [word.text for word in spoken(_end_of(one.before))]
        before = _before(last, asked=one.before.rstrip().endswith("?"))
        said_before = {word for word in last if len(word) >= _ECHO and form.stance(word) == "*"}
        singles = []
        for sentence in one.sentences:
            features = dict(_said(words[at], asked="?" in sentence))
            features.update(before)
            features.update({f"c:{theme}": part.weight for theme, part in heard[at].items()})
            if any(word.text in said_before for word in words[at]):
                features["b:words said again"] = _BEFORE
            singles.append(Unit(features=features, cues=heard[at]))
            at += 1
        found.append(Said(sentences=tuple(singles), whole=_whole(singles)))
    return found


def in_light(unit: Unit, whole: Unit) -> Unit:
    """A sentence in the light of its turn: half its own features, half the turn's."""
    if unit is whole:
        return unit
    features = {name: value / 2 for name, value in unit.features.items()}
    for name, value in whole.features.items():
        features[name] = features.get(name, 0.0) + value / 2
    return Unit(features=features, cues={**whole.cues, **unit.cues})


def _end_of(text: str) -> str:
    """As much of a turn before as can matter, whatever stutters and fillers are in it."""
    return " ".join(text.rsplit(maxsplit=2 * _LAST)[-2 * _LAST :])


def _said(words: Sequence[Spoken], *, asked: bool) -> Iterator[tuple[str, float]]:
    plain = [word.text for word in words]
    yield from _grams("w:", plain, 2)
    yield from _grams("s:", ["^", *map(form.stance, plain), "?" if asked else "$"], 3)
    for name in form.features(plain, asked=asked):
        yield f"f:{name}", _FORM


def _grams(kind: str, words: Sequence[str], longest: int) -> Iterator[tuple[str, float]]:
    runs = (" ".join(words[at : at + n]) for n in range(1, longest + 1) for at in range(len(words) - n + 1))
    grams = dict.fromkeys(gram for gram in runs if gram.strip("* "))  # each once, in their order
    value = 1 / math.sqrt(max(len(grams), _FEWEST))
    for gram in grams:
        yield kind + gram, value


def _before(words: Sequence[str], *, asked: bool) -> dict[str, float]:
    if not words:
        return {}
    return {f"b:{name}": _BEFORE for name in form.features(words[-_LAST:], asked=asked)}


def _whole(singles: Sequence[Unit]) -> Unit:
    if len(singles) == 1:
        return singles[0]
    share = 1 / math.sqrt(len(singles))
    features: dict[str, float] = {}
    cues: dict[str, Part] = {}
    for unit in singles:
        for name, value in unit.features.items():
            if name[0] in "cb":
                features[name] = max(value, features.get(name, 0.0))
            else:
                features[name] = features.get(name, 0.0) + value * share
        for theme, part in unit.cues.items():
            cues[theme] = max(part, cues.get(theme, part), key=lambda one: one.weight)
    return Unit(features=features, cues=cues)

"""What is judged: each sentence of a turn in the light of the whole turn, as named features with values up to about 1.

Names tell their kind: `w:` words and pairs of words, `s:` the same line with its topic taken out (one to three words),
`f:` forms, `b:` forms of the turn before, `c:` the cues of a theme.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from companion.tagging import cues as ear
from companion.tagging import form
from companion.tagging.hits import Part
from companion.tagging.sentences import pieces
from companion.tagging.spoken import spoken

_END = re.compile(r"(?<=[.?!…])[\"”’')\]]*\s+")
_FEWEST = 10  # names of a kind: a shorter sentence's words do not each count more than in one of so many
_FORM, _BEFORE = 0.4, 0.15  # the worth of a form beside words
_LAST = 40  # words of the turn before that still matter
_LONGEST = 12  # sentences of a turn that are one thing said; a longer one has a little of every theme
_ECHO = 4  # letters from which a word said again is an echo


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What was said at a stretch, as sentences, and the turn before it, empty where there is none.

    `whole` says that one person said all of it.
    """

    sentences: tuple[str, ...]
    before: str
    whole: bool = True

    @property
    def shines(self) -> bool:
        """Whether each sentence is judged in the light of all: not in a story or a speech, where each would shine."""
        return self.whole and len(self.sentences) <= _LONGEST


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
    plain = [[word.text for word in said] for said in words]
    shown = form.features(plain)
    befores = _befores(list(dict.fromkeys(one.before for one in turns)))
    found = []
    at = 0
    for one in turns:
        before, said_before = befores[one.before]
        owns, singles = [], []
        for sentence in one.sentences:
            own = _said(plain[at], shown[at], asked="?" in sentence)
            beside = before | {f"c:{theme}": part.weight for theme, part in heard[at].items()}
            if not said_before.isdisjoint(plain[at]):
                beside["b:words said again"] = _BEFORE
            owns.append((own, beside))
            singles.append(Unit(features=own | beside, cues=heard[at]))
            at += 1
        found.append(Said(sentences=tuple(singles), whole=_whole(owns, singles)))
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


def _said(words: Sequence[str], shown: Sequence[str], *, asked: bool) -> dict[str, float]:
    """The features of a sentence's own words and of the forms that it shows."""
    features = _grams("w:", words, 2)
    features |= _grams("s:", ["^", *map(form.stance, words), "?" if asked else "$"], 3)
    return features | _named("f:", shown, _FORM, asked=asked)


def _grams(kind: str, words: Sequence[str], longest: int) -> dict[str, float]:
    runs = [kind + word for word in words]
    grams = dict.fromkeys(runs)  # each once, in their order
    stars = f"{kind}*"
    for n in range(1, longest):
        runs = [f"{run} {word}" for run, word in zip(runs, words[n:], strict=False)]
        grams.update(dict.fromkeys(runs))
    for n in range(longest):
        grams.pop(stars + n * " *", None)
    return dict.fromkeys(grams, 1 / math.sqrt(max(len(grams), _FEWEST)))


def _named(kind: str, shown: Sequence[str], value: float, *, asked: bool) -> dict[str, float]:
    return {kind + name: value for name in ((*shown, "question mark") if asked else shown)}


def _befores(turns: Sequence[str]) -> dict[str, tuple[dict[str, float], set[str]]]:
    """For each turn before: the features of its form, and the words whose echo would be heard."""
    words = [[word.text for word in spoken(_end_of(turn))] for turn in turns]
    forms = form.features([said[-_LAST:] for said in words])
    return {
        turn: (
            _named("b:", shown, _BEFORE, asked=turn.rstrip().endswith("?")) if said else {},
            {word for word in said if len(word) >= _ECHO and form.stance(word) == "*"},
        )
        for turn, said, shown in zip(turns, words, forms, strict=True)
    }


def _whole(owns: Sequence[tuple[Mapping[str, float], Mapping[str, float]]], singles: Sequence[Unit]) -> Unit:
    """The whole of sentences, `singles`; `owns` are their features: those of their words, and those beside."""
    if len(singles) == 1:
        return singles[0]
    share = 1 / math.sqrt(len(singles))
    features: dict[str, float] = {}
    cues: dict[str, Part] = {}
    for own, _ in owns:
        for name, value in own.items():
            features[name] = features.get(name, 0.0) + value * share
    for _, beside in owns:
        for name, value in beside.items():
            features[name] = max(value, features.get(name, 0.0))
    for unit in singles:
        for theme, part in unit.cues.items():
            cues[theme] = max(part, cues.get(theme, part), key=lambda one: one.weight)
    return Unit(features=features, cues=cues)

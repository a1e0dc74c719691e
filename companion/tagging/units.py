"""What is judged: each sentence of a turn and the turn as a whole, as named features with values between 0 and 1.

Names tell their kind: `w:` words and pairs of words, `s:` the same line with its topic taken out (one to three words),
`f:` forms, `b:` forms of the turn before, `c:` the cues of a theme.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from companion.tagging import cues as ear
from companion.tagging import form
from companion.tagging.hits import Part
from companion.tagging.sentences import MOST_WORDS
from companion.tagging.spoken import Spoken, spoken

_END = re.compile(r"(?<=[.?!…])[\"”’')\]]*\s+")
_FEWEST = 10  # names of a kind: a shorter sentence's words do not each count more than in one of so many
_FORM, _BEFORE = 0.4, 0.15  # the worth of a form beside words
_LAST = 40  # words of the turn before that still matter
_ECHO = 4  # letters from which a word said again is an echo


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What was said at a stretch, as sentences, and the turn before it, empty where there is none.

    `whole` says that one person said all of it, so that it is judged as a whole, too.
    """

    sentences: tuple[str, ...]
    before: str
    whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A sentence (its number in the turn) or the whole turn (None): features by name, and by theme the cue heard."""

    sentence: int | None
    features: Mapping[str, float]
    cues: Mapping[str, Part]


def turn(text: str, before: str = "") -> Turn:
    """A turn from running text. One without punctuation is cut after `MOST_WORDS` words, as talk of an episode is."""
    found = []
    for sentence in _END.split(text.strip()):
        words = sentence.split()
        found += [" ".join(words[at : at + MOST_WORDS]) for at in range(0, len(words), MOST_WORDS)]
    return Turn(sentences=tuple(found) or ("",), before=before)


def units(turns: Sequence[Turn], cues: ear.Cues) -> list[list[Unit]]:
    """The units of each turn: its sentences in order and, if they are several and one person's, the whole.

    The whole has each feature of its sentences, their sum divided by the root of their number: a long turn in which
    one line is warm is warmer than a cold one and less so than a short one.
    """
    flat = [sentence for one in turns for sentence in one.sentences]
    owners = [number for number, one in enumerate(turns) for _ in one.sentences]
    words = [spoken(sentence) for sentence in flat]
    heard: list[dict[str, Part]] = [{} for _ in flat]
    for hit in ear.hits(flat, owners, words, cues):
        heard[hit.sentence][hit.theme] = hit.part
    found: list[list[Unit]] = []
    at = 0
    for one in turns:
        last = [word.text for word in spoken(one.before)]
        before = _before(last, asked=one.before.rstrip().endswith("?"))
        said_before = {word for word in last if len(word) >= _ECHO and form.stance(word) == "*"}
        singles = []
        for number, sentence in enumerate(one.sentences):
            features = dict(_said(words[at], asked="?" in sentence))
            features.update(before)
            features.update({f"c:{theme}": part.weight for theme, part in heard[at].items()})
            if any(word.text in said_before for word in words[at]):
                features["b:words said again"] = _BEFORE
            singles.append(Unit(sentence=number, features=features, cues=heard[at]))
            at += 1
        found.append([*singles, _whole(singles)] if one.whole and len(singles) > 1 else singles)
    return found


def _said(words: Sequence[Spoken], *, asked: bool) -> Iterator[tuple[str, float]]:
    plain = [word.text for word in words]
    yield from _grams("w:", plain, 2)
    yield from _grams("s:", ["^", *map(form.stance, plain), "?" if asked else "$"], 3)
    for name in form.features(plain, asked=asked):
        yield f"f:{name}", _FORM


def _grams(kind: str, words: Sequence[str], longest: int) -> Iterator[tuple[str, float]]:
    grams = {" ".join(words[at : at + n]) for n in range(1, longest + 1) for at in range(len(words) - n + 1)}
    grams = {gram for gram in grams if gram.strip("* ")}
    value = 1 / math.sqrt(max(len(grams), _FEWEST))
    for gram in sorted(grams):
        yield kind + gram, value


def _before(words: Sequence[str], *, asked: bool) -> dict[str, float]:
    if not words:
        return {}
    return {f"b:{name}": _BEFORE for name in form.features(words[-_LAST:], asked=asked)}


def _whole(singles: Sequence[Unit]) -> Unit:
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
    return Unit(sentence=None, features=features, cues=cues)

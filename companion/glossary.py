"""Names the recogniser gets wrong, and the safe rule that mends them: sound and spelling must both agree."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz.fuzz import ratio

from companion.corrections import Correction, Reworded
from companion.tables import shipped
from companion.transcripts import Segment, Source, Transcript

_SPELLED = 60.0  # percent of letters that a mishearing shares with the name
_OFTEN = 2  # times a name must have been corrected before it is offered
_SHORTEST = 3  # letters of a name that may be mended: shorter ones sound like too much else
_NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_WORD = re.compile(r"(?P<open>\W*)(?P<core>[^\W\d_]+(?:-[^\W\d_]+)*)(?P<rest>(?:['’]s?)?\W*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mend:
    """One word that the glossary changed: at `start` seconds the machine wrote `heard`, now it reads `name`."""

    start: float
    heard: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A name that people have put in the place of `heard` so many `times`: perhaps the glossary should know it."""

    name: str
    heard: tuple[str, ...]
    times: int


@cache
def everyday() -> frozenset[str]:
    """Words that are written small in the editorial files: a few thousand, all of them ordinary."""
    files = ("examples.toml", "cues.toml", "exercises.toml", "thesaurus.toml")
    return frozenset(word for file in files for word in re.findall(r"\b[a-z]+\b", shipped(file)))


def is_name(text: str) -> bool:
    """Whether a text can stand in the glossary: one word, capitalised, and long enough."""
    return _NAME.fullmatch(text) is not None and _capitalised(text) and len(text) >= _SHORTEST


def mend(
    transcript: Transcript, names: Collection[str], *, known: Collection[str], ordinary: Callable[[str], bool]
) -> tuple[Transcript, tuple[Mend, ...]]:
    """The transcript with misheard names put right, and every change; the very same one if there is none.

    `known` are names that are right as they are (who speaks here), `ordinary` tells what is an everyday word (asked in
    lower case). A word is mended only if it is capitalised, neither known nor ordinary, and alike to exactly one name.
    """
    right = {name.casefold() for name in (*names, *(part for one in known for part in one.split()))}
    verdicts: dict[str, str | None] = {}

    def name_of(core: str) -> str | None:
        if core not in verdicts:
            fitting = [name for name in names if alike(core, name)]
            sure = len(fitting) == 1 and core.casefold() not in right and not ordinary(core.casefold())
            verdicts[core] = fitting[0] if sure else None
        return verdicts[core]

    mends: list[Mend] = []
    segments = tuple(_mended(segment, name_of, mends) for segment in transcript.segments)
    if not mends:
        return transcript, ()
    return replace(transcript, source=Source.EDITED, segments=segments), tuple(mends)


def alike(heard: str, name: str) -> bool:
    """Whether a capitalised word may be a mishearing of a name: it sounds the same and shares most letters."""
    if not _capitalised(heard) or len(heard) < _SHORTEST:
        return False
    return sound(heard) == sound(name) and ratio(heard.casefold(), name.casefold()) >= _SPELLED


def offers(
    edits: Iterable[Correction], names: Collection[str], *, ordinary: Callable[[str], bool]
) -> tuple[Offer, ...]:
    """Names not in the glossary that people have corrected more than once, and that it could mend."""
    found: dict[str, Counter[str]] = {}
    for one in edits:
        for heard, name in _exchanged(one):
            if name not in names and alike(heard, name) and is_name(name) and not ordinary(heard.casefold()):
                found.setdefault(name, Counter())[heard] += 1
    sums = ((name, heard, sum(heard.values())) for name, heard in found.items())
    often = [
        Offer(name=name, heard=tuple(sorted(heard)), times=times) for name, heard, times in sums if times >= _OFTEN
    ]
    return tuple(sorted(often, key=lambda offer: (-offer.times, offer.name)))


def _exchanged(correction: Correction) -> Iterable[tuple[str, str]]:
    """Words that an edit replaced one by one, as (heard, name)."""
    edit = correction.edit
    if not isinstance(edit, Reworded) or len(edit.new) != len(edit.anchor.words):
        return
    for old, new in zip(edit.anchor.words, edit.new, strict=True):
        before, after = _WORD.fullmatch(old), _WORD.fullmatch(new)
        if before and after and before["core"] != after["core"]:
            yield before["core"], after["core"]


def _capitalised(text: str) -> bool:
    return text[:1].isupper() and any(letter.islower() for letter in text[1:])


def _mended(segment: Segment, name_of: Callable[[str], str | None], mends: list[Mend]) -> Segment:
    texts = segment.text.split()
    words = list(segment.words)
    changed = False
    for place, text in enumerate(texts):
        parts = _WORD.fullmatch(text)
        name = name_of(parts["core"]) if parts and _capitalised(parts["core"]) else None
        if parts is None or name is None:
            continue
        start = words[place].start if segment.timed else segment.start
        mends.append(Mend(start=start, heard=parts["core"], name=name))
        texts[place] = f"{parts['open']}{name}{parts['rest']}"
        changed = True
        if segment.timed:
            words[place] = replace(words[place], text=texts[place])
    return replace(segment, text=" ".join(texts), words=tuple(words) if segment.timed else ()) if changed else segment


_SOUNDS = (  # what is written, and how it sounds in English names; the first that fits is taken
    ("^(?:kn|gn|pn)", "n"),
    ("^wr", "r"),
    ("^x", "s"),
    ("tch|sch|tsch|tsh", "ʃ"),
    ("ch(?=[rl])", "k"),
    ("ch|sh|(?<=[aeiouy])ti(?=on|a)|ci(?=a|o)", "ʃ"),
    ("ph", "f"),
    ("th", "t"),
    ("gh(?=[aeiouy])", "k"),
    ("gh", ""),
    ("qu", "kw"),
    ("ck|q|c(?![eiy])", "k"),
    ("c", "s"),
    ("dg(?=[eiy])|(?<!^)g(?=[eiy])|j", "ʒ"),
    ("^g(?=e[oi]|i[no])", "ʒ"),
    ("g", "k"),
    ("x", "ks"),
    ("z", "s"),
    ("d", "t"),
    ("b", "p"),
    ("v", "f"),
    ("w(?![aeiouy])|h", ""),
    ("e$", ""),
    ("es$", "s"),
    ("[eiy][aeiouy]*", "e"),
    ("[aou][aeiouy]*", "a"),
)
_SOUND = re.compile("|".join(f"(?P<_{number}>{pattern})" for number, (pattern, _) in enumerate(_SOUNDS)))


def sound(word: str) -> str:
    """How a name sounds, roughly: consonants that are mistaken for each other as one, vowels as dark or bright.

    After Metaphone (L. Philips, 1990), but syllables count: "Dan" does not sound like "Dana". In a name of one or two,
    its first vowel must agree (not "Tim" and "Tom"); all others are swallowed too often to tell.
    """
    plain = "".join(letter for letter in word.casefold() if letter.isalpha())
    heard = _SOUND.sub(lambda match: _SOUNDS[int(str(match.lastgroup)[1:])][1], plain)
    heard = re.sub(r"(.)\1+", r"\1", heard)
    first = re.search("[ae]", heard)
    vowel = first.group() if first and len(re.findall("[ae]", heard)) <= 2 else ""
    return vowel + heard.replace("e", "a")

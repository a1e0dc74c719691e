"""Makes everyday English sentences for the training sound.

Whole sentences (natural.txt) teach which words follow each other; frames (frames.txt) over word
lists (words.txt) give natural grammar with unforeseeable words, so that the model has to hear rather
than to guess; a part are strings of common English words (from PyPI's wordfreq, training only) for a
wide vocabulary.
"""

import random
import re
from functools import cache
from pathlib import Path

from wordfreq import top_n_list

HERE = Path(__file__).parent
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiou](?!ni|ne|se))")
SUBJECTS = {  # subject: (third person singular, contractions)
    "I": (False, "I'm I've I'd I'll"),
    "you": (False, "you're you've you'd you'll"),
    "we": (False, "we're we've we'd we'll"),
    "they": (False, "they're they've they'd they'll"),
    "he": (True, "he's he's he'd he'll"),
    "she": (True, "she's she's she'd she'll"),
    "it": (True, "it's it's it'd it'll"),
}
NEGATED = ("", "", "n't")


def _lines(name: str) -> list[str]:
    text = (HERE / name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _frames() -> list[str]:
    return _lines("frames.txt") + _lines("natural.txt")


@cache
def _slots() -> dict[str, list[str]]:
    slots = {}
    for line in _lines("words.txt"):
        name = re.split(r"\W", line)[0]
        rest = line[len(name) :]
        slots[name] = rest[1:].split() if rest[0] == ":" else rest[1:].strip().split(" | ")
    return slots


@cache
def _common() -> list[str]:
    """Common English words, commonest first, with the usual contractions among them."""
    words = [w for w in top_n_list("en", 12000) if re.fullmatch(r"[a-z]+('[a-z]+)?", w)]
    return [w for w in words if len(w) > 2 or w in _slots()["short"]]


def _third(verb: str) -> str:
    if re.search(r"(s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def _doubled(verb: str) -> str:
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", verb)
    return verb + verb[-1] if short and not verb.endswith("k") else verb


def form(verb: str, kind: str) -> str:
    """A verb's ``kind``: verb, verbs, verbed, verben (participle) or verbing."""
    if kind == "verb":
        return verb
    if kind == "verbing":
        if verb == "lie":
            return "lying"
        return (verb[:-1] if re.search(r"[^eoy]e$", verb) else _doubled(verb)) + "ing"
    for entry in _slots()["irregular"]:
        if entry.startswith(verb + "/"):
            return entry.split("/")[["verb", "verbs", "verbed", "verben"].index(kind)]
    if kind == "verbs":
        return _third(verb)
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return verb + "d" if verb.endswith("e") else _doubled(verb) + "ed"


def plural(noun: str) -> str:
    odd = {"man": "men", "woman": "women", "child": "children", "foot": "feet", "tooth": "teeth"}
    odd |= {"mouse": "mice", "knife": "knives", "leaf": "leaves", "shelf": "shelves"}
    return odd.get(noun) or _third(noun)


@cache
def _everyday() -> list[str]:
    """Every form of the words in words.txt."""
    slots = _slots()
    kinds = ("verb", "verbs", "verbed", "verben", "verbing")
    words = {form(verb, kind) for verb in slots["verb"] for kind in kinds}
    words |= {x for noun in slots["noun"] for x in (noun, plural(noun))}
    return sorted(words.union(*(slots[x] for x in ("adj", "adv", "feel", "number"))))


def word(dice: random.Random) -> str:
    """Any word: of everyday life, of the commonest 6000 evenly, or of those by their rank."""
    kind, words = dice.random(), _common()[:6000]
    if kind < 0.35:
        return dice.choice(_everyday())
    rank = int(len(words) ** dice.random()) - 1 if kind < 0.65 else dice.randrange(len(words))
    return _spelt(words[rank])


def _spelt(text: str) -> str:
    """With a capital I."""
    return text[0].upper() + text[1:] if text == "i" or text.startswith("i'") else text


def phrase(dice: random.Random) -> str:
    """A noun phrase, such as "the old bridge near my office"."""
    slots = _slots()
    if dice.random() < 0.15:
        return dice.choice(slots["person"] + slots["name"])
    noun = dice.choice(slots["noun"]) if dice.random() < 0.8 else word(dice)
    adjective = dice.choice(slots["adj"]) + " " if dice.random() < 0.4 else ""
    text = f"{dice.choice(slots['owner'])} {adjective}{noun}"
    if dice.random() < 0.1:
        text = f"{dice.choice(slots['number'])} {adjective}{plural(dice.choice(slots['noun']))}"
    if dice.random() < 0.12:
        text += f" {dice.choice(slots['preposition'])} {phrase(dice)}"
    return text


def clause(dice: random.Random) -> str:
    """A clause with a subject and a verb, often contracted, in any common tense."""
    slots = _slots()
    verb = dice.choice(slots["verb"])
    if dice.random() < 0.7:
        subject = dice.choice(list(SUBJECTS))
        third, contracted = SUBJECTS[subject]
        be, have, had, will = contracted.split()
    else:
        subject, third = phrase(dice), True
        be, have, had, will = (f"{subject} {x}" for x in ("is", "has", "had", "will"))
    was = "was" if third or subject == "I" else "were"
    negative = "doesn't" if third else "don't"
    adverb = dice.choice(slots["adv"])
    tense = dice.randrange(14)
    start = {
        0: f"{subject} {form(verb, 'verbs') if third else verb}",
        1: f"{subject} {form(verb, 'verbed')}",
        2: f"{be} {form(verb, 'verbing')}",
        3: f"{be} not {form(verb, 'verbing')}",
        4: f"{have} {form(verb, 'verben')}",
        5: f"{had} {verb if subject in SUBJECTS else form(verb, 'verben')}",
        6: f"{will} {verb}",
        7: f"{subject} {negative} {verb}",
        8: f"{subject} {dice.choice(slots['modal'][:-2])} {verb}",
        9: f"{subject} {was}{dice.choice(NEGATED)} {form(verb, 'verbing')}",
        10: f"{be} {dice.choice(slots['adj'] + slots['feel'])}",
        11: f"{subject} {was} {adverb} {dice.choice(slots['adj'] + slots['feel'])}",
        12: f"{subject} {form(verb, 'verbed')} {adverb}",
        13: f"{be} {dice.choice(['going to', 'trying to', 'about to', 'able to'])} {verb}",
    }[tense]
    if tense not in (10, 11) and dice.random() < 0.6:
        start += " " + (dice.choice(slots["object"]) if dice.random() < 0.4 else phrase(dice))
    if dice.random() < 0.3:
        start += " " + dice.choice(slots[dice.choice(["time", "place", "adv", "event"])])
    return start


def framed(dice: random.Random) -> str:
    """A frame with its slots filled."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        slot, slots = name.lower(), _slots()
        if slot in slots:
            text = dice.choice(slots[slot])
        elif slot.startswith("verb"):
            text = form(dice.choice(slots["verb"]), slot)
        elif slot == "nouns":
            text = plural(dice.choice(slots["noun"]))
        else:
            text = {"word": word, "clause": clause, "phrase": phrase}[slot](dice)
        return text[0].upper() + text[1:] if name[0].isupper() else text

    return re.sub(r"\{(\w+)\}", fill, dice.choice(_frames()))


def swapped(dice: random.Random) -> str:
    """A filled frame with some words exchanged: natural melody, unforeseeable words."""
    words = framed(dice).split()
    for place, old in enumerate(words):
        if dice.random() < 0.25 and old.isalpha() and old.islower():
            words[place] = word(dice)
    return " ".join(words)


def string(dice: random.Random) -> str:
    """Common words in no order."""
    words = [word(dice) for _ in range(dice.randint(2, 10))]
    if len(words) > 5 and dice.random() < 0.4:
        words[len(words) // 2] += ","
    return " ".join(words) + dice.choice("...?")


def sentence(dice: random.Random) -> str:
    """One sentence, cased and with its punctuation."""
    kind = dice.random()
    text = framed(dice) if kind < 0.65 else swapped(dice) if kind < 0.83 else string(dice)
    text = ARTICLE.sub(r"\1n ", text)
    return text[0].upper() + text[1:]

"""How well the tagger hears: average precision per theme, false flags in plain talk, damage, a producer, and speed.

Run it with `python tests/bench/bench_ear.py [ENCODER]` from the repository; ENCODER is the folder of a sentence encoder
(`python tests/minilm.py FOLDER` makes one). The labelled dialogues in tests/data/ear were written by one hand and
labelled by others who saw neither examples nor scores: `couples`, `helping` and `fresh` (counselling, chats, friends,
ordinary talk) were looked at while the tagger was built; `counsel` and `lives` were written by hands that wrote nothing
else, labelled by two (what both say counts), and were in view only for the last settings. Nothing is fitted to any of
them here, but for the simulated producers, who judge some of the dialogues and are measured on the others.
"""

import json
import random
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

import numpy as np
from sklearn.metrics import average_precision_score

from companion.tagging import asking, fit, model, shelf, tagger, units
from companion.tagging import cues as ear
from companion.tagging.encoder import Encoder, open_encoder
from companion.tagging.examples import Lesson
from companion.tagging.model import Model, probability
from companion.tagging.units import Turn, Unit, turn
from companion.themes import themes
from companion.transcripts import Segment, Source, Transcript

DATA = Path(__file__).parents[1] / "data/ear"
SETS = ("couples", "helping", "fresh", "counsel", "lives")
MAIN = ("validation", "leaning-in")
PUBLIC = {"validation": 0.22, "leaning-in": 0.15}  # the share of turns that show it in the public talk others measured
SLUGS = tuple(themes())
ROUNDS = 300  # of the bootstrap
DAMAGES = 5  # draws of damage that are averaged
PLAIN = 900  # turns that false flags are counted over


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A labelled turn and the turn before it."""

    dialogue: str
    text: str
    before: str
    shows: frozenset[str]


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def labelled(name: str) -> list[Said]:
    """Every turn of a set's dialogues, in order."""
    labels = {(row["dialogue"], row["turn"]): frozenset(row["themes"]) for row in lines(f"{name}/labels.jsonl")}
    said: list[Said] = []
    before, dialogue = "", ""
    for row in lines(f"{name}/dialogues.jsonl"):
        before = before if row["dialogue"] == dialogue else ""
        dialogue = row["dialogue"]
        said.append(
            Said(dialogue=dialogue, text=row["text"], before=before, shows=labels[row["dialogue"], row["turn"]])
        )
        before = row["text"]
    return said


@contextmanager
def only(kinds: str) -> Iterator[None]:
    """Within this block units have the features of these kinds alone (the first letters of their names)."""

    def filtered(turns: Sequence[Turn], cues: ear.Cues) -> list[units.Said]:
        def kept(unit: Unit) -> Unit:
            features = {name: value for name, value in unit.features.items() if name[0] in kinds}
            return Unit(features=features, cues=unit.cues)

        return [
            units.Said(sentences=tuple(map(kept, said.sentences)), whole=kept(said.whole))
            for said in units.units(turns, cues)
        ]

    with ExitStack() as stack:
        for module in (fit, model):
            stack.enter_context(patch.object(module, "units", filtered))
        yield


def logits(judge: Model, said: Sequence[Said], encoder: Encoder | None = None) -> np.ndarray:
    """A row per turn, a column per theme."""
    scored = judge.score([turn(one.text, one.before) for one in said], ear.cues(), encoder)
    return np.array([[row[theme].best.logit for theme in SLUGS] for row in scored])


def cue_scores(said: Sequence[Said]) -> np.ndarray:
    judged = units.units([turn(one.text, one.before) for one in said], ear.cues())
    return np.array([[row.whole.features.get(f"c:{theme}", 0.0) for theme in SLUGS] for row in judged])


def truth(said: Sequence[Said]) -> np.ndarray:
    return np.array([[theme in one.shows for theme in SLUGS] for one in said])


def ap(said: Sequence[Said], table: np.ndarray, theme: str, share: float | None = None) -> float:
    """Average precision; with a `share`, as if that share of the turns showed the theme."""
    column = SLUGS.index(theme)
    answers = truth(said)[:, column]
    weights = None
    if share is not None:
        weights = np.where(answers, share / answers.mean(), (1 - share) / (1 - answers.mean()))
    return float(average_precision_score(answers, table[:, column], sample_weight=weights))


def interval(said: Sequence[Said], table: np.ndarray, theme: str) -> tuple[float, float]:
    """The 95 % interval of AP by bootstrap over whole dialogues."""
    column, draw = SLUGS.index(theme), random.Random(7)
    answers, scores = truth(said)[:, column], table[:, column]
    names = sorted({one.dialogue for one in said})
    rows = {name: [at for at, one in enumerate(said) if one.dialogue == name] for name in names}
    found = []
    for _ in range(ROUNDS):
        drawn = [at for name in draw.choices(names, k=len(names)) for at in rows[name]]
        if answers[drawn].any():
            found.append(average_precision_score(answers[drawn], scores[drawn]))
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def damaged(text: str, draw: random.Random, share: float = 0.1) -> str:
    """The text as a poor recogniser might have it: no case, no punctuation, a share of words changed or lost."""
    words = []
    for word in "".join(c for c in text.lower() if c.isalnum() or c in "'’ ").split():
        if draw.random() >= share:
            words.append(word)
        elif (kind := draw.random()) < 0.6 and len(word) > 1:
            at = draw.randrange(len(word))
            words.append(word[:at] + draw.choice("aeioustnrl") + word[at + 1 :])
        elif kind < 0.8:
            words.append(draw.choice(["the", "a", "to", "is", "of", "and"]))
    return " ".join(words)


def produced(said: Sequence[Said], theme: str, judge: Model, n: int = 60) -> tuple[float, float, int]:
    """AP on dialogues nobody judged, before and after `n` verdicts on proposals of the others; both halves."""
    names = sorted({one.dialogue for one in said})
    random.Random(3).shuffle(names)
    before, after, given = [], [], 0
    for part in (0, 1):
        seen = [one for one in said if names.index(one.dialogue) % 2 == part]
        unseen = [one for one in said if names.index(one.dialogue) % 2 != part]
        scores = [probability(logit) for logit in logits(judge, seen)[:, SLUGS.index(theme)]]
        verdicts = [verdict(seen[number], theme) for number in asking.order(scores)[:n]]
        given += len(verdicts)
        before.append(ap(unseen, logits(judge, unseen), theme))
        after.append(ap(unseen, logits(shelf.taught(judge, verdicts), unseen), theme))
    return float(np.mean(before)), float(np.mean(after)), given // 2


def strict(one: Said) -> Said:
    """As a producer labels who has a rule of their own: a line shows something only if the speaker says “I” in it."""
    says = {"i", "i'm", "i've", "i'd", "i'll"} & set(one.text.lower().replace("’", "'").split())
    return one if says else replace(one, shows=frozenset())


def verdict(one: Said, theme: str) -> Lesson:
    yes, no = frozenset({theme}), frozenset[str]()
    shown = theme in one.shows
    return Lesson(text=one.text, before=one.before, shows=yes if shown else no, lacks=no if shown else yes)


def flags(judge: Model) -> dict[str, float]:
    """Plain turns at or above the shortlist's threshold, per 900, by theme."""
    plain = [Said(dialogue="", text=row["text"], before="", shows=frozenset()) for row in lines("plain.jsonl")]
    table = logits(judge, plain)
    return {
        theme: sum(probability(logit) >= judge.thresholds[column] for logit in table[:, column]) * PLAIN / len(plain)
        for column, theme in enumerate(SLUGS)
    }


def hour(said: Sequence[Said]) -> Transcript:
    segments = tuple(
        Segment(start=4.0 * at, end=4.0 * at + 3.8, text=said[at % len(said)].text, speaker="AB"[at % 2], words=())
        for at in range(900)
    )
    return Transcript(episode="hour", source=Source.RECOGNISED, model="bench", language="en", segments=segments)


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def compare(said: Sequence[Said], tables: dict[str, np.ndarray]) -> None:
    """Prints average precision per theme and tagger."""
    print(f"{'theme':28}{'turns':>6}  coin  " + "".join(f"{name:20}" for name in tables))
    for theme in SLUGS:
        count = sum(theme in one.shows for one in said)
        if not count:
            continue
        cells = []
        for table in tables.values():
            low, high = interval(said, table, theme)
            cells.append(f"{ap(said, table, theme):.2f} ({low:.2f}-{high:.2f})")
        print(f"{theme:28}{count:6}  {count / len(said):.2f}  " + "".join(f"{cell:20}" for cell in cells))
    for theme in MAIN:
        cells = [f"{ap(said, table, theme, PUBLIC[theme]):.2f}" for table in tables.values()]
        print(f"{theme + ', as if it were':28}{PUBLIC[theme]:12.2f}  " + "".join(f"{cell:20}" for cell in cells))


def main() -> None:
    """Prints everything."""
    encoder = open_encoder(Path(sys.argv[1])) if len(sys.argv) > 1 else None
    judge = shelf.written()
    sets = {name: labelled(name) for name in SETS}
    tables = {name: {"cues": cue_scores(said)} for name, said in sets.items()}
    for label, kinds in (("words", "w"), ("form", "f"), ("words and form", "wsfbc")):
        with only(kinds):
            fitted = shelf.written()
            for name, said in sets.items():
                tables[name][label] = logits(fitted, said)
    if encoder:
        fitted = shelf.written(encoder)
        for name, said in sets.items():
            tables[name]["and the encoder"] = logits(fitted, said, encoder)
    for name, said in sets.items():
        print(f"{name}: {len(said)} turns, {len({one.dialogue for one in said})} dialogues; AP (95 % by dialogue)")
        compare(said, tables[name])
        print()

    print("flags per 900 plain turns: " + ", ".join(f"{theme} {n:.0f}" for theme, n in flags(judge).items()))
    everything = [one for said in sets.values() for one in said]
    for theme in MAIN:
        whole = ap(everything, logits(judge, everything), theme)
        broken = []
        for seed in range(DAMAGES):
            draw = random.Random(seed)
            worse = [replace(one, text=damaged(one.text, draw), before=damaged(one.before, draw)) for one in everything]
            broken.append(ap(worse, logits(judge, worse), theme))
        told = f"{np.mean(broken):.3f} ({min(broken):.3f}-{max(broken):.3f})"
        print(f"{theme}, 10 % of words damaged, no case or punctuation, {DAMAGES} times: {whole:.3f} -> {told}")
    for who, talk in (
        ("a producer", everything),
        ("a producer with a rule of their own", list(map(strict, everything))),
    ):
        for theme in MAIN:
            before, after, given = produced(talk, theme, judge)
            print(f"{theme}, {given} verdicts of {who}, on dialogues never judged: {before:.3f} -> {after:.3f}")
    talk = hour(everything)
    verdicts = [verdict(one, "validation") for one in everything[:200]]
    print("what one waits for, where nothing else runs:", end=" ")
    print(f"learning from 200 verdicts: {timed(lambda: shelf.taught(judge, verdicts)):.2f} s", end="; ")
    print(f"fitting what is written: {timed(shelf.written):.2f} s", end="; ")
    print(f"900 segments: {timed(lambda: tagger.tag(talk, judge)):.2f} s", end="; ")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if encoder:
        print(f"900 segments with the encoder: {timed(lambda: tagger.tag(talk, fitted, encoder=encoder)):.2f} s")


if __name__ == "__main__":
    main()

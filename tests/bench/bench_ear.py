"""How well the tagger hears: average precision per theme, false flags in plain talk, damage, a producer, and speed.

Run it with `python tests/bench/bench_ear.py` from the repository. The labelled dialogues (tests/data/ear) were written
by one hand and labelled by another who saw neither examples nor scores; nothing is fitted to them here, the simulated
producer excepted, who judges some of the dialogues and is measured on the others.
"""

import json
import random
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from unittest.mock import patch

import numpy as np
from sklearn.metrics import average_precision_score

from companion.tagging import cues as ear
from companion.tagging import fit, model, shelf, tagger, units
from companion.tagging.examples import VERDICT, Lesson
from companion.tagging.model import Model, probability
from companion.tagging.units import Turn, Unit, turn
from companion.themes import themes
from companion.transcripts import Segment, Source, Transcript

DATA = Path(__file__).parents[1] / "data/ear"
SLUGS = tuple(themes())
ROUNDS = 300  # of the bootstrap
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


def labelled() -> list[Said]:
    """Every turn of the dialogues, in order."""
    labels = {(row["dialogue"], row["turn"]): frozenset(row["themes"]) for row in lines("labels.jsonl")}
    said: list[Said] = []
    before, dialogue = "", ""
    for row in lines("dialogues.jsonl"):
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

    def filtered(turns: Sequence[Turn], cues: ear.Cues) -> list[list[Unit]]:
        def kept(unit: Unit) -> Unit:
            features = {name: value for name, value in unit.features.items() if name[0] in kinds}
            return Unit(sentence=unit.sentence, features=features, cues=unit.cues)

        return [[kept(unit) for unit in judged] for judged in units.units(turns, cues)]

    with ExitStack() as stack:
        for module in (fit, model):
            stack.enter_context(patch.object(module, "units", filtered))
        yield


def logits(judge: Model, said: Sequence[Said]) -> np.ndarray:
    """A row per turn, a column per theme."""
    scored = judge.score([turn(one.text, one.before) for one in said], ear.cues())
    return np.array([[row[theme].best.logit for theme in SLUGS] for row in scored])


def cue_scores(said: Sequence[Said]) -> np.ndarray:
    judged = units.units([turn(one.text, one.before) for one in said], ear.cues())
    return np.array([[max(unit.features.get(f"c:{theme}", 0.0) for unit in row) for theme in SLUGS] for row in judged])


def truth(said: Sequence[Said]) -> np.ndarray:
    return np.array([[theme in one.shows for theme in SLUGS] for one in said])


def ap(said: Sequence[Said], table: np.ndarray, theme: str) -> float:
    column = SLUGS.index(theme)
    return float(average_precision_score(truth(said)[:, column], table[:, column]))


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
    """AP on dialogues nobody judged, before and after `n` verdicts on the top proposals of the others; both halves."""
    names = sorted({one.dialogue for one in said})
    random.Random(3).shuffle(names)
    before, after, given = [], [], 0
    for part in (0, 1):
        seen = [one for one in said if names.index(one.dialogue) % 2 == part]
        unseen = [one for one in said if names.index(one.dialogue) % 2 != part]
        scores = logits(judge, seen)[:, SLUGS.index(theme)]
        verdicts = [verdict(seen[number], theme) for number in sorted(range(len(seen)), key=lambda at: -scores[at])[:n]]
        given += len(verdicts)
        before.append(ap(unseen, logits(judge, unseen), theme))
        after.append(ap(unseen, logits(shelf.trained(verdicts), unseen), theme))
    return float(np.mean(before)), float(np.mean(after)), given // 2


def verdict(one: Said, theme: str) -> Lesson:
    yes, no = frozenset({theme}), frozenset[str]()
    shown = theme in one.shows
    return Lesson(
        text=one.text, before=one.before, shows=yes if shown else no, lacks=no if shown else yes, weight=VERDICT
    )


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
    start = process_time()
    work()
    return process_time() - start


def main() -> None:
    """Prints everything."""
    said = labelled()
    judge = shelf.trained(())
    tables = {"cues": cue_scores(said), "words and form": logits(judge, said)}
    for name, kinds in (("words", "w"), ("form", "f"), ("all but before", "wsfc")):
        with only(kinds):
            tables[name] = logits(shelf.trained(()), said)
    print(f"{len(said)} turns in {len({one.dialogue for one in said})} dialogues; average precision (95 % by dialogue)")
    print(f"{'theme':28}{'turns':>6}  coin  " + "".join(f"{name:22}" for name in tables))
    for theme in SLUGS:
        count = sum(theme in one.shows for one in said)
        cells = []
        for table in tables.values():
            low, high = interval(said, table, theme)
            cells.append(f"{ap(said, table, theme):.2f} ({low:.2f}-{high:.2f})")
        print(f"{theme:28}{count:6}  {count / len(said):.2f}  " + "".join(f"{cell:22}" for cell in cells))
    means = [np.mean([ap(said, table, theme) for theme in SLUGS]) for table in tables.values()]
    print(f"{'mean':42}" + "".join(f"{mean:<22.2f}" for mean in means))

    print("\nflags per 900 plain turns: " + ", ".join(f"{theme} {n:.0f}" for theme, n in flags(judge).items()))
    draw = random.Random(5)
    worse = [replace(one, text=damaged(one.text, draw), before=damaged(one.before, draw)) for one in said]
    for theme in ("validation", "leaning-in"):
        whole, broken = ap(said, tables["words and form"], theme), ap(worse, logits(judge, worse), theme)
        print(f"{theme}, 10 % of words damaged, no case or punctuation: {whole:.3f} -> {broken:.3f}")
    for theme in ("validation", "leaning-in"):
        before, after, given = produced(said, theme, judge)
        print(f"{theme}, {given} verdicts of a producer, on dialogues never judged: {before:.3f} -> {after:.3f}")
    talk = hour(said)
    print(f"fitting: {timed(lambda: shelf.trained(())):.2f} s", end="; ")
    print(f"900 segments: {timed(lambda: tagger.tag(talk, judge)):.2f} s of processor time", end="; ")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

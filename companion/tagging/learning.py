"""Learning from people: refit with their verdicts, and compare old with new on verdicts held back from both."""

from collections.abc import Sequence
from dataclasses import dataclass

from companion.tagging import cues as ear
from companion.tagging.encoder import Encoder
from companion.tagging.examples import Lesson
from companion.tagging.fit import as_turn
from companion.tagging.model import Model, probability

HELD_BACK = 5  # every fifth verdict is kept for judging
FEW = 10  # verdicts held back of a theme, below which each of them moves its figures by more than a tenth
_SURE = 0.5  # score from which the tagger is taken to say yes


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How a tagger did on judged lines of one theme; None where nothing was there to measure it on."""

    precision: float | None
    recall: float | None
    ap: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One theme: the number of all `verdicts` and of those `held` back, and how old and new do on the latter."""

    theme: str
    verdicts: int
    held: int
    old: Figures
    new: Figures


def split(lessons: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Verdicts to learn from, and every fifth, to judge by."""
    learnt = [lesson for number, lesson in enumerate(lessons, 1) if number % HELD_BACK]
    return learnt, list(lessons[HELD_BACK - 1 :: HELD_BACK])


def compare(
    old: Model, new: Model, lessons: Sequence[Lesson], encoder: Encoder | None = None
) -> tuple[Comparison, ...]:
    """Old against new for every theme that has verdicts, in the themes' order."""
    _, held = split(lessons)
    tables = [model.score([as_turn(lesson) for lesson in held], ear.cues(), encoder) for model in (old, new)]
    found = []
    for theme in new.themes:
        judged = [number for number, lesson in enumerate(held) if theme in lesson.shows | lesson.lacks]
        answers = [theme in held[number].shows for number in judged]
        before, after = (
            _figures([table[number][theme].best.logit if theme in table[number] else 0.0 for number in judged], answers)
            for table in tables
        )
        if count := sum(theme in lesson.shows | lesson.lacks for lesson in lessons):
            found.append(Comparison(theme=theme, verdicts=count, held=len(judged), old=before, new=after))
    return tuple(found)


def better(comparisons: Sequence[Comparison]) -> bool:
    """True unless the new one is worse on the held-back verdicts: by its AP, averaged over themes that have one."""
    known = measured(comparisons)
    return sum(new for _, new in known) >= sum(old for old, _ in known)


def measured(comparisons: Sequence[Comparison]) -> list[tuple[float, float]]:
    """The AP of old and new for each theme that has one for both: what `better` goes by."""
    pairs = [(one.old.ap, one.new.ap) for one in comparisons]
    return [(old, new) for old, new in pairs if old is not None and new is not None]


def average_precision(scores: Sequence[float], answers: Sequence[bool]) -> float | None:
    """The mean, over the lines that show the theme, of the precision at their rank; equal scores share a rank.

    None where no line shows the theme.
    """
    total = 0.0
    for score, answer in zip(scores, answers, strict=True):
        if answer:
            above = [other for at, other in zip(scores, answers, strict=True) if at >= score]
            total += sum(above) / len(above)
    return total / sum(answers) if any(answers) else None


def _figures(logits: Sequence[float], answers: Sequence[bool]) -> Figures:
    said = [probability(logit) >= _SURE for logit in logits]
    both = sum(yes and answer for yes, answer in zip(said, answers, strict=True))
    return Figures(
        precision=both / sum(said) if any(said) else None,
        recall=both / sum(answers) if any(answers) else None,
        ap=average_precision(logits, answers),
    )

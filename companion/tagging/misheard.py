"""Lines as a poor recogniser or a tired typist has them, so that the tagger learns not to lean on what gets lost."""

import re
from dataclasses import replace
from random import Random

from companion.tagging.examples import Lesson

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LOST = 0.3  # of the words: the share that is misheard, more than will be, for one copy of a line has to teach it
_INSTEAD = ("the", "a", "to", "is", "of", "and", "it", "in")


def misheard(lesson: Lesson) -> Lesson:
    """The lesson without case and punctuation, some of its words and of the turn before lost or changed.

    Always the same for the same.
    """
    return replace(
        lesson,
        text=_damaged(lesson.text, Random(lesson.text)),
        before=_damaged(lesson.before, Random(lesson.before)),
    )


def _damaged(text: str, draw: Random) -> str:
    words = []
    for word in _WORD.findall(text.lower()):
        if draw.random() >= _LOST:
            words.append(word)
        elif len(word) > 2 and draw.random() < 0.5:  # a letter lost
            at = draw.randrange(len(word))
            words.append(word[:at] + word[at + 1 :])
        elif draw.random() < 0.5:
            words.append(draw.choice(_INSTEAD))
    return " ".join(words)

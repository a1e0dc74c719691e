"""Taking turns is structure: who follows whom, how long they speak, and whether the floor was handed over aloud."""

import re
from collections.abc import Sequence

from companion.tagging.sentences import Sentence
from companion.tagging.spoken import spoken

THEME = "taking-turns"
_LONG = 20  # words of a turn that was given room
_HANDED = re.compile(
    r" (?:your turn|you go|go (?:first|ahead|on)|is there more|anything else|did i (?:get|miss)|say back"
    r"|(?:i will|let me) (?:just )?listen|i am listening|your side|hear (?:you|yours)|finish) "
)
_TAKEN = re.compile(
    r" (?:what i heard|i heard you|say (?:that |it )?back|thank you for (?:hearing|listening)|my side) "
)
_STRONG = 1.0  # the logit that structure adds


def floor(turns: Sequence[Sequence[Sentence]], number: int) -> tuple[tuple[str, float], ...]:
    """What the order of turns adds to the logit of turn `number`, as parts.

    A hand-over counts when the other one really takes the floor and keeps it; a giving back when the other one was
    heard out before. Nothing is known where speakers are not.
    """
    speaker = turns[number][0].speaker
    if speaker is None:
        return ()
    said = f" {' '.join(word.text for sentence in turns[number] for word in spoken(sentence.text))} "
    parts = []
    if _HANDED.search(said) and _other_speaks(turns, number + 1, speaker):
        parts.append(("the floor is handed over, and the other one takes it", _STRONG))
    if _TAKEN.search(said) and _other_speaks(turns, number - 1, speaker):
        parts.append(("the other one was heard out before", _STRONG))
    return tuple(parts)


def _other_speaks(turns: Sequence[Sequence[Sentence]], number: int, speaker: str) -> bool:
    if not 0 <= number < len(turns) or turns[number][0].speaker in (None, speaker):
        return False
    return sum(len(sentence.text.split()) for sentence in turns[number]) >= _LONG

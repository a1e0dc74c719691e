"""What the parts of the tagger hand on to each other: reasons (parts), cues heard, and hits."""

from dataclasses import dataclass

from companion.moments import Why


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One reason, in words for people, and its weight."""

    words: str
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """The best cue of `theme` heard in sentence number `sentence`; its weight is 0 to 1."""

    sentence: int
    theme: str
    part: Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Sentence number `sentence` (counted from 0 in the episode) shows `theme`: how surely (0 to 1), and why."""

    sentence: int
    theme: str
    score: float
    why: Why

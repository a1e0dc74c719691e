"""Long talk with a time for every word, and what another run of a recogniser would make of it."""

import random
import tomllib
from dataclasses import replace
from itertools import cycle

from companion.tables import shipped
from companion.transcripts import Segment, Source, Transcript, Word

_APART = 7  # examples that stand beside each other are alike
_ADVERT = "This episode is brought to you by a mattress that is softer than anything you ever said to each other"


def talk(lines: int = 300, speakers: tuple[str | None, ...] = ("Nora", "Dana", "Tom")) -> Transcript:
    """Lines of the tagger's examples, far apart in it, each by the next speaker; three words a second."""
    texts = [row["text"] for row in tomllib.loads(shipped("examples.toml"))["example"]][::_APART][:lines]
    now, segments = 0.0, []
    for text, speaker in zip(texts, cycle(speakers), strict=False):
        words = []
        for one in text.split():
            words.append(Word(start=round(now, 2), end=round(now + 0.3, 2), text=one, probability=0.9))
            now += 0.33
        segments.append(_segment(words, speaker))
        now += 0.8
    return Transcript(episode="e", source=Source.RECOGNISED, model="micro", language="en", segments=tuple(segments))


def heard_again(said: Transcript, *, wrong: float, seed: int, advert: float | None = None) -> Transcript:
    """The same talk, recognised anew: a part of the words is `wrong`, times differ by a tenth of a second.

    `advert` puts forty seconds of something else in at that second.
    """
    chance = random.Random(seed)
    shift, segments = 0.0, []
    for segment in said.segments:
        if advert is not None and segment.start >= advert and not shift:
            shift, texts = 40.0, _ADVERT.split()
            times = (segment.start + index * 2 for index in range(len(texts)))
            words = [
                Word(start=at, end=at + 1, text=text, probability=0.9) for at, text in zip(times, texts, strict=True)
            ]
            segments.append(_segment(words, None))
        words = []
        for word in segment.words:
            moved = replace(
                word, start=max(word.start + shift + chance.uniform(-0.1, 0.1), 0.0), end=word.end + shift + 0.1
            )
            luck = chance.random()
            if luck < wrong * 0.6:
                words.append(replace(moved, text=chance.choice(["the", "uh", "in", "your", "is", "Wayne", "whether"])))
            elif luck < wrong * 0.8:
                words += [moved, replace(moved, text="um", start=moved.end)]
            elif luck > wrong:
                words.append(moved)
        if words:
            segments.append(_segment(words, segment.speaker))
    return replace(said, segments=tuple(segments))


def _segment(words: list[Word], speaker: str | None) -> Segment:
    return Segment(
        start=words[0].start,
        end=max(word.end for word in words),
        text=" ".join(word.text for word in words),
        speaker=speaker,
        words=tuple(words),
    )

"""From recognised words to segments: phrases said over and over are dropped, times put in order, sentences made."""

import re
from collections.abc import Sequence
from dataclasses import replace

from companion.timecode import Span
from companion.transcripts import Segment, Word, ends_sentence

LONGEST_PHRASE = 20  # words; models get stuck on a sentence, not on a page
SAYINGS, WORDS = 4, 8  # a phrase four times on end that fills eight words: people do not, a stuck model does
PAUSE = 1.0  # seconds without a word that end a segment
LONG, LONGEST = 12.0, 24.0  # seconds after which a segment ends at a comma, and at any word


def without_loops(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with every phrase that is said again and again without anything new kept once.

    Speech models get stuck on a phrase over music and noise, with high probabilities; case and punctuation are ignored.
    """
    said = [_plain(word.text) for word in words]
    kept: list[Word] = []
    i = 0
    while i < len(words):
        phrase, times = _loop(said, i)
        kept.extend(words[i : i + phrase])
        i += phrase * times
    return tuple(kept)


def _loop(said: Sequence[str], i: int) -> tuple[int, int]:
    """(words in the phrase, times) of a loop that starts at i, or (1, 1)."""
    for phrase in range(1, LONGEST_PHRASE + 1):
        times = 1
        while said[i + times * phrase : i + (times + 1) * phrase] == said[i : i + phrase]:
            times += 1
        if times >= SAYINGS and times * phrase >= WORDS:
            return phrase, times
    return 1, 1


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())


_CONTRACTED = re.compile(r"['’](?:d|ll|m|re|s|t|ve)[.,;:?!]*", re.IGNORECASE)


def in_order(words: Sequence[Word], span: Span) -> tuple[Word, ...]:
    """The words with times that lie in the span and never run back or overlap; rounded to milliseconds, stripped."""
    ordered: list[Word] = []
    floor = span.start
    for word in words:
        text = word.text.strip()
        if ordered and _CONTRACTED.fullmatch(text):  # some models write “I” and “'ll” as two words
            floor = max(floor, min(word.end, span.end))
            ordered[-1] = replace(ordered[-1], end=round(floor, 3), text=ordered[-1].text + text)
        elif text:
            start = min(max(word.start, floor), span.end)
            floor = min(max(word.end, start), span.end)
            ordered.append(replace(word, start=round(start, 3), end=round(floor, 3), text=text))
    return tuple(ordered)


def sentences(words: Sequence[Word]) -> tuple[Segment, ...]:
    """Segments of one sentence each: they end after . ? !, at a pause, or where they would grow too long to read."""
    found: list[list[Word]] = []
    for i, word in enumerate(words):
        if not i or _ends(found[-1], word):
            found.append([])
        found[-1].append(word)
    return tuple(
        Segment(
            start=group[0].start,
            end=group[-1].end,
            text=" ".join(word.text for word in group),
            speaker=None,
            words=tuple(group),
        )
        for group in found
    )


def _ends(group: Sequence[Word], following: Word) -> bool:
    last = group[-1]
    if following.start - last.end >= PAUSE or following.end - group[0].start > LONGEST:
        return True
    if ends_sentence(last.text):
        return True
    return last.text.endswith((",", ";", ":", "–", "—")) and last.end - group[0].start >= LONG

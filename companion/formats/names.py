"""Speakers named in front of what they say, "Sarah: Welcome back.", the custom of caption files without voices.

The podcast namespace asks SubRip files to name the speaker so, on the first cue after a change
(podcast-namespace, docs/examples/transcripts). Colons stand in ordinary sentences too, so a name must look like one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from companion.formats.cues import Cue, plain_text
from companion.formats.lines import NAMELESS, Line, spread, tidy

_PREFIX = re.compile(
    r"(?:>>+\s*|[-–—]\s*)?(?:\[(?P<label>[^\]:]{1,40})\]|(?P<name>[^\s:<>?!\"][^:<>?!\"]{0,39}?))\s*:(?:\s+|$)"
)
_GENERIC = re.compile(r"(?:speaker|spk|host|guest|voice|interviewer)[ _-]?\w{0,3}", re.IGNORECASE)
_PARTICLES = {"de", "da", "del", "der", "di", "la", "van", "von", "of", "the", "and", "&"}
_ORDINARY = {  # what opens a sentence before a colon without being anybody
    *("note", "notes", "remember", "reminder", "question", "answer", "warning", "example", "tip", "quote", "rule"),
    *("step", "step one", "step two", "first", "second", "third", "one", "two", "three", "number one", "number two"),
    *("so", "but", "and", "because", "again", "here", "today", "listen", "look", "meaning", "translation", "result"),
    *("disclaimer", "spoiler", "update", "music", "sponsor", "welcome", "fact", "truth", "case in point", "ps", "p.s."),
    *("the question", "the answer", "the point", "my question", "i said", "he said", "she said", "they said", "i"),
}


def named_lines(cues: Iterable[Cue]) -> Iterator[Line]:
    """The cues' lines, with names found in front of the text taken off and made speakers.

    Names are believed if the first cue has one or one recurs. A cue in which several people speak gives several lines.
    """
    said = [(cue, [plain_text(line) for line in cue.lines]) for cue in cues]
    names = _names(lines[0] for _, lines in said if lines)
    for cue, lines in said:
        yield from spread(cue.start, cue.end, _parts(lines, names))


def _names(openings: Iterable[str]) -> set[str]:
    found = [_split(opening)[0] for opening in openings]
    counts = Counter(name for name in found if name)
    believed = (found and found[0]) or any(count > 1 for count in counts.values())
    return set(counts) if believed else set()


def _parts(lines: list[str], names: set[str]) -> list[tuple[str | None, str]]:
    parts: list[tuple[str | None, str]] = []
    for line in lines:
        name, text = _split(line)
        if name in names:
            parts.append((name, text))
        elif parts:
            parts[-1] = parts[-1][0], f"{parts[-1][1]} {line}"
        else:
            parts.append((None, line))
    return parts


def _split(line: str) -> tuple[str | None, str]:
    """("Sarah", "Welcome back.") of "Sarah: Welcome back.", else (None, line)."""
    match = _PREFIX.match(line)
    name = tidy(match["label"] or match["name"]) if match else ""
    return (name, line[match.end() :]) if match and _plausible(name) else (None, line)


def _plausible(name: str) -> bool:
    if _GENERIC.fullmatch(name) or name.casefold() in NAMELESS:
        return True
    words = name.split()
    if not 1 <= len(words) <= 5 or name.casefold() in _ORDINARY or not words[0][0].isalpha():
        return False
    return all(map(_name_word, words)) and not words[0][0].islower()


def _name_word(word: str) -> bool:
    if word.casefold() in _PARTICLES:
        return True
    abbreviated = "." not in word or (word.endswith(".") and len(word) <= 5)
    return abbreviated and not word[0].islower() and not any(c in ",;…" for c in word)

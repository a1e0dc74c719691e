"""Running talk to learn from: the labelled dialogues of `editorial/dialogues.txt`, as lessons."""

import re
from collections.abc import Collection

from companion import tables
from companion.errors import ConfigError
from companion.tagging.examples import Lesson

_TURN = re.compile(r"(?P<speaker>[^:{}]{1,40}): (?P<text>[^{}]+?)(?: \{(?P<themes>[^{}]*)\})?")
_SHARE = 3  # of the turns that show nothing, every so manieth is learnt from, and counts for so many
_SHORT = 3  # words, up to which such a turn only answers another


def shipped() -> str:
    """The editorial dialogues as written."""
    return tables.shipped("dialogues.txt")


def parse(text: str, themes: Collection[str]) -> tuple[Lesson, ...]:
    """Lessons from dialogues, described at the top of dialogues.txt: each says something about all `themes`.

    `ConfigError` names the line that can't be read, or whose theme is none.
    """
    lessons, before, plain = [], "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            before = ""
            continue
        said = _TURN.fullmatch(line.strip())
        if said is None:
            raise ConfigError(f"dialogues.txt, line {number}: it should read “Name: what is said {{themes}}”.")
        named = [name.strip() for name in said["themes"].split(",")] if said["themes"] is not None else []
        if strange := [name for name in named if name not in themes]:
            raise ConfigError(f"dialogues.txt, line {number}: the theme {strange[0]!r} is not in themes.toml.")
        shows = frozenset(named)
        counts = not shows and len(said["text"].split()) > _SHORT
        plain += counts
        if shows or (counts and plain % _SHARE == 0):
            lessons.append(
                Lesson(
                    text=said["text"],
                    before=before,
                    shows=shows,
                    lacks=frozenset(themes) - shows,
                    weight=1.0 if shows else _SHARE,
                )
            )
        before = said["text"]
    return tuple(lessons)

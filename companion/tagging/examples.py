"""The lines that the tagger learns from: the written examples and, as lessons, what people decided."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from companion import tables
from companion.errors import ConfigError
from companion.reviews import Decision, Verdict

FEWEST = 3  # lines that show a theme, below which nothing can be learnt
_TABLE = re.compile(r"[ \t]*\[\[\s*example\s*\]\]")
_TEXTS = ("theme", "text", "speaker", "before", "before_speaker")
_SPEAKERS = ("partner", "therapist")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """A line whose answer is known: it shows the themes in `shows` and not those in `lacks`; of others it says nothing.

    `before` is the turn before, empty where unknown; `weight` is how much it counts beside a written example.
    """

    text: str
    before: str
    shows: frozenset[str]
    lacks: frozenset[str]
    weight: float = 1.0


def shipped() -> str:
    """The editorial examples as written."""
    return tables.shipped("examples.toml")


def parse(text: str, themes: Collection[str]) -> tuple[Lesson, ...]:
    """Lessons from TOML text, described at the top of examples.toml; each says something about all `themes`.

    `ConfigError` names the line and what is wrong there, or the theme that has fewer than `FEWEST` lines.
    """
    try:
        rows = tomllib.loads(text).get("example")
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"examples.toml cannot be read: {error}.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError("examples.toml should hold [[example]] tables.")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _TABLE.match(line)]
    lessons = []
    for number, row in enumerate(rows):
        if fault := _fault(row, themes):
            line = lines[number] if len(lines) == len(rows) else f"of example {number + 1}"
            raise ConfigError(f"examples.toml, line {line}: the example {fault}.")
        shows = frozenset([*row.get("also", ()), *([row["theme"]] if row["shows"] else [])])
        lessons.append(
            Lesson(text=row["text"], before=row.get("before", ""), shows=shows, lacks=frozenset(themes) - shows)
        )
    for theme in themes:
        if (count := sum(theme in lesson.shows for lesson in lessons)) < FEWEST:
            raise ConfigError(
                f"examples.toml has {count} lines that show the theme “{theme}”; learning it takes {FEWEST}."
            )
    return tuple(lessons)


def learnt(decision: Decision) -> Lesson:
    """What a person's decision teaches: about its theme, and about the one it shows in truth if they said so."""
    own, none = frozenset({decision.theme}), frozenset[str]()
    accepted = decision.verdict is Verdict.ACCEPT
    instead = frozenset({decision.instead}) if decision.instead else none
    return Lesson(
        text=decision.text,
        before=decision.before,
        shows=own if accepted else instead,
        lacks=none if accepted else own,
    )


def _fault(row: Mapping[str, Any], themes: Collection[str]) -> str | None:
    """What is wrong with a table, None if nothing is."""
    for key in ("theme", "shows", "text", "speaker"):
        if key not in row:
            return f"lacks {key}"
    if unknown := sorted(row.keys() - {*_TEXTS, "shows", "also"}):
        return f"has {', '.join(unknown)}, which nothing reads"
    if wrong := next((key for key in _TEXTS if not isinstance(row.get(key, ""), str)), None):
        return f"has {wrong} = {row[wrong]!r}, which should be a text"
    if not isinstance(row["shows"], bool):
        return f"has shows = {row['shows']!r}, which should be true or false"
    if not row["text"].strip():
        return "has an empty text"
    if any(row.get(key, "partner") not in _SPEAKERS for key in ("speaker", "before_speaker")):
        return f"has a speaker who is none of {', '.join(_SPEAKERS)}"
    named = row.get("also", [])
    if not isinstance(named, list):
        return f"has also = {named!r}, which should be a list of themes"
    if strange := next((theme for theme in [row["theme"], *named] if theme and theme not in themes), None):
        return f"names the theme {strange!r}, which themes.toml does not have"
    if not row["theme"] and row["shows"]:
        return "shows a theme without naming it"
    return None

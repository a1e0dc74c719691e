"""A block for an episode's show notes: its accepted moments with times to press, in Markdown and in HTML.

No line begins with a time: players and this project read such lines as a table of contents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from companion.formats.lines import tidy
from companion.formats.material import Material, exercise, theme_name
from companion.timecode import clock

_HEADING = "Moments to hear again"
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|#]")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """One moment in plain text, title and speaker "" where it has none; `practice` is an exercise and its address."""

    theme: str
    time: str
    page: str
    title: str
    speaker: str
    quote: str
    practice: tuple[str, str] | None


def markdown(material: Material) -> str:
    """A heading and a list; `NotFoundError` if no moment is accepted. Whatever was said stays plain text."""
    lines = [f"**{_HEADING}**", ""]
    for row in _rows(material):
        titled = f", {_plain(row.title)}" if row.title else ""
        by = f"{_plain(row.speaker)}: " if row.speaker else ""
        again = f" Try it: [{_plain(row.practice[0])}]({row.practice[1]})" if row.practice else ""
        lines.append(f"- {_plain(row.theme)} at [{row.time}]({row.page}){titled}. {by}“{_plain(row.quote)}”{again}")
    return "\n".join(lines) + "\n"


def html(material: Material) -> str:
    """The same with the few tags that podcast hosts let through."""
    lines = [f"<p><strong>{_HEADING}</strong></p>", "<ul>"]
    for row in _rows(material):
        titled = f", {escape(row.title)}" if row.title else ""
        by = f"{escape(row.speaker)}: " if row.speaker else ""
        again = f' Try it: <a href="{escape(row.practice[1])}">{escape(row.practice[0])}</a>' if row.practice else ""
        link = f'<a href="{escape(row.page)}">{row.time}</a>'
        lines.append(f"<li>{escape(row.theme)} at {link}{titled}. {by}“{escape(row.quote)}”{again}</li>")
    return "\n".join([*lines, "</ul>"]) + "\n"


def _rows(material: Material) -> Iterator[_Row]:
    for clip in material.accepted():
        practice = exercise(clip)
        yield _Row(
            theme=theme_name(clip),
            time=clock(clip.moment.span.start),
            page=material.moment_page(clip),
            title=tidy(clip.title).rstrip("."),
            speaker=tidy(clip.moment.speaker or ""),
            quote=tidy(clip.moment.quote),
            practice=(practice.title, material.exercise_page(practice)) if practice else None,
        )


def _plain(text: str) -> str:
    """Text that no Markdown reader takes for anything else."""
    return _MARKDOWN.sub(r"\\\g<0>", text)

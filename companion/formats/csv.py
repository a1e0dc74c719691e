"""All moments of an episode as a table for spreadsheets. Source: RFC 4180; OWASP, CSV injection.

The file begins with a byte order mark, without which Excel does not see that it is UTF-8.
"""

import csv
import io
import re

from companion.formats.material import Material, exercise, theme_name

COLUMNS = (
    *("id", "episode", "episode_title", "theme", "theme_name", "state", "start", "end", "title", "speaker", "quote"),
    *("note", "score", "why", "page", "exercise"),
)
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def write(material: Material) -> str:
    """A row for each moment, in order of time; seconds to the millisecond. Text that a spreadsheet would take for a
    formula has an apostrophe before it: one to take away wherever apostrophes and then a sign of a formula begin it."""
    made = io.StringIO()
    made.write("\ufeff")
    table = csv.writer(made, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for clip in material.moments:
        moment, practice = clip.moment, exercise(clip)
        text = (
            *(moment.id, moment.episode, material.episode.title, moment.theme, theme_name(clip), clip.state.value),
            *(clip.title, moment.speaker or "", moment.quote, clip.note, moment.why.told),
            *(material.moment_page(clip), material.exercise_page(practice) if practice else ""),
        )
        *head, title, speaker, quote, note, why, page, try_it = map(_safe, text)
        times = round(moment.span.start, 3), round(moment.span.end, 3)
        table.writerow([*head, *times, title, speaker, quote, note, round(moment.score, 4), why, page, try_it])
    return made.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text

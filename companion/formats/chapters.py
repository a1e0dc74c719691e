"""Chapters for podcast players. Source: podcast namespace, JSON chapters format, version 1.2."""

import json
import math
from collections.abc import Iterator
from typing import Any

from companion.chapters import Chapter
from companion.errors import FeedError
from companion.formats.material import Material, exercise, theme_name, title
from companion.moments import Clip, State

_TITLE = 100  # characters of a moment's words: players show one line


def read(text: str) -> tuple[Chapter, ...]:
    """The chapters of a file that are meant to be listed, in order of time; `FeedError` if it is none.

    Rows without a usable time or title are passed over, as are those that only change the picture (`toc` false).
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"the chapters file is not JSON: {error}.") from error
    rows = document.get("chapters") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise FeedError("the chapters file has no list “chapters”.")
    return tuple(sorted(_listed(rows), key=lambda chapter: chapter.start))


def _listed(rows: list[Any]) -> Iterator[Chapter]:
    for row in rows:
        if not isinstance(row, dict) or row.get("toc") is False:
            continue
        start, title = row.get("startTime"), row.get("title")
        if isinstance(start, bool) or not isinstance(start, int | float) or not isinstance(title, str):
            continue
        if 0 <= start < math.inf and (words := " ".join(title.split())):
            yield Chapter(start=float(start), title=words)


def write(material: Material) -> str:
    """The episode's own chapters, and the accepted moments as silent ones that lead to their exercise.

    `NotFoundError` if there is neither. Times are in seconds, to the millisecond; on one second the chapter is first.
    """
    clips = [clip for clip in material.moments if clip.state is State.ACCEPTED]
    if not material.chapters:
        material.accepted()  # which says what is missing
    rows = [*map(_part, material.chapters), *(_moment(clip, material) for clip in clips)]
    document = {
        "version": "1.2.0",
        "title": material.episode.title,
        "podcastName": material.podcast,
        "chapters": sorted(rows, key=lambda row: row["startTime"]),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _part(chapter: Chapter) -> dict[str, float | str | bool]:
    return {"startTime": round(chapter.start, 3), "title": chapter.title}


def _moment(clip: Clip, material: Material) -> dict[str, float | str | bool]:
    practice = exercise(clip)
    return {
        "startTime": round(clip.moment.span.start, 3),
        "endTime": round(clip.moment.span.end, 3),
        "title": f"{theme_name(clip)}: {title(clip, _TITLE)}",
        "url": material.exercise_page(practice) if practice else material.moment_page(clip),
        "toc": False,
    }

"""Chapters for podcast players. Source: podcast namespace, JSON chapters format, version 1.2."""

import json

from companion.chapters import Chapter
from companion.formats.material import Material, exercise, theme_name, title
from companion.moments import Clip, State

_TITLE = 100  # characters of a moment's words: players show one line


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

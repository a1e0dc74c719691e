"""All moments of an episode as one JSON document, for programs."""

import json

from companion.formats.material import Material, exercise, theme_name
from companion.moments import Clip


def write(material: Material) -> str:
    """The episode and its moments in order of time; times in seconds, to the millisecond; addresses are absolute."""
    episode = material.episode
    document = {
        "podcast": material.podcast,
        "episode": {
            "id": episode.id,
            "guid": episode.guid,
            "title": episode.title,
            "published": episode.published.isoformat() if episode.published else None,
            "seconds": material.seconds,
            "page": material.episode_page(),
        },
        "moments": [_moment(clip, material) for clip in material.moments],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _moment(clip: Clip, material: Material) -> dict[str, object]:
    moment, practice = clip.moment, exercise(clip)
    return {
        "id": moment.id,
        "theme": moment.theme,
        "theme_name": theme_name(clip),
        "state": clip.state.value,
        "start": round(moment.span.start, 3),
        "end": round(moment.span.end, 3),
        "title": clip.title,
        "speaker": moment.speaker,
        "quote": moment.quote,
        "before": moment.before,
        "after": moment.after,
        "note": clip.note,
        "score": round(moment.score, 4),
        "why": moment.why.told,
        "tagger": moment.tagger,
        "page": material.moment_page(clip),
        "plays": material.episode_page(moment.span),
        "exercise": material.exercise_page(practice) if practice else None,
    }

"""An episode with sixty proposals to decide on, for tests of the desk."""

import podcast

from companion.config import Settings
from companion.moments import Moment, Why, moment_id
from companion.store import Store
from companion.store.media import PEAKS
from companion.themes import themes
from companion.timecode import Span
from ingest import audio

EPISODE = podcast.SECOND
HERE = f"/desk/episodes/{EPISODE}"


def propose(settings: Settings, number: int = 60) -> tuple[str, ...]:
    """Puts so many proposals into the second episode, and draws its sound; gives their ids in order of time."""
    made = sorted((_moment(at) for at in range(number)), key=lambda moment: (moment.span.start, moment.theme))
    with Store.open(settings.database) as store:
        store.moments.replace(EPISODE, "tagger-7", tuple(made))
        stored = store.media.get(EPISODE)
        assert stored is not None
        settings.peaks.mkdir(exist_ok=True)
        drawn = settings.peaks / stored.peaks
        if not drawn.exists():
            drawn.write_bytes(audio.peaks(settings.audio / stored.file, rate=PEAKS))
        return tuple(case.moment.id for case in store.reviewing.of_episode(EPISODE))


def _moment(at: int) -> Moment:
    line, theme = at % len(podcast.TALK), list(themes())[at // len(podcast.TALK) * 3 % len(themes())]
    who, start, end, said = podcast.TALK[line]
    return Moment(
        id=moment_id(EPISODE, theme, said),
        episode=EPISODE,
        theme=theme,
        span=Span(start=start, end=end),
        quote=said,
        speaker=who,
        before=podcast.TALK[line - 1][3] if line else "",
        after=podcast.TALK[line + 1][3] if line + 1 < len(podcast.TALK) else "",
        score=round(0.3 + (at * 37 % 60) / 100, 2),
        why=Why(sentence=f"“{said.split(',')[0]}” was heard", parts=(("cue", 0.6), ("form", -0.2))),
        tagger="tagger-7",
    )

"""Episodes as rows of the overview: what is stored of each, put into five stages with a few words for each."""

from dataclasses import dataclass

from companion.feeds import Episode
from companion.store import Stages
from companion.timecode import clock
from companion.transcripts import Source
from companion.wording import count
from web.pages.desk_overview import Row, Sign, Stage
from web.wording import minutes

_TEXTS = {
    Source.RECOGNISED: "recognised",
    Source.PUBLISHED: "as published",
    Source.ALIGNED: "as published, timed",
    Source.EDITED: "gone over",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Moving:
    """What of an episode may be under way: whether an ingest is `running`, and the bytes of audio that have come."""

    running: bool
    downloaded: int | None
    queued: bool


def row(episode: Episode, stages: Stages, moving: Moving, *, hidden: str) -> Row:
    """One episode; `hidden` says why the public doesn't see it, and is empty if it does."""
    failed = {failure.stage for failure in stages.failures}
    here = stages.seconds is not None or stages.transcript is not None
    reviewed = _reviewed(stages)
    return Row(
        episode=episode,
        seconds=stages.seconds or episode.duration,
        stages=(
            _audio(episode, stages, moving, failed),
            _transcript(stages, moving, failed),
            _suggestions(stages),
            reviewed,
            _public(here, hidden),
        ),
        reviewed=reviewed,
        left=stages.left,
        failures=stages.failures,
        queued=moving.queued,
        begun=here or bool(failed) or moving.queued or moving.downloaded is not None,
    )


def _audio(episode: Episode, stages: Stages, moving: Moving, failed: set[str]) -> Stage:
    name = "Audio"
    if stages.seconds is not None:
        return Stage(name=name, sign=Sign.DONE, says=minutes(stages.seconds))
    if moving.running and moving.downloaded is not None:
        total = episode.enclosure.length if episode.enclosure and episode.enclosure.length else 0
        says = f"{moving.downloaded / 1e6:.1f}{f' of {total / 1e6:.1f}' if total else ''} MB"
        return Stage(name=name, sign=Sign.NOW, says=says, done=min(moving.downloaded, total), total=total)
    if "audio" in failed:
        return Stage(name=name, sign=Sign.WRONG, says="failed")
    return Stage(name=name, sign=Sign.YET, says="not fetched" if episode.enclosure else "none in the feed")


def _transcript(stages: Stages, moving: Moving, failed: set[str]) -> Stage:
    name = "Transcript"
    if stages.transcript is not None:
        return Stage(name=name, sign=Sign.DONE, says=_TEXTS[Source(stages.transcript)])
    if stages.heard and stages.seconds:
        how_far = f"{clock(stages.heard)} of {clock(stages.seconds)}"
        sign = Sign.NOW if moving.running else Sign.WRONG if "transcript" in failed else Sign.YET
        return Stage(name=name, sign=sign, says=how_far, done=stages.heard, total=stages.seconds)
    if failed & {"transcript", "published transcript"}:
        return Stage(name=name, sign=Sign.WRONG, says="failed")
    return Stage(name=name, sign=Sign.YET, says="not yet")


def _suggestions(stages: Stages) -> Stage:
    if stages.tagged is not None:
        return Stage(name="Tagged", sign=Sign.DONE, says=count(stages.moments, "moment"))
    return Stage(name="Tagged", sign=Sign.YET, says="not yet")


def _reviewed(stages: Stages) -> Stage:
    name = "Reviewed"
    if not stages.moments:
        return Stage(name=name, sign=Sign.YET, says="nothing to decide" if stages.tagged else "not yet")
    sign = Sign.DONE if not stages.left else Sign.NOW if stages.reviewed else Sign.YET
    says = f"{stages.reviewed} of {stages.moments}"
    return Stage(name=name, sign=sign, says=says, done=stages.reviewed, total=stages.moments)


def _public(here: bool, hidden: str) -> Stage:
    name = "Published"
    if hidden or not here:
        return Stage(name=name, sign=Sign.YET, says=hidden or "nothing to show yet")
    return Stage(name=name, sign=Sign.DONE, says="on the site")

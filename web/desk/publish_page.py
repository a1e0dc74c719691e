"""The desk's page of publishing and protecting an episode, put together from the store."""

from bisect import bisect_left
from collections.abc import Mapping

from companion.errors import InvalidError, NotFoundError
from companion.moments import Moment, State
from companion.silencing import ready
from companion.timecode import Span, exact, parse_time
from companion.users import Role
from companion.wording import shortened
from web import links
from web.cards import in_time
from web.desk.desk import Desk
from web.pages.desk_publish import Down, Goes, PublishPage
from web.pages.parts import MomentCard

_SPOKEN = 600  # letters of the words that a stretch takes out
_AROUND = 3.0  # seconds before and after it whose words are shown, too: an edge may have to go there
_TIMED = 1000  # words whose times are told: edges snap to them


def page(desk: Desk, episode_id: str, *, typed: Mapping[str, str] = {}, trouble: str = "", at: str = "") -> PublishPage:
    """The page; `typed` is what a form of the section `at` came with, shown again, `trouble` what is wrong with it."""
    episode, store = desk.cards.episode(episode_id), desk.store
    protection, audio = store.protection, store.media.get(episode_id)
    redactions = protection.redactions(episode_id)
    clips = store.moments.of_episode(episode_id)
    gone = {one.subject: one for one in protection.taken_down(episode_id)}
    return PublishPage(
        site=desk.site,
        user=desk.user,
        csrf=desk.csrf,
        episode=episode,
        producer=desk.user.may(Role.PRODUCER),
        draft=protection.is_draft(episode_id),
        left=sum(clip.state is State.PROPOSED for clip in clips),
        accepted=sum(clip.state is State.ACCEPTED for clip in clips),
        shown=desk.settings.proposals == "shown",
        down=protection.takedown(episode_id),
        moments_down=tuple(Down(takedown=one, card=_card(desk, one.subject)) for one in gone.values()),
        caution=protection.caution(episode_id),
        redactions=tuple(one for one in redactions if not one.opening),
        opening=next((one for one in redactions if one.opening), None),
        waiting=not ready(desk.settings, store, episode_id),
        sound=links.desk_audio(episode_id) if audio else "",
        peaks=links.peaks(episode_id) if audio else "",
        seconds=audio.seconds if audio else episode.duration or 0.0,
        said=_said(desk, episode_id, typed, [clip.moment for clip in clips if clip.state is State.ACCEPTED]),
        seen=tuple(clip.moment for clip in in_time(clips) if clip.moment.id not in gone),
        trouble=trouble,
        troubled=at,
        typed={name: typed.get(name, "") for name in ("start", "end", "reason", "text", "what", "marker")},
    )


def stretch(typed: Mapping[str, str]) -> Span:
    """The stretch typed as two times, such as 83, 1:23 or 1h2m3s; `InvalidError` says what is wrong with it."""
    if not typed.get("start", "").strip() or not typed.get("end", "").strip():
        raise InvalidError("Say where it begins and where it ends, such as 1:23 and 1:31.")
    start, end = parse_time(typed["start"]), parse_time(typed["end"])
    if end <= start:
        raise InvalidError(f"It must end after it begins, not begin at {exact(start)} and end at {exact(end)}.")
    return Span(start=start, end=end)


def _said(desk: Desk, episode_id: str, typed: Mapping[str, str], accepted: list[Moment]) -> Goes | None:
    """What is said at the stretch that the address asks for, so that nobody takes out what they did not mean."""
    try:
        span = stretch(typed)
    except InvalidError:
        return None
    around = Span(start=max(span.start - _AROUND, 0.0), end=span.end + _AROUND)
    near = [word for segment in desk.store.transcripts.between(episode_id, around) for word in segment.words]
    near = [word for word in near if around.start <= (word.start + word.end) / 2 < around.end]
    middles = [(word.start + word.end) / 2 for word in near]
    first, end = bisect_left(middles, span.start), bisect_left(middles, span.end)
    return Goes(
        before=" ".join(word.text for word in near[:first]),
        words=shortened(" ".join(word.text for word in near[first:end]), _SPOKEN),
        after=" ".join(word.text for word in near[end:]),
        times=" ".join(f"{round(word.start * 100)} {round(word.end * 100)}" for word in near[:_TIMED]),
        moments=tuple(moment for moment in accepted if moment.span.overlaps(span)),
    )


def _card(desk: Desk, moment: str) -> MomentCard | None:
    try:
        return desk.cards.moment(desk.store.moments.get(moment))
    except NotFoundError:
        return None

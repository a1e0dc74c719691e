"""From what a person wishes for a moment at the desk to the reviews that say so; pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from companion.cuts import Cut, Talk
from companion.errors import InvalidError
from companion.exercises import exercises
from companion.moments import Moment, Why, moment_id
from companion.reviews import Case, Change, Review, Verdict
from companion.themes import themes
from companion.timecode import Span, clock

PERSON = "a person"  # in the place of the tagger's version, for what it missed
LONGEST_TITLE, LONGEST_NOTE = 128, 2000  # characters


class Act(StrEnum):
    """What can be done with a moment."""

    ACCEPT = "accept"
    REJECT = "reject"
    OPEN = "open"
    THEME = "theme"
    WORDS = "words"
    EDGES = "edges"
    START = "start"
    END = "end"
    WIDEN = "widen"
    WIDEN_BACK = "widen-back"
    NARROW = "narrow"
    NARROW_BACK = "narrow-back"
    SPLIT = "split"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One act by `reviewer` at a time (`at`, UTC), and what they wrote: `exercise` is a slug, "" for none.

    `theme` is a slug, for THEME; `start` and `end` are seconds: both for EDGES, `start` for START and SPLIT, `end` for
    END.
    """

    act: Act
    reviewer: str
    at: datetime
    title: str
    note: str
    exercise: str
    theme: str | None = None
    start: float | None = None
    end: float | None = None


_VERDICTS = {Act.ACCEPT: Verdict.ACCEPT, Act.REJECT: Verdict.REJECT, Act.OPEN: Verdict.OPEN}
_STEPS = {Act.WIDEN, Act.WIDEN_BACK, Act.NARROW, Act.NARROW_BACK}


def changes(wish: Wish, case: Case, talk: Callable[[], Talk], length: float | None) -> tuple[Change, ...]:
    """The reviews that carry a wish out; none where it changes nothing.

    `talk` is asked for only if words are cut; `length` is the recording's. `InvalidError` says what can't be done, and
    why.
    """
    return tuple(change for change in _wished(wish, case, talk, length) if not _says_nothing(change, case))


def _wished(wish: Wish, case: Case, talk: Callable[[], Talk], length: float | None) -> tuple[Change, ...]:
    current = _current(wish, case)
    if wish.act in _VERDICTS:
        verdict = _VERDICTS[wish.act]
        instead = current.instead if verdict is Verdict.REJECT else None
        return (Change(review=replace(current, verdict=verdict, instead=instead), seen=case.seen),)
    if wish.act is Act.WORDS:
        return (Change(review=current, seen=case.seen),)
    if wish.act is Act.THEME:
        return _as_theme(wish, case, current)
    words = talk()
    if wish.act is Act.SPLIT:
        return _split(wish, case, current, words)
    start, end = _edges(wish, case.span, words)
    if wish.act in _STEPS and Span(start=start, end=end) == case.span:  # there is no sentence more, or none to spare
        return (Change(review=current, seen=case.seen),)
    cut = words.cut(start, _within(end, start, length), speaker=case.moment.speaker)
    return (Change(review=replace(current, span=cut.span, quote=cut.quote), seen=case.seen),)


def _says_nothing(change: Change, case: Case) -> bool:
    """Whether a review would say what stands already: were it made, taking it back would change nothing either."""
    if change.made is not None:
        return False
    now = change.review
    before = case.review or Review(moment=now.moment, verdict=Verdict.OPEN, reviewer="", at=now.at, note="")
    return replace(before, reviewer=now.reviewer, at=now.at) == now


def found(wish: Wish, episode: str, cut: Cut) -> Change:
    """A moment that the tagger missed, accepted."""
    theme = _theme(wish)
    moment = Moment(
        id=moment_id(episode, theme, cut.quote),
        episode=episode,
        theme=theme,
        span=cut.span,
        quote=cut.quote,
        speaker=cut.speaker,
        before=cut.before,
        after=cut.after,
        score=1.0,
        why=Why(sentence=f"{wish.reviewer} heard it", parts=()),
        tagger=PERSON,
    )
    review = _review(wish, moment.id)
    return Change(review=replace(review, verdict=Verdict.ACCEPT), seen=0, made=moment)


def checked(wish: Wish, cut: Cut, length: float | None) -> None:
    """`InvalidError` where a stretch reaches past the recording's end."""
    _within(cut.span.end, cut.span.start, length)


def _review(wish: Wish, moment: str) -> Review:
    if len(wish.title) > LONGEST_TITLE:
        raise InvalidError(f"The title is {len(wish.title)} letters long; {LONGEST_TITLE} fit.")
    if len(wish.note) > LONGEST_NOTE:
        raise InvalidError(f"The note is {len(wish.note)} letters long; {LONGEST_NOTE} fit.")
    if wish.exercise and wish.exercise not in exercises():
        raise InvalidError(f"There is no exercise “{wish.exercise[:40]}”.")
    return Review(
        moment=moment,
        verdict=Verdict.OPEN,
        reviewer=wish.reviewer,
        at=wish.at,
        note=wish.note,
        title=wish.title,
        exercise=wish.exercise or None,
    )


def _current(wish: Wish, case: Case) -> Review:
    """The moment's review as it stands, with the words as they are written now."""
    review = _review(wish, case.moment.id)
    if case.review is None:
        return review
    before = case.review
    return replace(review, verdict=before.verdict, instead=before.instead, span=before.span, quote=before.quote)


def _as_theme(wish: Wish, case: Case, current: Review) -> tuple[Change, ...]:
    """Accepted under another theme: the proposal is rejected and says so, the same words become a moment of the other.

    Its words go with it, to where they are shown.
    """
    theme = _theme(wish)
    if theme == case.moment.theme:
        return (Change(review=replace(current, verdict=Verdict.ACCEPT, instead=None), seen=case.seen),)
    moved = replace(
        case.moment,
        id=moment_id(case.moment.episode, theme, case.quote),
        theme=theme,
        span=case.span,
        quote=case.quote,
        why=Why(sentence=f"{wish.reviewer} heard it; proposed as {themes_name(case.moment.theme)}", parts=()),
        tagger=PERSON,
        score=1.0,
    )
    rejected = replace(current, verdict=Verdict.REJECT, instead=theme, note="", title="", exercise=None)
    accepted = replace(current, moment=moved.id, verdict=Verdict.ACCEPT, instead=None, span=None, quote=None)
    return (
        Change(review=rejected, seen=case.seen),
        Change(review=accepted, seen=0, made=moved),
    )


def _split(wish: Wish, case: Case, current: Review, words: Talk) -> tuple[Change, ...]:
    """Cut in two at a word: the first part stays this moment, the second is one of its own in the same state."""
    at = words.word_start(_needed(wish.start))
    if not case.span.start < at < case.span.end:
        raise InvalidError(
            f"To cut it in two, stop the sound within it: between {clock(case.span.start)} and {clock(case.span.end)}."
        )
    first = words.cut(case.span.start, at, speaker=case.moment.speaker)
    second = words.cut(at, case.span.end)
    rest = replace(
        case.moment,
        id=moment_id(case.moment.episode, case.moment.theme, second.quote),
        span=second.span,
        quote=second.quote,
        speaker=second.speaker,
        before=second.before,
        after=second.after,
    )
    if rest.id == case.moment.id:
        raise InvalidError("Both parts would say the same; cut it at another word.")
    other = replace(current, moment=rest.id, span=None, quote=None, note="", title="", exercise=None)
    return (
        Change(review=replace(current, span=first.span, quote=first.quote), seen=case.seen),
        Change(review=other, seen=0, made=rest),
    )


def _edges(wish: Wish, span: Span, words: Talk) -> tuple[float, float]:
    match wish.act:
        case Act.EDGES:
            return _needed(wish.start), _needed(wish.end)
        case Act.START:
            return words.word_start(_needed(wish.start)), span.end
        case Act.END:
            return span.start, words.word_end(_needed(wish.end))
        case Act.WIDEN | Act.WIDEN_BACK:
            return words.widened(span, back=wish.act is Act.WIDEN_BACK)
        case _:
            return words.narrowed(span, back=wish.act is Act.NARROW_BACK)


def _within(end: float, start: float, length: float | None) -> float:
    if length is not None and (end > length + 1 or start >= length):
        raise InvalidError(f"The recording ends at {clock(length)}; the moment would end at {clock(min(end, 1e6))}.")
    return end if length is None else min(end, length)


def _needed(second: float | None) -> float:
    if second is None:
        raise InvalidError("Say at which time, as 83, 1:23 or 1h2m3s.")
    return second


def _theme(wish: Wish) -> str:
    if wish.theme not in themes():
        raise InvalidError(f"Choose one of the themes; “{(wish.theme or '')[:40]}” is none.")
    return wish.theme


def themes_name(slug: str) -> str:
    """The name of a theme, lower case; the slug of one that is no more."""
    known = themes().get(slug)
    return known.name.lower() if known else slug

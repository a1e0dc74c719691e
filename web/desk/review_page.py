"""The page of an episode's review, from what is stored."""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from companion.cuts import Talk
from companion.deciding import PERSON, Act
from companion.errors import InvalidError
from companion.exercises import exercises
from companion.moments import State
from companion.reviews import Case
from companion.tagging.alike import alike
from companion.themes import themes
from companion.timecode import Span
from companion.transcripts import Transcript
from web import links
from web.cards import theme_of
from web.desk import queue
from web.desk.conversation import conversation
from web.desk.desk import Desk, Form
from web.pages.desk_review import CaseCard, Choice, Missed, Near, ReviewPage, StalePage
from web.pages.parts import Play
from web.public.moments import reasons

LEAD, REST = 3.0, 0.4  # seconds that are heard before and after a moment
_KEYS = "1234567890-="  # of the themes, in their order
_WISHED = {
    "accept": "accept it",
    "reject": "reject it",
    "theme": "accept it as {theme}",
    "open": "leave it undecided",
    "undo": "take your decision back",
    "words": "save what you wrote",
}
_INSISTS = {"words": "save what I wrote"}  # where the person says it otherwise than the page does


class Table:
    """What lies on the desk in one request: an episode, its moments, its words; each read when it is asked for."""

    def __init__(self, desk: Desk, episode: str) -> None:
        self.desk = desk
        self.id = episode

    @property
    def cases(self) -> tuple[Case, ...]:
        """The episode's moments as they stand now."""
        return self.desk.store.reviewing.of_episode(self.id)

    def case(self, moment: str) -> Case:
        """One of them; `InvalidError` if it is not of this episode."""
        case = self.desk.store.reviewing.case(moment)
        if case.moment.episode != self.id:
            raise InvalidError("This moment is of another episode.")
        return case

    @cached_property
    def transcript(self) -> Transcript | None:
        """What is said, None while nobody has written it down."""
        return self.desk.store.transcripts.get(self.id)

    @cached_property
    def talk(self) -> Talk:
        """Its words; `InvalidError` while there are none."""
        if self.transcript is None:
            raise InvalidError("There is no transcript of this episode yet, so no words can be cut.")
        return Talk(self.transcript)

    @property
    def seconds(self) -> float | None:
        """How long the recording is."""
        audio = self.desk.cards.audio(self.id)
        return audio.seconds if audio else None

    @cached_property
    def down(self) -> frozenset[str]:
        """The ids of its moments that were taken down."""
        return frozenset(one.subject for one in self.desk.store.protection.taken_down(self.id))


def page(
    table: Table, view: queue.View, moment: str | None, *, typed: Form | None = None, trouble: str = ""
) -> ReviewPage:
    """The review of an episode, open at a moment or at the first undecided one; `typed` is what a form had in it."""
    desk = table.desk
    episode = desk.cards.episode(table.id)
    everything = table.cases
    known = {case.moment.id for case in everything}
    counted = [case for case in everything if not _another(case)]
    cases = queue.ordered(everything, view, keep=moment)
    at = next((case for case in cases if case.moment.id == moment), None) or queue.following(cases, None)
    at = at or (cases[0] if cases else None)
    current = at.moment.id if at else None
    cards = _cards(table, cases, view, typed if moment in known else None, moment)
    place = next((place for place, card in enumerate(cards) if card.case.moment.id == current), None)
    ahead = queue.following(cases, current)
    audio = desk.cards.audio(table.id)
    all_cards = cards if len(cards) == len(everything) else _cards(table, everything, view, None, None)
    return ReviewPage(
        site=desk.site,
        user=desk.user,
        csrf=desk.csrf,
        episode=episode,
        audio=links.desk_audio(table.id) if audio else None,
        peaks=links.peaks(table.id) if audio and (desk.settings.peaks / audio.peaks).exists() else None,
        cases=cards,
        current=cards[place] if place is not None else None,
        decided=sum(case.state is not State.PROPOSED for case in counted),
        total=len(counted),
        undoable=desk.store.reviewing.undoable(table.id, desk.user.name),
        back=cards[place - 1].href if place else None,
        ahead=queue.href(table.id, view, ahead.moment.id) if ahead and ahead.moment.id != current else None,
        orders=_choices(queue.ORDERS, view.order),
        states=_choices(queue.STATES, view.state),
        filters=_choices({"": "All themes"} | {slug: theme_of(slug).name for slug in _heard(everything)}, view.theme),
        view=view.fields,
        themes=tuple(zip(themes().values(), _KEYS, strict=False)),
        exercises=tuple(exercises().values()),
        turns=conversation(table.transcript, all_cards, current) if table.transcript else (),
        trouble=trouble,
        missed=Missed(
            start=typed.get("start", "") if typed and moment not in known else "",
            end=typed.get("end", "") if typed and moment not in known else "",
        ),
    )


def stale_page(table: Table, view: queue.View, moment: str, act: str, data: Form) -> StalePage:
    """Both verdicts on a moment, and the form that insists: it has seen what is newest now."""
    case = table.case(moment)
    (card,) = _cards(table, (case,), view, None, None)
    if moment != data.get("moment") and act != "undo":  # another theme, of which somebody has decided already
        act = "accept"
    fields = {**data, "act": act, "moment": moment, "seen": str(case.seen)}
    fields.pop("csrf", None)  # a script sends it in a header
    if act == "accept":
        fields.pop("theme-chosen", None)
    fields = {name: value for name, value in fields.items() if not name.startswith("near.")}
    wished = _WISHED.get(act, "change it").format(theme=theme_of(data.get("theme-chosen", "")).name.lower())
    return StalePage(
        site=table.desk.site,
        user=table.desk.user,
        csrf=table.desk.csrf,
        episode=table.desk.cards.episode(table.id),
        card=card,
        wished=wished,
        insists=_INSISTS.get(act, wished),
        written=_written(case, data) if act == Act.WORDS else (),
        fields=tuple(fields.items()) if act != "undo" else (),
        back=card.href,
    )


def _written(case: Case, data: Form) -> tuple[tuple[str, str, str], ...]:
    """What differs between the words of a moment and those that somebody wanted to give it: (name, theirs, yours)."""
    review, known = case.review, exercises()
    theirs = (review.title, review.note, review.exercise or "") if review else ("", "", "")
    yours = tuple(data.get(name, "").strip() for name in ("title", "note", "exercise"))
    rows = zip(("Title", "Note", "Exercise"), theirs, yours, strict=True)
    return tuple(
        (name, *(known[text].title if name == "Exercise" and text in known else text for text in both))
        for name, *both in rows
        if both[0] != both[1]
    )


def _cards(
    table: Table, cases: Sequence[Case], view: queue.View, typed: Form | None, moment: str | None
) -> tuple[CaseCard, ...]:
    """Cards in the order of `cases`; the one with the id `moment` with what was `typed` for it."""
    near = _near(cases)
    numbers = accumulate(int(not _another(case)) for case in cases)
    return tuple(
        _card(
            table,
            case,
            0 if _another(case) else number,
            view,
            near[case.moment.id],
            typed if case.moment.id == moment else None,
        )
        for number, case in zip(numbers, cases, strict=True)
    )


def _another(case: Case) -> bool:
    """Whether it was made into a moment of another theme, and is counted there."""
    return bool(case.review and case.review.instead)


def _card(
    table: Table, case: Case, number: int, view: queue.View, near: tuple[Near, ...], typed: Form | None
) -> CaseCard:
    parts = reasons(case.moment.why)
    review = case.review
    written = typed or {
        "title": review.title if review else "",
        "note": review.note if review else "",
        "exercise": (review.exercise or "") if review else "",
    }
    return CaseCard(
        case=case,
        theme=theme_of(case.moment.theme),
        instead=theme_of(review.instead) if review and review.instead else None,
        number=number,
        href=queue.href(table.id, view, case.moment.id) + "#at",
        play=_play(table, case),
        title=written.get("title", ""),
        note=written.get("note", ""),
        exercise=written.get("exercise", ""),
        reasons=parts,
        strongest=max((abs(part.weight) for part in parts), default=1.0),
        near=near,
        by_person=case.moment.tagger == PERSON,
        down=case.moment.id in table.down,
    )


def _play(table: Table, case: Case) -> Play | None:
    audio = table.desk.cards.audio(table.id)
    if audio is None:
        return None
    heard = Span(
        start=max(case.span.start - LEAD, 0.0), end=max(min(case.span.end + REST, audio.seconds), case.span.start)
    )
    return Play(
        audio=links.desk_audio(table.id),
        start=round(heard.start, 2),
        end=round(heard.end, 2),
        words=case.quote,
        by=case.moment.speaker or table.desk.cards.episode(table.id).title,
        theme=theme_of(case.moment.theme),
        page=queue.href(table.id, queue.view({}), case.moment.id),
    )


def _near(cases: Sequence[Case]) -> dict[str, tuple[Near, ...]]:
    """For each moment the undecided ones of its theme that say nearly the same."""
    found: dict[str, tuple[Near, ...]] = {}
    for slug in {case.moment.theme for case in cases}:
        of_theme = [case for case in cases if case.moment.theme == slug]
        for case, places in zip(of_theme, alike([case.quote for case in of_theme]), strict=True):
            others = [of_theme[place] for place in places]
            found[case.moment.id] = tuple(
                Near(case=other, value=str(other.seen)) for other in others if other.state is State.PROPOSED
            )
    return found


def _heard(cases: Sequence[Case]) -> list[str]:
    """The themes that the moments are of, in editorial order."""
    heard = {case.moment.theme for case in cases}
    return [slug for slug in themes() if slug in heard] + sorted(heard - themes().keys())


def _choices(named: dict[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, name=name, chosen=value == chosen) for value, name in named.items())

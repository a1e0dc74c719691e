"""One moment by itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.deciding import PERSON
from companion.errors import NotFoundError
from companion.exercises import Exercise
from companion.moments import Clip, State, Why
from companion.store.search.language import COMMON
from companion.tagging.form import stance
from companion.tagging.model import BASE, REST
from web import around
from web.absolute import origin
from web.deps import READ, Visit
from web.pages.moments import MomentPage, Reason
from web.preview import preview

_REASONS = 6  # bars on the page
_WORDS = re.compile(r"^the (?:cue|words) .*“([^”]+)”$")
_FORM = re.compile(r"^the form “([^”]+)”$")
_GRAMMAR = frozenset({"I", "you", "we", "short", "very short", "long", "denied", "if or because", "told as past"})
_NO_REASONS = (REST, BASE)  # parts that make the sum right and explain nothing


def public(visit: Visit, id: str) -> Clip:
    """A moment that may be shown; `NotFoundError` if there is none, or a person has rejected it."""
    clip = visit.store.moments.get(id)
    if clip.state is State.REJECTED:
        raise NotFoundError("moment", id)
    return clip


@route("/moments/{moment_id:str}", http_method=READ, sync_to_thread=True)
def moment(request: Request, moment_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One moment, why it is one, and its neighbours of the same theme."""
    return visit.show(page_of(request, visit, moment_id))


def page_of(request: Request, visit: Visit, moment_id: str) -> MomentPage:
    """The page of one moment; `NotFoundError` if there is none that may be shown."""
    clip = public(visit, moment_id)
    card, audio = visit.cards.moment(clip), visit.cards.audio(clip.moment.episode)
    stretch = around.stretch(clip.moment, audio)
    before, after = around.lines(clip.moment, visit.store.transcripts.between(clip.moment.episode, stretch))
    previous, next_ = visit.store.examples.neighbours(clip)
    by_person = clip.moment.tagger == PERSON
    parts = reasons(clip.moment.why)
    return MomentPage(
        site=visit.site,
        card=card,
        reviewed=clip.state is State.ACCEPTED,
        by_person=by_person,
        before=before,
        after=after,
        context=around.play(clip.moment, stretch) if card.play else None,
        heard=heard(parts, card.theme.name),
        reasons=tuple(replace(part, what=_FORM.sub(r"the way it is said: \1", part.what)) for part in parts),
        strongest=max((abs(part.weight) for part in parts), default=1.0),
        place=visit.cards.listing(card.episode),
        exercises=_exercises(clip),
        previous=visit.cards.moment(previous) if previous else None,
        next=visit.cards.moment(next_) if next_ else None,
        preview=preview(card, audio, visit.site, origin(request, visit.house.settings)),
    )


def _exercises(clip: Clip) -> tuple[Exercise, ...]:
    """What to try after hearing it: what a person chose for it, then what practises its theme."""
    chosen = practice.exercises().get(clip.exercise or "")
    others = [exercise for exercise in practice.for_theme(clip.moment.theme) if exercise != chosen]
    return (chosen, *others) if chosen else tuple(others)


def reasons(why: Why) -> tuple[Reason, ...]:
    """The strongest parts of the machine's reason that a person can make something of."""
    told = [(what, weight) for what, weight in why.parts if what not in _NO_REASONS and weight]
    told.sort(key=lambda part: -abs(part[1]))
    return tuple(Reason(what=what, weight=weight) for what, weight in told[:_REASONS])


def heard(reasons: tuple[Reason, ...], theme: str) -> str:
    """What made the machine think of a theme, as a sentence for listeners."""
    theme = theme.strip("“”")
    for_it = [reason.what for reason in reasons if reason.weight > 0]
    quoting = [what for what in for_it if what.startswith("the cue ")] or for_it  # a cue is what people recognise
    quotes = (match[1] for what in quoting if (match := _WORDS.match(what)))
    words = list(islice(_told_apart(filter(_tells, quotes)), 2))
    ways = [match[1] for what in for_it if (match := _FORM.match(what)) and match[1] not in _GRAMMAR]
    beside = [what for what in for_it if not what.endswith("”")]
    said = f"the words {' and '.join(f'“{one}”' for one in words)}" if words else ""
    way = f"the way it is said ({ways[0]})" if ways else ""
    causes = " and ".join(filter(None, (said, way))) or (f"{beside[0]}: this" if beside else "")
    if not causes:
        return f"Many small signs together made the machine think of “{theme}”; none of them says it alone."
    return f"{causes[0].upper()}{causes[1:]} made the machine think of “{theme}”."


def _tells(quote: str) -> bool:
    """Whether words tell a listener something by themselves, however much they count."""
    return any(word not in COMMON and stance(word) != "<number>" for word in re.findall(r"\w+", quote.lower()))


def _told_apart(quotes: Iterator[str]) -> Iterator[str]:
    """The quotes of which no earlier one says the same."""
    known: list[str] = []
    for quote in quotes:
        if not any(quote.casefold() in one for one in known):
            known.append(quote.casefold())
            yield quote


HANDLERS: tuple[HTTPRouteHandler, ...] = (moment,)

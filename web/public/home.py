"""The home page, and whether the site is well."""

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion import exercises as practice
from companion.moments import State
from companion.themes import Kind, themes
from web import cards
from web.deps import READ, Visit
from web.pages.home import HomePage
from web.pages.parts import MomentCard

_RECENT = 6  # episodes among which one has moments, unless the companion has fallen behind
_SHORT = 140  # letters a moment on the home page may have, so that it is read at a glance


@route("/", http_method=READ, sync_to_thread=True)
def home(visit: NamedDependency[Visit]) -> Response:
    """What this is, one moment to play, the themes, what is new."""
    counts = visit.store.moments.counts()
    recent = visit.cards.listings(visit.store.feeds.episodes(limit=_RECENT))
    newest = next((card for card in recent if card.marks), recent[0] if recent else None)
    return visit.show(
        HomePage(
            site=visit.site,
            listen=_one_to_hear(visit),
            skills=cards.theme_cards(Kind.SKILL, counts),
            blocks=cards.theme_cards(Kind.BLOCK, counts),
            patterns=cards.theme_cards(Kind.PATTERN, counts),
            newest=newest,
            others=tuple(card for card in recent if card is not newest)[:2],
            prompt=next(filter(None, map(cards.prompt, visit.store.feeds.newest())), None),
            exercises=tuple(practice.exercises().values())[:4],
        )
    )


def _one_to_hear(visit: Visit) -> MomentCard | None:
    """The best moment of a skill that can be played: if there is one, short and with a known speaker."""
    skills = [theme.slug for theme in themes().values() if theme.kind is Kind.SKILL]
    found = [card for slug in skills for card in visit.cards.moments(visit.store.moments.find(theme=slug, limit=5))]
    playable = [card for card in found if card.play]
    return max(
        playable,
        key=lambda card: (
            card.clip.state is State.ACCEPTED,
            card.clip.moment.speaker is not None,  # the podcaster's own words, so no mishearing greets a visitor
            len(card.clip.moment.quote) <= _SHORT,
            card.clip.moment.score,
        ),
        default=None,
    )


@route("/healthz", http_method=READ, sync_to_thread=True)
def healthz(visit: NamedDependency[Visit]) -> Response:
    """Says that the site can read its database."""
    return Response(f"ok {visit.store.version()}\n", media_type="text/plain", headers={"cache-control": "no-store"})


HANDLERS: tuple[HTTPRouteHandler, ...] = (home, healthz)

"""The themes: what can be heard, and one of them with its examples."""

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.themes import Kind, themes
from web import cards
from web.deps import READ, Visit
from web.pages.themes import ThemePage, ThemesPage

_EXAMPLES = 60  # on one page


@route("/themes", http_method=READ, sync_to_thread=True)
def all_themes(visit: NamedDependency[Visit]) -> Response:
    """What can be heard."""
    counts = visit.store.moments.counts()
    return visit.show(
        ThemesPage(
            site=visit.site,
            skills=cards.theme_cards(Kind.SKILL, counts),
            blocks=cards.theme_cards(Kind.BLOCK, counts),
            patterns=cards.theme_cards(Kind.PATTERN, counts),
        )
    )


@route("/themes/{slug:str}", http_method=READ, sync_to_thread=True)
def theme(slug: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """What a theme is, how it sounds, and what to try."""
    shown = themes().get(slug)
    if shown is None:
        raise NotFoundError("theme", slug)
    answers = [themes()[name] for name in shown.answered_by if name in themes()]
    answers += [other for other in themes().values() if slug in other.answered_by]
    return visit.show(
        ThemePage(
            site=visit.site,
            theme=shown,
            answers=tuple(answers),
            moments=visit.cards.moments(visit.store.moments.find(theme=slug, limit=_EXAMPLES)),
            total=visit.store.moments.counts().get(slug, 0),
            exercises=practice.for_theme(slug),
        )
    )


HANDLERS: tuple[HTTPRouteHandler, ...] = (all_themes, theme)

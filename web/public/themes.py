"""The themes: what can be heard, and one of them with its examples."""

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.store import Hosts, Scope
from companion.themes import Contrast, Kind, Theme, contrasts_of, themes
from web import cards, links
from web.deps import READ, Visit
from web.pages.parts import MomentCard
from web.pages.themes import Choice, Pair, Rung, Side, ThemePage, ThemesPage

_EACH = 12  # examples on one rung of the ladder
_RUNGS = (
    ("Clear", "You can hardly miss it."),
    ("In between", "It takes a second listen."),
    ("Subtle", "Half a sentence, a tone, a turn. Some of these may be wrong."),
)
_PARTNER, _THERAPIST = "partner", "therapist"


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
def theme(request: Request, slug: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """What a theme is, how it sounds, and what to try. `?who=partner|therapist` and `?season=` choose examples."""
    shown = themes().get(slug)
    if shown is None:
        raise NotFoundError("theme", slug)
    hosts, scope = visit.store.voices.hosts(), visit.store.examples.scope(slug)
    leading = tuple(sorted(name for name in scope.speakers if _is_among(name, hosts)))
    speakers = _voices(hosts, leading, scope)
    who = request.query_params.get("who")
    who = who if who in speakers else None
    season = next((one for one in scope.seasons if str(one) == request.query_params.get("season")), None)
    found = visit.store.examples.ladder(
        slug, each=_EACH, names=leading, by_names=who == _THERAPIST if who else None, season=season
    )
    examples = visit.cards.moments(tuple(clip for rung in found for clip in rung.clips))
    return visit.show(
        ThemePage(
            site=visit.site,
            theme=shown,
            answers=_answers(shown),
            near=tuple(other for other in themes().values() if other.kind is shown.kind and other != shown),
            pairs=tuple(_pair(visit, contrast) for contrast in contrasts_of(slug)),
            ladder=_ladder(examples, tuple((len(rung.clips), rung.total) for rung in found)),
            speakers=_speakers(slug, speakers, who, season),
            seasons=_seasons(slug, scope.seasons, who, season),
            guessed=leading[0] if leading and not hosts.named else None,
            heard=scope.total,
            shown=len(examples),
            exercises=practice.for_theme(slug),
        )
    )


def _answers(shown: Theme) -> tuple[Theme, ...]:
    answers = [themes()[name] for name in shown.answered_by if name in themes()]
    return (*answers, *(other for other in themes().values() if shown.slug in other.answered_by))


def _ladder(examples: tuple[MomentCard, ...], sizes: tuple[tuple[int, int], ...]) -> tuple[Rung, ...]:
    """The rungs that have any examples; `sizes` are (shown, in all) for each rung of the whole ladder."""
    rungs, rest = [], examples
    for (name, about), (size, total) in zip(_RUNGS, sizes, strict=True):
        if size:
            rungs.append(Rung(name=name, about=about, cards=rest[:size], total=total))
        rest = rest[size:]
    return tuple(rungs)


def _pair(visit: Visit, contrast: Contrast) -> Pair:
    return Pair(
        title=contrast.title,
        difference=contrast.difference,
        skill=_side(visit, contrast.skill),
        block=_side(visit, contrast.block),
    )


def _side(visit: Visit, slug: str) -> Side:
    theme = themes()[slug]
    best = visit.cards.moments(visit.store.moments.find(theme=slug, limit=1))
    return Side(theme=theme, card=best[0] if best else None, line=theme.sounds_like[0])


def _is_among(speaker: str, hosts: Hosts) -> bool:
    """Transcripts often have only the first name of somebody whom the feed names in full."""
    known = [host.casefold() for host in hosts.names]
    return speaker.casefold() in [*known, *(name.split()[0] for name in known if name.split())]


def _voices(hosts: Hosts, leading: tuple[str, ...], scope: Scope) -> dict[str, str]:
    """What can be asked of `who`, with its name: only if somebody leads the talk, and only who is heard."""
    voices = {_PARTNER: "Partners"} if hosts.names and scope.speakers.difference(leading) else {}
    return voices | ({_THERAPIST: f"Therapist ({', '.join(leading)})"} if leading else {})


def _speakers(slug: str, voices: dict[str, str], who: str | None, season: int | None) -> tuple[Choice, ...]:
    if not voices:
        return ()
    return tuple(
        Choice(name=name, href=links.theme(slug, who=one, season=season), chosen=one == who)
        for one, name in ((None, "Everyone"), *voices.items())
    )


def _seasons(slug: str, seasons: tuple[int, ...], who: str | None, season: int | None) -> tuple[Choice, ...]:
    if len(seasons) < 2:
        return ()
    return tuple(
        Choice(
            name=f"Season {one}" if one is not None else "All seasons",
            href=links.theme(slug, who=who, season=one),
            chosen=one == season,
        )
        for one in (None, *seasons)
    )


HANDLERS: tuple[HTTPRouteHandler, ...] = (all_themes, theme)

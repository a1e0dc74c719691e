"""The public pages: each handler reads its input, asks the store, and shows one page."""

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.moments import State
from companion.store import Hit
from companion.themes import Kind, themes
from companion.timecode import Span, parse_fragment
from companion.transcripts import Source
from web import cards, links, pages
from web.deps import READ, Visit
from web.reading import paragraphs

_EPISODES, _HITS, _EXAMPLES = 40, 20, 60  # on one page
_SHORT = 140  # letters a moment on the home page may have, so that it is read at a glance
_SOURCES = {
    Source.RECOGNISED: "Written down by a machine, so a word may be wrong here and there.",
    Source.PUBLISHED: "The podcast's own transcript.",
    Source.ALIGNED: "The podcast's own transcript, timed by machine.",
}


@route("/", http_method=READ, sync_to_thread=True)
def home(visit: NamedDependency[Visit]) -> Response:
    """What this is, one moment to play, the themes, what is new."""
    counts = visit.store.moments.counts()
    episodes = visit.store.feeds.episodes()
    return visit.show(
        pages.HomePage(
            site=visit.site,
            listen=_one_to_hear(visit),
            skills=cards.theme_cards(Kind.SKILL, counts),
            blocks=cards.theme_cards(Kind.BLOCK, counts),
            patterns=cards.theme_cards(Kind.PATTERN, counts),
            newest=tuple(visit.cards.listing(episode) for episode in episodes[:3]),
            prompt=next(filter(None, map(cards.prompt, episodes)), None),
            exercises=tuple(practice.exercises().values())[:4],
        )
    )


def _one_to_hear(visit: Visit) -> pages.MomentCard | None:
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


@route("/search", http_method=READ, sync_to_thread=True)
def search(request: Request, visit: NamedDependency[Visit]) -> Response:
    """What was said where; the address holds the whole state, and no text is an error."""
    text = request.query_params.get("q", "")
    theme = themes().get(request.query_params.get("theme", ""))
    slug = theme.slug if theme else None
    page = _page_number(request)
    found = visit.store.search.query(text, theme=slug, limit=_HITS, offset=(page - 1) * _HITS)

    def of(kind: str) -> list[Hit]:
        return [hit for hit in found.hits if hit.kind == kind]

    more = page * _HITS < found.total
    heard = visit.store.moments.counts()
    return visit.show(
        pages.SearchPage(
            site=visit.site,
            text=text,
            theme=theme,
            themes=tuple(theme for theme in themes().values() if theme.slug in heard or theme.slug == slug),
            total=found.total,
            moments=tuple(map(visit.cards.found_moment, of("moment"))),
            passages=tuple(map(visit.cards.passage, of("passage"))),
            notes=tuple(map(cards.found_notes, of("notes"))),
            previous=links.search(text, theme=slug, page=page - 1) if page > 1 else None,
            next=links.search(text, theme=slug, page=page + 1) if more else None,
        )
    )


@route("/episodes", http_method=READ, sync_to_thread=True)
def episodes(request: Request, visit: NamedDependency[Visit]) -> Response:
    """All episodes, newest first, or one season's."""
    everything = visit.store.feeds.episodes()
    seasons = tuple(sorted({episode.season for episode in everything if episode.season is not None}))
    asked = request.query_params.get("season", "")
    season = next((season for season in seasons if str(season) == asked), None)
    chosen = [episode for episode in everything if season is None or episode.season == season]
    page = _page_number(request)
    shown = chosen[(page - 1) * _EPISODES : page * _EPISODES]
    return visit.show(
        pages.EpisodesPage(
            site=visit.site,
            cards=tuple(visit.cards.listing(episode) for episode in shown),
            seasons=seasons,
            season=season,
            previous=links.episodes(season=season, page=page - 1) if page > 1 else None,
            next=links.episodes(season=season, page=page + 1) if page * _EPISODES < len(chosen) else None,
        )
    )


@route("/episodes/{episode_id:str}", http_method=READ, sync_to_thread=True)
def episode(request: Request, episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One episode: hear it and read along. `?t=` opens it at a second or a stretch."""
    shown = visit.cards.episode(episode_id)
    card = visit.cards.listing(shown)
    moments = visit.cards.moments(visit.store.moments.of_episode(episode_id))
    transcript = visit.store.transcripts.get(episode_id)
    start, end = parse_fragment(request.query_params.get("t", ""))
    if card.seconds is not None and start >= card.seconds:
        start, end = 0.0, None
    asked = Span(start=start, end=end) if end is not None else None
    said = [segment.text for segment in visit.store.transcripts.between(episode_id, asked)] if asked else []
    play = None
    if visit.cards.audio(episode_id):
        play = pages.Play(
            audio=links.audio(episode_id),
            start=start,
            end=end,
            words=" ".join(said) or shown.title,
            by=shown.title if said else visit.site.podcast,
            theme=None,
            page=links.episode(episode_id),
        )
    return visit.show(
        pages.EpisodePage(
            site=visit.site,
            card=card,
            play=play,
            paragraphs=paragraphs(transcript, moments, asked) if transcript else (),
            source=_SOURCES[transcript.source] if transcript else "",
            moments=moments,
            notes=cards.notes(shown),
            prompt=cards.prompt(shown),
        )
    )


@route("/moments/{moment_id:str}", http_method=READ, sync_to_thread=True)
def moment(moment_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One moment, why it is one, and its neighbours of the same theme."""
    clip = visit.store.moments.get(moment_id)
    if clip.state is State.REJECTED:
        raise NotFoundError("moment", moment_id)
    same = visit.store.moments.find(theme=clip.moment.theme)
    place = [other.moment.id for other in same].index(moment_id)
    return visit.show(
        pages.MomentPage(
            site=visit.site,
            card=visit.cards.moment(clip),
            reviewed=clip.state is State.ACCEPTED,
            place=visit.cards.listing(visit.cards.episode(clip.moment.episode)),
            exercises=practice.for_theme(clip.moment.theme),
            previous=visit.cards.moment(same[place - 1]) if place > 0 else None,
            next=visit.cards.moment(same[place + 1]) if place + 1 < len(same) else None,
        )
    )


@route("/themes", http_method=READ, sync_to_thread=True)
def all_themes(visit: NamedDependency[Visit]) -> Response:
    """What can be heard."""
    counts = visit.store.moments.counts()
    return visit.show(
        pages.ThemesPage(
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
        pages.ThemePage(
            site=visit.site,
            theme=shown,
            answers=tuple(answers),
            moments=visit.cards.moments(visit.store.moments.find(theme=slug, limit=_EXAMPLES)),
            total=visit.store.moments.counts().get(slug, 0),
            exercises=practice.for_theme(slug),
        )
    )


@route("/healthz", http_method=READ, sync_to_thread=True)
def healthz(visit: NamedDependency[Visit]) -> Response:
    """Says that the site can read its database."""
    return Response(f"ok {visit.store.version()}\n", media_type="text/plain", headers={"cache-control": "no-store"})


def _page_number(request: Request) -> int:
    """`?page=`, from 1; anything else is the first page."""
    text = request.query_params.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1


HANDLERS: tuple[HTTPRouteHandler, ...] = (
    home,
    search,
    episodes,
    episode,
    moment,
    all_themes,
    theme,
    healthz,
)

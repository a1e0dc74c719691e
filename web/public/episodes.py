"""The list of episodes, and one episode to hear and read."""

from collections import Counter

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.chapters import chapters_in
from companion.feeds import Episode, plain_text
from companion.themes import themes
from companion.timecode import Span, parse_fragment
from companion.transcripts import Source
from companion.wording import shortened
from web import cards, links
from web.deps import READ, Visit, page_number
from web.notes import playable
from web.pages.episodes import EpisodePage, EpisodesPage
from web.pages.parts import MomentCard, Play, ThemeCard
from web.reading import paragraphs, spoken

_EPISODES = 40  # on one page
_ABOUT = 200  # letters of what is told of a page where a link to it is passed on
_SOURCES = {
    Source.RECOGNISED: "Written down by a machine, so a word may be wrong here and there.",
    Source.PUBLISHED: "The podcast's own transcript.",
    Source.ALIGNED: "The podcast's own transcript, timed by machine.",
    Source.EDITED: "Gone over by people, who may have missed a word here and there.",
}


@route("/episodes", http_method=READ, sync_to_thread=True)
def episodes(request: Request, visit: NamedDependency[Visit]) -> Response:
    """All episodes, newest first; those of one season, or with moments of one theme, if asked."""
    everything = visit.store.feeds.order()
    seasons = tuple(sorted({season for _, season in everything if season is not None}))
    asked = request.query_params.get("season", "")
    season = next((season for season in seasons if str(season) == asked), None)
    heard = visit.store.moments.counts()
    known = {slug: theme for slug, theme in themes().items() if slug in heard}
    theme = known.get(request.query_params.get("theme", ""))
    chosen = [id for id, its in everything if season is None or its == season]
    if theme:
        showing = {clip.moment.episode for clip in visit.store.moments.find(theme=theme.slug)}
        chosen = [id for id in chosen if id in showing]
    page = page_number(request)
    shown = chosen[(page - 1) * _EPISODES : page * _EPISODES]
    episodes = {episode.id: episode for episode in visit.store.feeds.some(shown)}
    slug = theme.slug if theme else None
    more = page * _EPISODES < len(chosen)
    return visit.show(
        EpisodesPage(
            site=visit.site,
            seasons=seasons,
            season=season,
            themes=tuple(known.values()),
            theme=theme,
            cards=visit.cards.listings([episodes[id] for id in shown]),
            previous=links.episodes(season=season, theme=slug, page=page - 1) if page > 1 else None,
            next=links.episodes(season=season, theme=slug, page=page + 1) if more else None,
        )
    )


@route("/episodes/{episode_id:str}", http_method=READ, sync_to_thread=True)
def episode(request: Request, episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One episode, to hear and read along: `?t=` asks for a second or a stretch, `?theme=` for one theme's moments."""
    return visit.show(page_of(request, visit, episode_id))


def page_of(request: Request, visit: Visit, episode_id: str) -> EpisodePage:
    """The page of one episode."""
    shown = visit.cards.episode(episode_id)
    card = visit.cards.listing(shown)
    moments = visit.cards.moments(cards.in_time(visit.store.moments.of_episode(episode_id)))
    transcript = visit.store.transcripts.get(episode_id)
    start, end = parse_fragment(request.query_params.get("t", ""))
    if card.seconds is not None and start >= card.seconds:
        start, end = 0.0, None
    asked = Span(start=start, end=end) if end is not None else None
    said = spoken(visit.store.transcripts.between(episode_id, asked), asked) if asked else ""
    chapters = visit.store.parts.get(episode_id) or chapters_in(shown.notes, seconds=card.seconds)
    found = _theme_cards(moments)
    wanted = request.query_params.get("theme")
    return EpisodePage(
        site=visit.site,
        card=card,
        play=_play(visit, shown, start, asked, said),
        asked=asked,
        about=f"“{shortened(said, _ABOUT)}”" if said else shortened(plain_text(shown.notes), _ABOUT) or shown.title,
        chapters=chapters,
        themes=found,
        only=next((theme.theme for theme in found if theme.theme.slug == wanted), None),
        paragraphs=paragraphs(transcript, moments, chapters, asked) if transcript else (),
        source=_SOURCES[transcript.source] if transcript else "",
        moments=moments,
        notes=playable(shown, card.seconds if visit.cards.audio(episode_id) else None),
        prompt=cards.prompt(shown),
        caution=visit.cards.caution(episode_id),
    )


def _play(visit: Visit, shown: Episode, start: float, asked: Span | None, said: str) -> Play | None:
    """What the page's own play sign plays: the asked stretch, with what is said in it, or the episode from `start`."""
    if not visit.cards.audio(shown.id):
        return None
    return Play(
        audio=links.audio(shown.id),
        start=start,
        end=asked.end if asked else None,
        words=said or shown.title,
        by=shown.title if said else visit.site.podcast,
        theme=None,
        page=links.episode(shown.id),
    )


def _theme_cards(moments: tuple[MomentCard, ...]) -> tuple[ThemeCard, ...]:
    """The themes of an episode's moments with how many there are of each, in editorial order."""
    counts = Counter(card.theme.slug for card in moments)
    order = list(themes())
    kinds = {card.theme.slug: card.theme for card in moments}
    ordered = sorted(counts, key=lambda slug: order.index(slug) if slug in order else len(order))
    return tuple(ThemeCard(theme=kinds[slug], moments=counts[slug]) for slug in ordered)


HANDLERS: tuple[HTTPRouteHandler, ...] = (episodes, episode)

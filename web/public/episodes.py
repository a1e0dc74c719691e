"""The list of episodes, and one episode to hear and read."""

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.timecode import Span, parse_fragment
from companion.transcripts import Source
from web import cards, links
from web.deps import READ, Visit, page_number
from web.pages.episodes import EpisodePage, EpisodesPage
from web.pages.parts import Play
from web.reading import paragraphs

_EPISODES = 40  # on one page
_SOURCES = {
    Source.RECOGNISED: "Written down by a machine, so a word may be wrong here and there.",
    Source.PUBLISHED: "The podcast's own transcript.",
    Source.ALIGNED: "The podcast's own transcript, timed by machine.",
}


@route("/episodes", http_method=READ, sync_to_thread=True)
def episodes(request: Request, visit: NamedDependency[Visit]) -> Response:
    """All episodes, newest first, or one season's."""
    everything = visit.store.feeds.episodes()
    seasons = tuple(sorted({episode.season for episode in everything if episode.season is not None}))
    asked = request.query_params.get("season", "")
    season = next((season for season in seasons if str(season) == asked), None)
    chosen = [episode for episode in everything if season is None or episode.season == season]
    page = page_number(request)
    shown = chosen[(page - 1) * _EPISODES : page * _EPISODES]
    return visit.show(
        EpisodesPage(
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
        play = Play(
            audio=links.audio(episode_id),
            start=start,
            end=end,
            words=" ".join(said) or shown.title,
            by=shown.title if said else visit.site.podcast,
            theme=None,
            page=links.episode(episode_id),
        )
    return visit.show(
        EpisodePage(
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


HANDLERS: tuple[HTTPRouteHandler, ...] = (episodes, episode)

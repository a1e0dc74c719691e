"""What is new, as Atom feeds to subscribe to: moments, those of one theme, and episodes."""

from collections.abc import Sequence

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from markupsafe import Markup

from companion.errors import NotFoundError
from companion.feeds import Episode
from companion.moments import State
from companion.store import News
from companion.themes import themes
from companion.wording import shortened
from web import atom, links
from web.absolute import origin
from web.cards import theme_of
from web.deps import READ, Visit
from web.preview import QUOTED

_LATEST = 50  # of each in a feed


@route("/moments/feed.xml", http_method=READ, sync_to_thread=True)
def moments(request: Request, visit: NamedDependency[Visit]) -> Response:
    """New moments of all themes."""
    here = origin(request, visit.house.settings)
    news = [_moment(visit, one, here) for one in visit.store.examples.newest(limit=_LATEST)]
    return _answer(visit, here, of="/moments", page="/themes", title="New moments", news=news)


@route("/themes/{slug:str}/feed.xml", http_method=READ, sync_to_thread=True)
def theme(request: Request, slug: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """New moments of one theme."""
    shown = themes().get(slug)
    if shown is None:
        raise NotFoundError("theme", slug)
    here, page = origin(request, visit.house.settings), links.theme(slug)
    news = [_moment(visit, one, here) for one in visit.store.examples.newest(slug, limit=_LATEST)]
    return _answer(visit, here, of=page, page=page, title=f"{shown.name}: new moments", news=news)


@route("/episodes/feed.xml", http_method=READ, sync_to_thread=True)
def episodes(request: Request, visit: NamedDependency[Visit]) -> Response:
    """New episodes."""
    here = origin(request, visit.house.settings)
    news = [_episode(visit, one, here) for one in visit.store.feeds.episodes(limit=_LATEST)]
    return _answer(visit, here, of="/episodes", page="/episodes", title="New episodes", news=news)


def _answer(visit: Visit, here: str, *, of: str, page: str, title: str, news: Sequence[atom.News]) -> Response[bytes]:
    podcasts = " ".join(feed.url for feed in visit.store.feeds.all())  # two sites' feeds are never the same
    return Response(
        atom.feed(
            name=f"{podcasts} {of}",
            title=f"{title} · {visit.site.podcast or 'The companion'}",
            author=visit.site.podcast or "The companion",
            url=here + links.news(of),
            page=here + page,
            news=news,
        ),
        media_type=atom.TYPE,
        headers=visit.headers,
    )


def _moment(visit: Visit, heard: News, here: str) -> atom.News:
    clip, moment = heard.clip, heard.clip.moment
    episode, theme = visit.cards.episode(moment.episode), theme_of(moment.theme)
    state = "" if clip.state is State.ACCEPTED else " (suggested, not yet reviewed)"
    note = Markup("<p>{}</p>").format(clip.note) if clip.note else ""
    html = Markup('<blockquote><p>{}</p></blockquote>{}<p>{} · <a href="{}">{}</a></p>').format(
        moment.quote,
        note,
        moment.speaker or theme.name,
        here + links.episode(episode.id, moment.span),
        episode.title,
    )
    return atom.News(
        name=f"moment {moment.id}",
        title=f"{theme.name}: “{shortened(moment.quote, QUOTED)}”{state}",
        url=here + links.moment(moment.id),
        updated=heard.since,
        html=str(html),
        about=((theme.slug, theme.name),),
        sound=None,
    )


def _episode(visit: Visit, episode: Episode, here: str) -> atom.News:
    audio = visit.cards.audio(episode.id)
    return atom.News(
        name=f"episode {episode.id}",
        title=episode.title,
        url=here + links.episode(episode.id),
        updated=episode.published,
        html=episode.notes,
        about=(),
        sound=atom.Sound(url=here + links.audio(episode.id), type=audio.type, size=audio.size) if audio else None,
    )


HANDLERS: tuple[HTTPRouteHandler, ...] = (moments, theme, episodes)

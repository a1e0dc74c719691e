"""What is asked for without a link: robots.txt, the sitemap, the icon."""

from collections import defaultdict
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from companion.exercises import exercises
from companion.feeds import Episode
from companion.themes import themes
from web import cards, links
from web.absolute import origin
from web.deps import READ, Visit

_MOST = 50_000  # addresses that a sitemap may have (sitemaps.org)
_ROOMS = ("/", "/episodes", "/themes", "/exercises")


@route("/robots.txt", http_method=READ, sync_to_thread=True)
def robots(request: Request, visit: NamedDependency[Visit]) -> Response:
    """Everything but searches may be read; nothing, where the site asks to be left alone."""
    settings = visit.house.settings
    if settings.noindex:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *", "Disallow: /search", f"Sitemap: {origin(request, settings)}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", media_type="text/plain", headers=visit.headers)


@route("/sitemap.xml", http_method=READ, sync_to_thread=True)
def sitemap(request: Request, visit: NamedDependency[Visit]) -> Response:
    """Every page there is, or as many as a sitemap may have: moments nobody has reviewed are left out first."""
    at = origin(request, visit.house.settings)
    episodes = visit.store.feeds.episodes()
    changed = _changed(visit, episodes)
    pages = [
        *_ROOMS,
        *map(links.theme, themes()),
        *map(links.exercise, exercises()),
        *(links.episode(episode.id) for episode in episodes),
        *(links.week(episode.id) for episode in episodes if cards.prompt(episode)),
        *map(links.moment, visit.store.moments.ids(limit=_MOST)),
    ][:_MOST]
    told = "".join(f"<url><loc>{escape(at + page)}</loc>{changed.get(page, '')}</url>\n" for page in pages)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{told}</urlset>\n'
    )
    return Response(text.encode(), media_type="application/xml", headers=visit.headers)


@route("/favicon.ico", http_method=READ, sync_to_thread=True)
def icon(visit: NamedDependency[Visit]) -> Redirect:
    """The way to the icon, for whoever asks before reading a page that names it."""
    return Redirect(f"{visit.site.static}/icon-180.png", status_code=302)


def _changed(visit: Visit, episodes: tuple[Episode, ...]) -> dict[str, str]:
    """The `lastmod` of each page for which somebody knows: the day of what is newest on it."""
    days: dict[str, list[datetime]] = defaultdict(list)
    for episode in episodes:
        if episode.published:
            for page in (links.episode(episode.id), links.week(episode.id), "/", "/episodes"):
                days[page].append(episode.published)
    for news in visit.store.examples.newest(limit=_MOST):
        moment = news.clip.moment
        if news.since:
            for page in (links.moment(moment.id), links.episode(moment.episode), links.theme(moment.theme), "/"):
                days[page].append(news.since)
    return {page: f"<lastmod>{max(known).astimezone(UTC):%Y-%m-%d}</lastmod>" for page, known in days.items()}


HANDLERS: tuple[HTTPRouteHandler, ...] = (robots, sitemap, icon)

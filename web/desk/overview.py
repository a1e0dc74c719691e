"""The overview of the desk: every episode with its stages, what failed and can be tried again, what is left to do."""

from functools import partial

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from web.deps import page_number
from web.desk.desk import Desk
from web.desk.jobs import Job, Jobs, ingest
from web.desk.live import doing, downloads
from web.desk.rows import Moving, row
from web.pages.desk_overview import FeedRow, OverviewPage, Row, Sign
from web.pages.themes import Choice

_HERE = "/desk"
_EACH = 30  # episodes on a page
_KINDS = {"": "All", "review": "To review", "trouble": "In trouble", "finished": "Reviewed", "new": "Not here yet"}


@get(_HERE, sync_to_thread=True)
def overview(request: Request, desk: NamedDependency[Desk], state: State) -> Response[bytes]:
    """How far everything has come. `?only=review|trouble|finished|new` chooses episodes."""
    jobs: Jobs = state.jobs
    with desk.store.snapshot():
        going_on = doing(desk, jobs)
        rows = _rows(desk, jobs, running=going_on.running)
        feeds = _feeds(desk, jobs)
    kinds = {
        "": rows,
        "review": [one for one in rows if one.left],
        "trouble": [one for one in rows if one.failures],
        "finished": [one for one in rows if one.reviewed.sign is Sign.DONE],
        "new": [one for one in rows if not one.begun],
    }
    waiting = kinds["review"]
    only = request.query_params.get("only", "")
    only, number = only if only in kinds else "", page_number(request)
    return desk.show(
        OverviewPage(
            site=desk.site,
            user=desk.user,
            csrf=desk.csrf,
            now=desk.now,
            doing=going_on,
            left=sum(one.left for one in waiting),
            unfinished=len(waiting),
            begin=waiting[0] if waiting else None,
            feeds=feeds,
            choices=tuple(
                Choice(name=f"{name} {len(kinds[kind])}", href=_address(kind), chosen=kind == only)
                for kind, name in _KINDS.items()
                if kinds[kind] or kind == only
            ),
            rows=tuple(kinds[only][(number - 1) * _EACH : number * _EACH]),
            previous=_address(only, number - 1) if number > 1 else None,
            next=_address(only, number + 1) if len(kinds[only]) > number * _EACH else None,
        )
    )


@post(f"{_HERE}/episodes/{{id:str}}/ingest", sync_to_thread=True)
def bring_in(id: FromPath[str], desk: NamedDependency[Desk], state: State) -> Response[None]:
    """Brings an episode in, or tries once more what failed, as soon as no other ingest is at work."""
    episode = desk.store.feeds.episode(id)
    with desk.store.atomic(shown=False):
        desk.store.work.soon(id, desk.now)  # whichever run comes first takes it, even if the site is stopped before
        desk.note("bring in", episode.title)
    work = partial(ingest, desk.settings, "--episode", id)
    state.jobs.add(Job(of=id, title=f"Bringing in “{episode.title}”", work=work))
    return desk.go(f"{_HERE}#doing")


@post(f"{_HERE}/feeds/{{id:str}}/look", sync_to_thread=True)
def look(id: FromPath[str], desk: NamedDependency[Desk], state: State) -> Response[None]:
    """Reads a feed again and brings its newest episode in."""
    feed = desk.store.feeds.get(id)
    desk.note("look for a new episode", feed.title)
    work = partial(ingest, desk.settings, id, "--latest", "1")
    state.jobs.add(Job(of=id, title=f"Looking for a new episode of “{feed.title}”", work=work))
    return desk.go(f"{_HERE}#doing")


def _rows(desk: Desk, jobs: Jobs, *, running: bool) -> list[Row]:
    store = desk.store
    stages, hidden = store.overview.stages(), store.protection.hidden()
    coming = downloads(desk.settings.audio) if running else {}
    rows = []
    for episode in store.feeds.episodes():
        moving = Moving(running=running, downloaded=coming.get(episode.id), queued=jobs.about(episode.id) is not None)
        rows.append(row(episode, stages[episode.id], moving, hidden=hidden.get(episode.id, "")))
    return rows


def _feeds(desk: Desk, jobs: Jobs) -> tuple[FeedRow, ...]:
    failures = desk.store.overview.failures()
    return tuple(
        FeedRow(feed=feed, failures=failures.get(feed.id, ()), queued=jobs.about(feed.id) is not None)
        for feed in desk.store.feeds.all()
    )


def _address(only: str, page: int = 1) -> str:
    query = [f"only={only}"] * bool(only) + [f"page={page}"] * (page > 1)
    return _HERE + ("?" + "&".join(query) if query else "")


HANDLERS: tuple[HTTPRouteHandler, ...] = (overview, bring_in, look)

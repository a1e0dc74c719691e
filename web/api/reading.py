"""The addresses under /api: everything public, to be read by programs."""

from functools import partial
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.moments import State
from companion.themes import themes as all_themes
from web.absolute import origin
from web.api import answers, made
from web.deps import READ, Visit
from web.errors import PROBLEM
from web.public.moments import public

_T = TypeVar("_T")

Page = Annotated[int, QueryParameter(ge=1, le=100_000, description="Which page, from 1.")]
PerPage = Annotated[int, QueryParameter(ge=1, le=200, description="How many on a page.")]
Season = Annotated[int | None, QueryParameter(ge=0, le=999_999_999, description="Only this season's.")]
Theme = Annotated[str | None, QueryParameter(description="Only this theme's, by its slug.")]

_WRONG = {
    400: ResponseSpec(
        answers.Problem, description="A parameter makes no sense.", media_type=PROBLEM, generate_examples=False
    ),
    404: ResponseSpec(
        answers.Problem, description="There is no such thing.", media_type=PROBLEM, generate_examples=False
    ),
}
_read = partial(route, http_method=READ, sync_to_thread=True, responses=_WRONG)


@_read("/podcast")
def podcast(request: Request, visit: NamedDependency[Visit]) -> Response[answers.Podcast]:
    """What the site is about."""
    return _answer(
        visit,
        answers.Podcast(
            feeds=tuple(map(made.feed, visit.store.feeds.all())),
            episodes=visit.store.feeds.count(),
            moments=visit.store.moments.count(),
            page=f"{_at(request, visit)}/",
        ),
    )


@_read("/episodes")
def episodes(
    request: Request,
    visit: NamedDependency[Visit],
    season: Season = None,
    page: Page = 1,
    per_page: PerPage = 50,
) -> Response[answers.Episodes]:
    """Episodes, newest first."""
    found = visit.store.feeds.episodes(season=season, limit=per_page, offset=(page - 1) * per_page)
    ids = [episode.id for episode in found]
    audio = {one.episode: one for one in visit.store.media.some(ids)}
    heard = visit.store.moments.of_episodes(ids)
    total = visit.store.feeds.count(season=season)
    at = _at(request, visit)
    previous, after = _pages(request, at, page, per_page, total)
    return _answer(
        visit,
        answers.Episodes(
            total=total,
            previous=previous,
            next=after,
            episodes=tuple(
                made.episode(one, audio.get(one.id), visit.cards.caution(one.id), len(heard[one.id]), at)
                for one in found
            ),
        ),
    )


@_read("/episodes/{id:str}")
def episode(request: Request, id: FromPath[str], visit: NamedDependency[Visit]) -> Response[answers.Episode]:
    """One episode."""
    heard = len(visit.store.moments.of_episode(id))
    cards = visit.cards
    found = made.episode(cards.episode(id), cards.audio(id), cards.caution(id), heard, _at(request, visit))
    return _answer(visit, found)


@_read("/episodes/{id:str}/transcript")
def transcript(id: FromPath[str], visit: NamedDependency[Visit]) -> Response[answers.Transcript]:
    """What is said in an episode, with who says it and when."""
    said = visit.store.transcripts.get(visit.cards.episode(id).id)
    if said is None:
        raise NotFoundError("transcript of", id)
    return _answer(
        visit,
        answers.Transcript(
            episode=said.episode,
            source=said.source,
            model=said.model,
            language=said.language,
            segments=said.segments,
        ),
    )


@_read("/moments")
def moments(
    request: Request,
    visit: NamedDependency[Visit],
    theme: Theme = None,
    episode: Annotated[str | None, QueryParameter(description="Only this episode's, by its id.")] = None,
    state_: Annotated[
        answers.Shown | None, QueryParameter(name="state", description="Only those in this state.")
    ] = None,
    page: Page = 1,
    per_page: PerPage = 50,
) -> Response[answers.Moments]:
    """Moments, those that a person agreed to first, then by score."""
    state = State(state_) if state_ else None
    clips = visit.store.moments.find(
        theme=theme, episode=episode, state=state, limit=per_page, offset=(page - 1) * per_page
    )
    total = visit.store.moments.count(theme=theme, episode=episode, state=state)
    titles = {one.id: one.title for one in visit.store.feeds.some({clip.moment.episode for clip in clips})}
    at = _at(request, visit)
    previous, after = _pages(request, at, page, per_page, total)
    return _answer(
        visit,
        answers.Moments(
            total=total,
            previous=previous,
            next=after,
            moments=tuple(
                made.moment(clip, titles[clip.moment.episode], visit.cards.caution(clip.moment.episode), at)
                for clip in clips
            ),
        ),
    )


@_read("/moments/{id:str}")
def moment(request: Request, id: FromPath[str], visit: NamedDependency[Visit]) -> Response[answers.Moment]:
    """One moment."""
    clip = public(visit, id)
    title = visit.cards.episode(clip.moment.episode).title
    caution = visit.cards.caution(clip.moment.episode)
    return _answer(visit, made.moment(clip, title, caution, _at(request, visit)))


@_read("/themes")
def themes(request: Request, visit: NamedDependency[Visit]) -> Response[answers.Themes]:
    """All themes."""
    heard, at = visit.store.moments.counts(), _at(request, visit)
    found = tuple(made.theme(one, heard.get(one.slug, 0), at) for one in all_themes().values())
    return _answer(visit, answers.Themes(themes=found))


@_read("/themes/{slug:str}")
def theme(request: Request, slug: FromPath[str], visit: NamedDependency[Visit]) -> Response[answers.Theme]:
    """One theme."""
    found = all_themes().get(slug)
    if found is None:
        raise NotFoundError("theme", slug)
    return _answer(visit, made.theme(found, visit.store.moments.count(theme=slug), _at(request, visit)))


@_read("/exercises")
def exercises(request: Request, visit: NamedDependency[Visit]) -> Response[answers.Exercises]:
    """All exercises."""
    at = _at(request, visit)
    found = tuple(made.exercise(one, at) for one in practice.exercises().values())
    return _answer(visit, answers.Exercises(exercises=found))


@_read("/search")
def search(
    request: Request,
    visit: NamedDependency[Visit],
    q: Annotated[str, QueryParameter(description="What to look for, as in the site's own search.")] = "",
    theme: Theme = None,
    page: Page = 1,
    per_page: PerPage = 50,
) -> Response[answers.Hits]:
    """What was said where."""
    found = visit.store.search.query(q, theme=theme, limit=per_page, offset=(page - 1) * per_page)
    at = _at(request, visit)
    previous, after = _pages(request, at, page, per_page, found.total)
    hits = tuple(made.hit(one, at) for one in found.hits)
    return _answer(visit, answers.Hits(total=found.total, previous=previous, next=after, hits=hits))


def _at(request: Request, visit: Visit) -> str:
    return origin(request, visit.house.settings)


def _answer(visit: Visit, content: _T) -> Response[_T]:
    return Response(content, headers=visit.headers)


def _pages(request: Request, at: str, page: int, per_page: int, total: int) -> tuple[str | None, str | None]:
    """Where the pages before and after this one are."""
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]

    def address(number: int) -> str:
        return f"{at}{request.url.path}?{urlencode([*rest, ('page', number)])}"

    last = max(-(-total // per_page), 1)
    return (address(min(page - 1, last)) if page > 1 else None), (address(page + 1) if page < last else None)


HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *(podcast, episodes, episode, transcript, moments, moment),
    *(themes, theme, exercises, search),
)

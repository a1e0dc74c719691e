"""The practice pages: exercises, an episode's weekly prompt, and where to go on from there."""

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.resources import Resource, resources
from web import cards
from web.deps import READ, Visit
from web.pages.practise import ExercisePage, ExercisesPage, WeekPage


@route("/exercises", http_method=READ, sync_to_thread=True)
def exercises(visit: NamedDependency[Visit]) -> Response:
    """What to try, and the prompts of the newest episodes."""
    everything = practice.exercises().values()
    prompts = tuple(filter(None, map(cards.prompt, visit.store.feeds.episodes())))
    return visit.show(
        ExercisesPage(
            site=visit.site,
            exercises=tuple(everything),
            themes_of={exercise.slug: tuple(map(cards.theme_of, exercise.themes)) for exercise in everything},
            prompts=prompts[:3],
            resources=_verified(),
        )
    )


@route("/exercises/{slug:str}", http_method=READ, sync_to_thread=True)
def exercise(slug: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One exercise, with moments to hear first."""
    shown = practice.exercises().get(slug)
    if shown is None:
        raise NotFoundError("exercise", slug)
    clips = [clip for name in shown.themes for clip in visit.store.moments.find(theme=name, limit=2)]
    return visit.show(
        ExercisePage(
            site=visit.site,
            exercise=shown,
            themes=tuple(map(cards.theme_of, shown.themes)),
            moments=visit.cards.moments(tuple(clips[:3])),
            resources=_verified(),
        )
    )


@route("/exercises/week/{episode_id:str}", http_method=READ, sync_to_thread=True)
def week(episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """The week's prompt of one episode."""
    prompt = cards.prompt(visit.cards.episode(episode_id))
    if prompt is None:
        raise NotFoundError("weekly prompt of", episode_id)
    clips = sorted(visit.store.moments.of_episode(episode_id), key=lambda clip: -clip.moment.score)
    return visit.show(WeekPage(site=visit.site, prompt=prompt, moments=visit.cards.moments(tuple(clips[:2]))))


def _verified() -> tuple[Resource, ...]:
    return tuple(resource for resource in resources() if resource.verified)


HANDLERS: tuple[HTTPRouteHandler, ...] = (exercises, exercise, week)

"""The practice pages: exercises, an episode's weekly prompt, and where to go on from there."""

from itertools import islice

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.exercises import Step
from companion.moments import Clip, State
from companion.resources import Resource, resources
from companion.themes import Kind
from web import cards
from web.deps import READ, Visit
from web.pages.parts import MomentCard
from web.pages.practise import ExercisePage, ExercisesPage, StepCard, WeekPage

_PROMPTS = 6  # of the newest episodes that have one
_LOOKED_AT = 12  # clearest moments of a theme that one is chosen from for a step
_SHORT = 160  # letters of a moment that is heard between two steps


@route("/exercises", http_method=READ, sync_to_thread=True)
def exercises(visit: NamedDependency[Visit]) -> Response:
    """What to try, and the prompts of the newest episodes."""
    everything = practice.exercises().values()
    prompts = filter(None, map(cards.prompt, visit.store.feeds.newest()))
    return visit.show(
        ExercisesPage(
            site=visit.site,
            exercises=tuple(everything),
            themes_of={exercise.slug: tuple(map(cards.theme_of, exercise.themes)) for exercise in everything},
            prompts=tuple(islice(prompts, _PROMPTS)),
            resources=_verified(),
        )
    )


@route("/exercises/{slug:str}", http_method=READ, sync_to_thread=True)
def exercise(slug: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One exercise, with moments to hear at the steps they belong to."""
    shown = practice.exercises().get(slug)
    if shown is None:
        raise NotFoundError("exercise", slug)
    return visit.show(
        ExercisePage(
            site=visit.site,
            exercise=shown,
            steps=_steps(visit, shown.steps),
            themes=tuple(map(cards.theme_of, shown.themes)),
            resources=_verified(),
        )
    )


@route("/exercises/week/{episode_id:str}", http_method=READ, sync_to_thread=True)
def week(episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """The week's prompt of one episode, as a small exercise of its own."""
    return visit.show(week_of(visit, episode_id))


def week_of(visit: Visit, episode_id: str) -> WeekPage:
    """The page of an episode's prompt; `NotFoundError` if it has none."""
    episode = visit.cards.episode(episode_id)
    prompt = cards.prompt(episode)
    if prompt is None:
        raise NotFoundError("weekly prompt of", episode.title)
    clips = sorted(visit.store.moments.of_episode(episode_id), key=_worth_hearing, reverse=True)
    others = (other for other in map(cards.prompt, visit.store.feeds.newest()) if other and other != prompt)
    return WeekPage(
        site=visit.site,
        prompt=prompt,
        place=visit.cards.listing(episode),
        caution=visit.cards.caution(episode_id),
        moments=visit.cards.moments(tuple(clips[:2])),
        others=tuple(islice(others, 2)),
    )


def _steps(visit: Visit, steps: tuple[Step, ...]) -> tuple[StepCard, ...]:
    """Each step with a moment of the theme it names: one that can be played, short, and not heard a step before."""
    heard: set[str] = set()
    made = []
    for step in steps:
        card = None
        if step.hear:
            found = visit.cards.moments(visit.store.moments.find(theme=step.hear, limit=_LOOKED_AT))
            card = min((one for one in found if one.clip.moment.quote not in heard), key=_unfit, default=None)
        if card:
            heard.add(card.clip.moment.quote)
        made.append(StepCard(text=step.text, hear=card))
    return tuple(made)


def _unfit(card: MomentCard) -> tuple[bool, bool]:
    """Whether a moment is no good between two steps: silent, or long. The clearest of equals comes first anyway."""
    return card.play is None, len(card.clip.moment.quote) > _SHORT


def _worth_hearing(clip: Clip) -> tuple[bool, bool, float]:
    """What helps before what gets in the way, heard by a person before guessed, clear before subtle."""
    return cards.theme_of(clip.moment.theme).kind is Kind.SKILL, clip.state is State.ACCEPTED, clip.moment.score


def _verified() -> tuple[Resource, ...]:
    return tuple(resource for resource in resources() if resource.verified)


HANDLERS: tuple[HTTPRouteHandler, ...] = (exercises, exercise, week)

"""Learning: what the tagger makes of people's verdicts, old against new, and the buttons that make it learn."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from statistics import fmean
from typing import TypeVar

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion.config import Settings
from companion.retraining import Outcome, last_training, open_shelf, retag, retrain
from companion.tagging.examples import learnt
from companion.tagging.learning import FEW, Comparison, measured, split
from companion.tagging.shelf import Shelf, editorial
from companion.wording import count
from web import cards
from web.desk.desk import Desk, Form
from web.desk.jobs import Job, Jobs
from web.desk.live import doing
from web.pages.desk_learning import Judged, LearningPage, ThemeFigures, Version

_T = TypeVar("_T")
_HERE = "/desk/learning"
_TAGGER = "tagger"  # what the jobs are about


@get(_HERE, sync_to_thread=True)
def learning(desk: NamedDependency[Desk], state: State) -> Response[bytes]:
    """How the tagger does, which versions there are, and which of them made the proposals that wait."""
    jobs: Jobs = state.jobs
    shelf = open_shelf(desk.settings)
    used, last = shelf.in_use(), last_training(desk.settings)
    lessons = [learnt(decision) for decision in desk.store.decisions.all()]
    both = sum(len(lesson.shows | lesson.lacks) - 1 for lesson in lessons)
    themes, versions = last.themes if last else (), _versions(desk, shelf, used)
    return desk.show(
        LearningPage(
            site=desk.site,
            user=desk.user,
            csrf=desk.csrf,
            doing=doing(desk, jobs),
            verdicts=len(lessons),
            held=len(split(lessons)[1]),
            last=last,
            made=next((one for one in versions if last and one.name == last.new), None),
            judged=_judged(themes),
            fewest=FEW,
            both=both,
            since=max(len(lessons) + both - sum(one.verdicts for one in themes), 0),
            themes=tuple(
                ThemeFigures(theme=cards.theme_of(one.theme), figures=one, few=one.held < FEW) for one in themes
            ),
            versions=versions,
            behind=sum(one.tagged not in (None, used) for one in desk.store.overview.stages().values()),
            busy=jobs.about(_TAGGER) is not None,
        )
    )


@post(f"{_HERE}/train", sync_to_thread=True)
def train(desk: NamedDependency[Desk], state: State) -> Response[None]:
    """Learns from all verdicts, in the background."""
    desk.note("retrain", "the tagger")
    state.jobs.add(Job(of=_TAGGER, title="Learning from your verdicts", work=partial(_train, desk.settings)))
    return desk.go(f"{_HERE}#doing")


@post(f"{_HERE}/tag", sync_to_thread=True)
def tag(desk: NamedDependency[Desk], state: State) -> Response[None]:
    """Proposes anew with the tagger in use, in the background."""
    desk.note("tag again", "all tagged episodes")
    state.jobs.add(Job(of=_TAGGER, title="Listening to the episodes again", work=partial(_tag, desk.settings)))
    return desk.go(f"{_HERE}#doing")


@post(f"{_HERE}/use", sync_to_thread=True)
def use(data: Form, desk: NamedDependency[Desk]) -> Response[None]:
    """Takes another version from now on."""
    model = open_shelf(desk.settings).use(data.get("version", ""))
    desk.note("use tagger", model.version)
    return desk.go(f"{_HERE}#versions")


def _versions(desk: Desk, shelf: Shelf, used: str) -> tuple[Version, ...]:
    """The versions kept, newest first."""
    made, now = desk.store.overview.taggers(), editorial()
    models = [shelf.get(name) for name in reversed(shelf.names())]
    return tuple(
        Version(
            name=model.version,
            made=shelf.made(model.version),
            verdicts=model.verdicts,
            used=model.version == used,
            stale=model.editorial != now,
            proposals=made.get(model.version, 0),
        )
        for model in models
    )


def _judged(themes: Sequence[Comparison]) -> Judged | None:
    known = measured(themes)
    if not known:
        return None
    old, new = (fmean(values) for values in zip(*known, strict=True))
    few = all(one.held < FEW for one in themes if measured((one,)))
    return Judged(old=old, new=new, themes=len(known), few=few)


def _train(settings: Settings) -> str:
    done = _apart(retrain, settings)
    return {
        Outcome.TAKEN: "A new version is in use now.",
        Outcome.WORSE: "The new version is worse on the verdicts held back, so the one before stays in use.",
        Outcome.SAME: "There was nothing new to learn from.",
    }[done.outcome]


def _tag(settings: Settings) -> str:
    done = _apart(retag, settings)
    proposed = count(done.proposals, "moment")
    return f"It proposes {proposed} in {count(done.episodes, 'episode')}; your verdicts are as they were."


def _apart(work: Callable[[Settings], _T], settings: Settings) -> _T:
    """Done in a process of its own: fitting keeps a processor busy, and the site must go on answering."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, settings).result()


HANDLERS: tuple[HTTPRouteHandler, ...] = (learning, train, tag, use)

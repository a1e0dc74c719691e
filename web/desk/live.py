"""What goes on in the background, and the news of it as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import blake2b
from pathlib import Path

from litestar import get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import ServerSentEvent, ServerSentEventMessage

from companion.config import Settings
from companion.running import held
from web.deps import STREAMED, House
from web.desk.desk import Desk
from web.desk.jobs import Jobs
from web.pages.desk_overview import Doing

_LOOK = 0.7  # seconds between looks
_QUIET = 20  # looks without news after which a sign of life is sent
_LONGEST = 400  # looks after which the browser has to ask anew: whether it still may is seen then


@get("/desk/live", opt=STREAMED)
async def live(state: State) -> ServerSentEvent:
    """An event whenever something has changed, its data the new `key`; ends when the visitor goes, or the site does."""
    return ServerSentEvent(_news(state.house, state.jobs))


async def _news(house: House, jobs: Jobs) -> AsyncIterator[ServerSentEventMessage]:
    told, quiet = "", 0
    for _ in range(_LONGEST):
        if jobs.closing:
            return
        version = (await house.stores.version()).rpartition(".")[2]  # costs one read of a row
        now = _key(int(version), jobs, house.settings)
        quiet += 1
        if now != told:
            yield ServerSentEventMessage(data=now, event="change")
            told, quiet = now, 0
        elif quiet >= _QUIET:
            yield ServerSentEventMessage(comment="nothing new")
            quiet = 0
        await asyncio.sleep(_LOOK)


def doing(desk: Desk, jobs: Jobs) -> Doing:
    """What goes on just now, in sentences."""
    running = held(desk.settings.lock)
    says = [f"{jobs.now.title}…"] if jobs.now else ["An ingest that was started elsewhere is at work…"] * running
    last = jobs.last
    return Doing(
        key=_key(desk.store.version(), jobs, desk.settings),
        running=running,
        says=(*says, *(f"{job.title}: waits for its turn." for job in jobs.waiting)),
        ended=f"{last.job.title}: {'done' if last.well else 'it did not work'}. {last.says}" if last else "",
        well=last is None or last.well,
    )


def downloads(audio: Path) -> dict[str, int]:
    """How many bytes have come of each episode whose audio is not whole yet, by its id."""
    found = {}
    for part in audio.glob("*.part"):
        try:
            found[Path(part.stem).stem] = part.stat().st_size
        except FileNotFoundError:  # it has just become whole
            continue
    return found


def _key(version: int, jobs: Jobs, settings: Settings) -> str:
    """A name for all that pages show of what goes on: the database, the jobs, a running ingest and its downloads."""
    running = held(settings.lock)
    coming = sorted(downloads(settings.audio).items()) if running else []
    told = repr((version, running, coming, jobs.now, jobs.waiting, jobs.last))
    return blake2b(told.encode(), digest_size=8).hexdigest()


HANDLERS: tuple[HTTPRouteHandler, ...] = (live,)

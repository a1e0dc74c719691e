"""The loop of an ingest: which feeds and episodes are to be worked through, and their stages one after another.

The next download runs in a thread of its own while this episode is recognised. A stage that fails is recorded with its
reason and never stops the other episodes; a run that is killed anywhere is simply run again.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from companion.config import Settings
from companion.errors import AudioError, CompanionError, FetchError, StageError
from companion.feeds import Episode
from companion.running import alone
from companion.store import Store
from ingest.fetch import Fetcher
from ingest.silence import silence
from ingest.stages import Reporter, Stages, Stopped
from ingest.transcribe import Transcriber

_AHEAD = 2  # episodes fetched before they are needed


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a run is to do: which feeds (none named: all), how many of each feed's newest episodes, or one episode."""

    feeds: tuple[str, ...] = ()
    latest: int | None = None
    episode: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A stage that failed in this run: for which feed or episode (`subject`, with its title), and why."""

    subject: str
    title: str
    stage: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a run did: the episodes it worked through, what failed, and whether there is anything new (`news`)."""

    episodes: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    news: bool


class Pipeline:
    """One run over a data folder. `transcriber` is called when the first episode needs one."""

    def __init__(
        self, settings: Settings, fetcher: Fetcher, transcriber: Callable[[], Transcriber], reporter: Reporter
    ) -> None:
        self._settings = settings
        self._reporter = reporter
        self._troubles: list[Trouble] = []
        self._stop = threading.Event()
        self._stages = Stages(settings, fetcher, transcriber, reporter, self._stop)

    def run(self, plan: Plan) -> Outcome:
        """Refreshes the feeds, works through their episodes, newest first; `ConflictError` if a run is under way."""
        taken = f"Another ingest is at work in {self._settings.data}. Wait for it to end, or use another --data folder."
        with alone(self._settings.lock, taken), Store.open(self._settings.database) as store:
            feeds, known = self._feeds(store, plan), store.feeds.count()
            for feed in feeds:
                with self._stage(store, feed, feed, "feed"):
                    self._stages.refresh(store, feed)
            found, before = store.feeds.count() != known, store.version()
            todo = self._selection(store, plan, feeds)
            if any(self._stages.wants_recognition(store, episode) for episode in todo):
                self._stages.ready()
            for episode in self._fetched(todo):
                with self._stage(store, episode.id, episode.title, "transcript"):
                    self._stages.recognise(store, episode)
                    self._stages.align(store, episode)
                self._stages.tag(store, episode)
            news = found or store.version() != before
        return Outcome(episodes=tuple(episode.id for episode in todo), troubles=tuple(self._troubles), news=news)

    def _feeds(self, store: Store, plan: Plan) -> tuple[str, ...]:
        if plan.episode:
            return (store.feeds.episode(plan.episode).feed,)
        return tuple(store.feeds.get(id).id for id in plan.feeds) or tuple(feed.id for feed in store.feeds.all())

    def _selection(self, store: Store, plan: Plan, feeds: tuple[str, ...]) -> list[Episode]:
        if plan.episode:
            return [store.feeds.episode(plan.episode)]
        chosen: list[Episode] = []
        for feed in feeds:
            episodes = [episode for episode in store.feeds.episodes(feed) if episode.enclosure or episode.transcripts]
            if not episodes and store.feeds.episodes(feed):
                self._trouble(store, feed, feed, "feed", AudioError(f"No episode of “{feed}” has an audio file."))
            chosen += episodes[: plan.latest]
        return [episode for episode in chosen if self._may_try(store, episode)]

    def _may_try(self, store: Store, episode: Episode) -> bool:
        waiting = [one for one in store.work.failures(episode.id) if one.retry_at > datetime.now(UTC)]
        if waiting:
            until = max(one.retry_at for one in waiting)
            self._reporter.line(
                f"“{episode.title}” failed before and waits until {until:%Y-%m-%d %H:%M} UTC; "
                f"to try it now: companion ingest --episode {episode.id}"
            )
        return not waiting

    def _fetched(self, todo: list[Episode]) -> Iterator[Episode]:
        """Each episode once its audio and published transcript are here, a few being fetched ahead."""
        executor = ThreadPoolExecutor(1, thread_name_prefix="fetch")
        try:
            waiting = deque(todo)
            under_way = deque((one, executor.submit(self._fetch, one)) for one in _take(waiting, _AHEAD))
            while under_way:
                episode, future = under_way.popleft()
                future.result()
                under_way.extend((one, executor.submit(self._fetch, one)) for one in _take(waiting, 1))
                yield episode
        finally:
            self._stop.set()
            executor.shutdown(cancel_futures=True)

    def _fetch(self, episode: Episode) -> None:
        with Store.open(self._settings.database) as store:
            with self._stage(store, episode.id, episode.title, "published transcript"):
                self._stages.read_published(store, episode)
            with self._stage(store, episode.id, episode.title, "chapters"):
                self._stages.read_chapters(store, episode)
            with self._stage(store, episode.id, episode.title, "audio"):
                self._stages.fetch_audio(store, episode)
            with self._stage(store, episode.id, episode.title, "peaks"):
                self._stages.draw(store, episode)
            with self._stage(store, episode.id, episode.title, "silence"):
                silence(self._settings, store, episode.id)

    @contextmanager
    def _stage(self, store: Store, subject: str, title: str, stage: str) -> Iterator[None]:
        try:
            yield
        except StageError as error:
            self._trouble(store, subject, title, stage, error)
        except Stopped:
            pass
        else:
            if any(failure.stage == stage for failure in store.work.failures(subject)):
                store.work.succeeded(subject, stage)

    def _trouble(self, store: Store, subject: str, title: str, stage: str, error: CompanionError) -> None:
        wait = timedelta(seconds=error.retry_after) if isinstance(error, FetchError) and error.retry_after else None
        store.work.failed(subject, stage, error.message, datetime.now(UTC), wait)
        self._troubles.append(Trouble(subject=subject, title=title, stage=stage, message=error.message))
        self._reporter.line(f"“{title}”, {stage}: {error.message}")


def _take(waiting: deque[Episode], n: int) -> list[Episode]:
    return [waiting.popleft() for _ in range(min(n, len(waiting)))]

"""The stages, from feed to moments, and the loop that runs them; each finds its work by absence and saves it whole.

The next download runs in a thread of its own while this episode is recognised. A stage that fails is recorded with its
reason and never stops the other episodes; a run that is killed anywhere is simply run again.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from companion.config import Settings
from companion.errors import AudioError, CompanionError, ConflictError, FetchError, StageError
from companion.feeds import Episode, PublishedTranscript
from companion.formats import chapters, read_published, usable
from companion.proposing import propose
from companion.running import PATIENCE
from companion.store import Audio, Store, Validators
from companion.store.media import PEAKS
from companion.tagging.encoder import Encoder, kept_encoder
from companion.tagging.model import Model
from companion.tagging.shelf import FITTING, Shelf
from companion.timecode import clock
from companion.transcripts import Source, Transcript
from companion.wording import count
from ingest import align, audio
from ingest.fetch import Fetcher
from ingest.rss import distinct
from ingest.sandbox import parse_guarded
from ingest.silence import silence
from ingest.transcribe import Transcriber

_AHEAD = 2  # episodes fetched before they are needed
_SUFFIXES = {".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav"}


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


class Reporter(Protocol):
    """Where a run says how far it is; called from two threads."""

    def line(self, text: str) -> None:
        """A sentence worth keeping."""

    def progress(self, episode: Episode, stage: str, done: float, total: float | None) -> None:
        """`done` of `total`: bytes while downloading, seconds of audio while transcribing."""


class _Stopped(Exception):
    """Ends the download thread when the run ends early."""


class Pipeline:
    """One run over a data folder. `transcriber` is called when the first episode needs one: loading a model is slow."""

    def __init__(
        self, settings: Settings, fetcher: Fetcher, transcriber: Callable[[], Transcriber], reporter: Reporter
    ) -> None:
        self._settings = settings
        self._fetcher = fetcher
        self._make_transcriber = transcriber
        self._transcriber: Transcriber | None = None
        self._reporter = reporter
        self._tagger: Model | None = None
        self._encoder: Encoder | None = None
        self._troubles: list[Trouble] = []
        self._stop = threading.Event()

    def run(self, plan: Plan) -> Outcome:
        """Refreshes the feeds, works through their episodes, newest first; `ConflictError` if a run is under way."""
        with _only_run(self._settings.lock), Store.open(self._settings.database) as store:
            feeds, known = self._feeds(store, plan), store.feeds.count()
            for feed in feeds:
                with self._stage(store, feed, feed, "feed"):
                    self._refresh(store, feed)
            found, before = store.feeds.count() != known, store.version()
            todo = self._selection(store, plan, feeds)
            if any(self._wants_recognition(store, episode) for episode in todo):
                self._transcriber = self._make_transcriber()
            for episode in self._fetched(todo):
                with self._stage(store, episode.id, episode.title, "transcript"):
                    self._recognise(store, episode)
                    self._align(store, episode)
                self._tag(store, episode)
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
                self._read_published(store, episode)
            with self._stage(store, episode.id, episode.title, "chapters"):
                self._read_chapters(store, episode)
            with self._stage(store, episode.id, episode.title, "audio"):
                self._fetch_audio(store, episode)
            with self._stage(store, episode.id, episode.title, "peaks"):
                self._draw(store, episode)
            with self._stage(store, episode.id, episode.title, "silence"):
                silence(self._settings, store, episode.id)

    @contextmanager
    def _stage(self, store: Store, subject: str, title: str, stage: str) -> Iterator[None]:
        try:
            yield
        except StageError as error:
            self._trouble(store, subject, title, stage, error)
        except _Stopped:
            pass
        else:
            if any(failure.stage == stage for failure in store.work.failures(subject)):
                store.work.succeeded(subject, stage)

    def _trouble(self, store: Store, subject: str, title: str, stage: str, error: CompanionError) -> None:
        wait = timedelta(seconds=error.retry_after) if isinstance(error, FetchError) and error.retry_after else None
        store.work.failed(subject, stage, error.message, datetime.now(UTC), wait)
        self._troubles.append(Trouble(subject=subject, title=title, stage=stage, message=error.message))
        self._reporter.line(f"“{title}”, {stage}: {error.message}")

    def _refresh(self, store: Store, id: str) -> None:
        feed, validators = store.feeds.get(id), store.feeds.validators(id)
        answer = self._fetcher.get(feed.url, etag=validators.etag, modified=validators.modified)
        address = answer.permanent_url or feed.url
        if answer.status == 304:
            if address != feed.url:
                store.feeds.save(replace(feed, url=address), (), validators)
            return
        parsed, episodes = parse_guarded(answer.body, feed_id=id, url=answer.url)
        store.feeds.save(
            replace(parsed, url=address),
            distinct(episodes),
            Validators(etag=answer.etag, modified=answer.modified),
            drafts=self._settings.publish == "by hand",
        )

    def _read_published(self, store: Store, episode: Episode) -> None:
        """The first of the episode's published transcripts that can be read; the last one's fault if none can."""
        if Source.PUBLISHED in store.transcripts.sources(episode.id):
            return
        fault: StageError | None = None
        for offered in self._usable(store, episode):
            try:
                answer = self._fetcher.get(offered.url)
                segments = read_published(answer.body, type=offered.type, url=offered.url)
            except StageError as error:
                fault = error
                continue
            transcript = Transcript(
                episode=episode.id,
                source=Source.PUBLISHED,
                model=offered.type,
                language=offered.language,
                segments=segments,
            )
            store.transcripts.save(transcript)
            return
        if fault:
            raise fault

    def _read_chapters(self, store: Store, episode: Episode) -> None:
        if episode.chapters is None or store.parts.get(episode.id) is not None:
            return
        answer = self._fetcher.get(episode.chapters)
        store.parts.save(episode.id, chapters.read(answer.body.decode("utf-8", "replace")))

    def _usable(self, store: Store, episode: Episode) -> tuple[PublishedTranscript, ...]:
        return usable(episode.transcripts, language=store.feeds.get(episode.feed).language)

    def _fetch_audio(self, store: Store, episode: Episode) -> None:
        known = store.media.get(episode.id)
        if episode.enclosure is None or (known and (self._settings.audio / known.file).exists()):
            return
        path = self._settings.audio / f"{episode.id}{_suffix(episode.enclosure.url)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():  # a run was killed between the rename and the row: the file is one whole body
            digest = _sha256(path)
        else:
            digest = self._fetcher.download(
                episode.enclosure.url, path, progress=lambda done, total: self._downloaded(episode, done, total)
            ).sha256
        try:
            measured = audio.measure(path)
            audio.check_length(measured.seconds, episode.duration)
            if known and store.transcripts.sources(episode.id):
                audio.check_same(measured.seconds, known.seconds)
        except AudioError:
            path.unlink()
            raise
        store.media.save(
            Audio(
                episode=episode.id,
                file=path.name,
                type=measured.type,
                size=path.stat().st_size,
                seconds=measured.seconds,
                sha256=digest,
            )
        )

    def _draw(self, store: Store, episode: Episode) -> None:
        """Keeps how loud the audio is, for the desk's waveform."""
        media = store.media.get(episode.id)
        if media is None or (self._settings.peaks / media.peaks).exists():
            return
        sound = self._settings.audio / media.file
        if not sound.exists():  # lost, and it could not be fetched again
            return
        loud = audio.peaks(sound, rate=PEAKS)
        self._settings.peaks.mkdir(parents=True, exist_ok=True)
        unfinished = self._settings.peaks / f"{media.peaks}.part"
        unfinished.write_bytes(loud)
        unfinished.replace(self._settings.peaks / media.peaks)

    def _downloaded(self, episode: Episode, done: int, total: int | None) -> None:
        if self._stop.is_set():
            raise _Stopped
        self._reporter.progress(episode, "download", done, total)

    def _wants_recognition(self, store: Store, episode: Episode) -> bool:
        sources = store.transcripts.sources(episode.id)
        if Source.RECOGNISED in sources or (episode.enclosure is None and store.media.get(episode.id) is None):
            return False
        promised = bool(self._usable(store, episode))
        return self._settings.transcribe == "always" or not (sources or promised)

    def _recognise(self, store: Store, episode: Episode) -> None:
        media, sources = store.media.get(episode.id), store.transcripts.sources(episode.id)
        if media is None or Source.RECOGNISED in sources or (sources and self._settings.transcribe == "missing"):
            return
        self._transcriber = self._transcriber or self._make_transcriber()
        windows = list(store.transcripts.windows(episode.id, self._transcriber.model))
        reached = windows[-1].span.end if windows else 0.0
        self._reporter.progress(episode, "transcribe", reached, media.seconds)
        if reached < media.seconds - 0.05:
            path = self._settings.audio / media.file
            for window in self._transcriber.windows(path, start=reached, index=len(windows)):
                store.transcripts.save_window(episode.id, self._transcriber.model, window)
                windows.append(window)
                self._reporter.progress(episode, "transcribe", window.span.end, media.seconds)
        self._reporter.progress(episode, "transcribe", media.seconds, media.seconds)
        store.transcripts.save(
            Transcript(
                episode=episode.id,
                source=Source.RECOGNISED,
                model=self._transcriber.model,
                language=next((window.language for window in windows if window.language), None),
                segments=tuple(segment for window in windows for segment in window.segments),
            )
        )

    def _align(self, store: Store, episode: Episode) -> None:
        if store.transcripts.sources(episode.id) != {Source.PUBLISHED, Source.RECOGNISED}:
            return
        published = store.transcripts.get(episode.id, Source.PUBLISHED)
        recognised = store.transcripts.get(episode.id, Source.RECOGNISED)
        assert published is not None and recognised is not None
        aligned = align.align(published, recognised)
        if aligned is None:
            self._reporter.line(
                f"“{episode.title}”: the published transcript is not of this audio; the recognised words are used."
            )
            aligned = replace(recognised, source=Source.ALIGNED)
        store.transcripts.save(aligned)

    def _tag(self, store: Store, episode: Episode) -> None:
        if self._tagger is None:
            self._encoder = kept_encoder(self._settings.embedder)
            shelf = Shelf(self._settings.taggers, self._encoder)
            if not shelf.ready:
                self._reporter.line(FITTING)
            self._tagger = shelf.current()
        if store.moments.tagged_by(episode.id) == self._tagger.version:
            return
        done = propose(store, episode, self._tagger, self._encoder)
        if done is not None:
            self._reporter.line(
                f"“{episode.title}”: {clock(done.seconds)} of talk, {count(done.moments, 'moment')} proposed."
            )


@contextmanager
def _only_run(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout as error:
        raise ConflictError(
            f"Another ingest is at work in {path.parent}. Wait for it to end, or use another --data folder."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _take(waiting: deque[Episode], n: int) -> list[Episode]:
    return [waiting.popleft() for _ in range(min(n, len(waiting)))]


def _suffix(url: str) -> str:
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    return suffix if suffix in _SUFFIXES else ".audio"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The stages of a feed and of an episode: each finds its work by absence, does it, and saves it whole."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from companion.config import Settings
from companion.errors import AudioError, StageError
from companion.feeds import Episode, PublishedTranscript
from companion.formats import chapters, read_published, usable
from companion.proposing import propose
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
from ingest.transcribe import Transcriber

_SUFFIXES = {".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav"}


class Reporter(Protocol):
    """Where a run says how far it is; called from two threads."""

    def line(self, text: str) -> None:
        """A sentence worth keeping."""

    def progress(self, episode: Episode, stage: str, done: float, total: float | None) -> None:
        """`done` of `total`: bytes while downloading, seconds of audio while transcribing."""


class Stopped(Exception):
    """Ends the download thread when the run ends early."""


class Stages:
    """Does what a feed or an episode lacks. `transcriber` is called when one is needed first: loading a model is slow.

    Those up to `draw` may run in another thread than those from `recognise` on; `stop` ends a download.
    """

    def __init__(
        self,
        settings: Settings,
        fetcher: Fetcher,
        transcriber: Callable[[], Transcriber],
        reporter: Reporter,
        stop: threading.Event,
    ) -> None:
        self._settings = settings
        self._fetcher = fetcher
        self._make_transcriber = transcriber
        self._transcriber: Transcriber | None = None
        self._reporter = reporter
        self._stop = stop
        self._tagger: Model | None = None
        self._encoder: Encoder | None = None

    def refresh(self, store: Store, id: str) -> None:
        """Reads a feed again, if it has changed."""
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

    def read_published(self, store: Store, episode: Episode) -> None:
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

    def read_chapters(self, store: Store, episode: Episode) -> None:
        """The chapters of the file that the feed names."""
        if episode.chapters is None or store.parts.get(episode.id) is not None:
            return
        answer = self._fetcher.get(episode.chapters)
        store.parts.save(episode.id, chapters.read(answer.body.decode("utf-8", "replace")))

    def _usable(self, store: Store, episode: Episode) -> tuple[PublishedTranscript, ...]:
        return usable(episode.transcripts, language=store.feeds.get(episode.feed).language)

    def fetch_audio(self, store: Store, episode: Episode) -> None:
        """Downloads and measures the audio."""
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

    def draw(self, store: Store, episode: Episode) -> None:
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
            raise Stopped
        self._reporter.progress(episode, "download", done, total)

    def wants_recognition(self, store: Store, episode: Episode) -> bool:
        """Whether an episode will need the speech model."""
        sources = store.transcripts.sources(episode.id)
        if Source.RECOGNISED in sources or (episode.enclosure is None and store.media.get(episode.id) is None):
            return False
        promised = bool(self._usable(store, episode))
        return self._settings.transcribe == "always" or not (sources or promised)

    def ready(self) -> Transcriber:
        """The transcriber, made if it is not yet."""
        self._transcriber = self._transcriber or self._make_transcriber()
        return self._transcriber

    def recognise(self, store: Store, episode: Episode) -> None:
        """Hears the audio, from the last window that is kept on."""
        media, sources = store.media.get(episode.id), store.transcripts.sources(episode.id)
        if media is None or Source.RECOGNISED in sources or (sources and self._settings.transcribe == "missing"):
            return
        transcriber = self.ready()
        windows = list(store.transcripts.windows(episode.id, transcriber.model))
        reached = windows[-1].span.end if windows else 0.0
        self._reporter.progress(episode, "transcribe", reached, media.seconds)
        if reached < media.seconds - 0.05:
            path = self._settings.audio / media.file
            for window in transcriber.windows(path, start=reached, index=len(windows)):
                store.transcripts.save_window(episode.id, transcriber.model, window)
                windows.append(window)
                self._reporter.progress(episode, "transcribe", window.span.end, media.seconds)
        self._reporter.progress(episode, "transcribe", media.seconds, media.seconds)
        store.transcripts.save(
            Transcript(
                episode=episode.id,
                source=Source.RECOGNISED,
                model=transcriber.model,
                language=next((window.language for window in windows if window.language), None),
                segments=tuple(segment for window in windows for segment in window.segments),
            )
        )

    def align(self, store: Store, episode: Episode) -> None:
        """Puts the published text onto the recognised words, where there are both."""
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

    def tag(self, store: Store, episode: Episode) -> None:
        """Proposes moments, unless this tagger has done so."""
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


def _suffix(url: str) -> str:
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    return suffix if suffix in _SUFFIXES else ".audio"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

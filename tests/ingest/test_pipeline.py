"""The pipeline: work found by absence, failures kept to their episode, and runs that can be repeated for nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeTranscriber
from filelock import FileLock

from companion.chapters import Chapter
from companion.config import Settings
from companion.demo.server import serving
from companion.errors import ConflictError, FetchError, NotFoundError, TranscribeError
from companion.feeds import Episode
from companion.moments import Moment
from companion.store import Store, Validators
from companion.tagging import tagger
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Window, Word
from ingest.fetch import Download, HttpFetcher, Progress, Response
from ingest.pipeline import Outcome, Pipeline, Plan
from ingest.subscribe import subscribe

EVERYTHING = Plan()


class Quiet:
    """A reporter that remembers what it was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.stages: set[str] = set()

    def line(self, text: str) -> None:
        self.lines.append(text)

    def progress(self, episode: Episode, stage: str, done: float, total: float | None) -> None:
        self.stages.add(stage)


class Counting:
    """The real fetcher, counting what is asked of it; addresses in `broken` fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken: dict[str, FetchError] = {}
        self._real = HttpFetcher(allow_private=True)

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response:
        self._count(url)
        return self._real.get(url, etag=etag, modified=modified)

    def download(self, url: str, to: Path, *, progress: Progress) -> Download:
        self._count(url)
        return self._real.download(url, to, progress=progress)

    def _count(self, url: str) -> None:
        self.asked.append(url.rpartition("/")[2])
        for name, error in self.broken.items():
            if url.endswith(name):
                raise error


def window(index: int, start: float, end: float) -> Window:
    text = "I can see that it hurt you, and it makes sense that you felt alone."
    words = tuple(
        Word(start=start + 0.4 * i, end=start + 0.4 * i + 0.3, text=word, probability=0.9)
        for i, word in enumerate(text.split())
    )
    one = Segment(start=start, end=words[-1].end, text=text, speaker=None, words=words)
    return Window(index=index, span=Span(start=start, end=end), language="en", segments=(one,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, model="micro", transcribe="always", allow_private_network=True)


@pytest.fixture
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    with Store.open(settings.database) as store:
        yield store


def go(
    settings: Settings, fetcher: Counting, transcriber: FakeTranscriber, plan: Plan = EVERYTHING
) -> tuple[Outcome, Quiet]:
    quiet = Quiet()
    return Pipeline(settings, fetcher, lambda: transcriber, quiet).run(plan), quiet


def spoken() -> FakeTranscriber:
    return FakeTranscriber([window(0, 0.0, 60.0), window(1, 60.0, 3600.0)])


def test_a_run_brings_everything_in_and_a_second_one_asks_only_for_the_feed(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    fetcher = Counting()
    outcome, quiet = go(settings, fetcher, spoken())
    assert outcome.troubles == () and outcome.news
    assert quiet.stages == {"download", "transcribe"}
    with opened(settings) as store:
        for episode in store.feeds.episodes():
            transcript = store.transcripts.get(episode.id, Source.RECOGNISED)
            assert transcript is not None and len(transcript.segments) == 2
            assert store.moments.of_episode(episode.id)
        before = store.version()
    fetcher.asked.clear()
    outcome, quiet = go(settings, fetcher, FakeTranscriber([]))
    assert (outcome.troubles, outcome.news, quiet.lines, fetcher.asked) == ((), False, [], ["feed.xml"])
    with opened(settings) as store:
        assert store.version() == before


def test_a_published_transcript_is_enough_unless_everything_is_to_be_heard(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    go(replace(settings, transcribe="missing"), Counting(), spoken())
    with opened(settings) as store:
        by_source = {store.transcripts.sources(episode.id) for episode in store.feeds.episodes()}
    assert by_source == {frozenset({Source.PUBLISHED}), frozenset({Source.RECOGNISED})}


def test_one_episode_failing_leaves_the_others_whole_and_waits_before_it_is_tried_again(
    settings: Settings, address: str
) -> None:
    subscribe(settings, address, id="demo")
    with opened(settings) as store:
        victim = store.feeds.episodes()[1]
    assert victim.enclosure is not None
    fetcher = Counting()
    name = victim.enclosure.url.rpartition("/")[2]
    fetcher.broken[name] = FetchError("The host is busy.", url=victim.enclosure.url, status=503, retry_after=7200)
    outcome, _ = go(settings, fetcher, spoken())
    assert [(trouble.subject, trouble.stage, trouble.message) for trouble in outcome.troubles] == [
        (victim.id, "audio", "The host is busy.")
    ]
    with opened(settings) as store:
        stages = store.overview.stages()
        assert [one for one, done in stages.items() if done.seconds is None] == [victim.id]
        (failure,) = store.work.failures(victim.id)
        assert failure.retry_at - datetime.now(UTC) > timedelta(minutes=119)
    fetcher.broken.clear()
    outcome, quiet = go(settings, fetcher, spoken())
    assert victim.id not in outcome.episodes
    assert any(f"--episode {victim.id}" in line for line in quiet.lines)
    outcome, _ = go(settings, fetcher, spoken(), Plan(episode=victim.id))
    assert outcome == Outcome(episodes=(victim.id,), troubles=(), news=True)
    with opened(settings) as store:
        assert store.work.failures(victim.id) == ()


def test_finished_windows_are_not_heard_again(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    plan = Plan(latest=1)

    class Breaking(FakeTranscriber):
        def windows(self, audio: Path, *, start: float, index: int) -> Iterator[Window]:
            yield window(0, 0.0, 60.0)
            raise TranscribeError("The recogniser stopped.")

    outcome, _ = go(settings, Counting(), Breaking([]), plan)
    (episode,) = outcome.episodes
    assert [trouble.message for trouble in outcome.troubles] == ["The recogniser stopped."]
    asked: list[tuple[float, int]] = []

    class Resumed(FakeTranscriber):
        def windows(self, audio: Path, *, start: float, index: int) -> Iterator[Window]:
            asked.append((start, index))
            yield window(1, 60.0, 3600.0)

    go(settings, Counting(), Resumed([]), Plan(episode=episode))
    assert asked == [(60.0, 1)]
    with opened(settings) as store:
        transcript = store.transcripts.get(episode, Source.RECOGNISED)
        assert transcript is not None and [one.start for one in transcript.segments] == [0.0, 60.0]


def test_a_login_page_or_nothing_in_place_of_the_feed_changes_nothing(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    with opened(settings) as store:
        before = store.feeds.get("demo"), store.feeds.episodes()

    for body in (b"<!doctype html><title>Sign in</title><form></form>", b""):

        class Login(Counting):
            def get(
                self, url: str, *, etag: str | None = None, modified: str | None = None, body: bytes = body
            ) -> Response:
                return replace(super().get(url), status=200, body=body, type="text/html")

        outcome, _ = go(settings, Login(), spoken(), Plan(latest=1))
        assert [trouble.stage for trouble in outcome.troubles] == ["feed"]
        with opened(settings) as store:
            assert (store.feeds.get("demo"), store.feeds.episodes()) == before


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")

    class Moved(Counting):
        def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response:
            answer = super().get(url, etag=etag, modified=modified)
            return replace(answer, permanent_url=f"{address}?moved") if url == address else answer

    go(settings, Moved(), spoken(), Plan(latest=1))
    with opened(settings) as store:
        assert store.feeds.get("demo").url == f"{address}?moved"


def test_a_feed_without_audio_says_so(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    with opened(settings) as store:
        mute = tuple(replace(one, enclosure=None, transcripts=()) for one in store.feeds.episodes())
        feed, validators = store.feeds.get("demo"), store.feeds.validators("demo")
        store.feeds.save(feed, mute, validators)
    outcome, _ = go(settings, Counting(), spoken())
    assert [trouble.message for trouble in outcome.troubles] == ["No episode of “demo” has an audio file."]


def test_two_runs_at_once_are_refused(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")

    class Nosy(Counting):
        def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response:
            with pytest.raises(ConflictError, match="Another ingest is at work"):
                go(settings, Counting(), spoken())
            self.asked.append("refused")
            return super().get(url, etag=etag, modified=modified)

    nosy = Nosy()
    go(settings, nosy, spoken(), Plan(latest=1))
    assert "refused" in nosy.asked


def test_a_look_at_the_lock_refuses_nobody(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    with ThreadPoolExecutor(1) as executor:
        with FileLock(settings.lock):  # as whoever looks holds it, only longer
            run = executor.submit(go, settings, Counting(), spoken(), Plan(latest=1))
            time.sleep(0.3)
        assert run.result()[0].troubles == ()


def test_audio_that_was_lost_comes_back_if_it_is_the_same(settings: Settings, address: str) -> None:
    subscribe(settings, address, id="demo")
    go(settings, Counting(), spoken(), Plan(latest=1))
    (file,) = settings.audio.iterdir()
    sound, id = file.read_bytes(), file.stem
    file.unlink()
    fetcher = Counting()
    outcome, _ = go(settings, fetcher, FakeTranscriber([]), Plan(latest=1))
    assert (outcome.troubles, len(fetcher.asked)) == ((), 2)
    assert file.read_bytes() == sound
    file.unlink()
    with opened(settings) as store:
        known = store.media.get(id)
        assert known is not None
        store.media.save(replace(known, seconds=known.seconds + 30))  # an advertisement longer
    outcome, _ = go(settings, Counting(), FakeTranscriber([]), Plan(latest=1))
    assert ["put the old file back" in trouble.message for trouble in outcome.troubles] == [True]
    assert not file.exists()


def test_what_is_redacted_while_an_episode_is_tagged_is_in_no_proposal(
    settings: Settings, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(settings, address, id="demo")
    tagged: list[Transcript] = []
    tag = tagger.tag

    def interrupted(transcript: Transcript, *args: Any, **named: Any) -> tuple[Moment, ...]:
        found = tag(transcript, *args, **named)
        if not tagged:
            with opened(settings) as desk:
                span = Span(start=0.0, end=3.0)
                desk.protection.redact(
                    transcript.episode, span, reason="", who="Nora", at=datetime.now(UTC), opening=True
                )
        tagged.append(transcript)
        return found

    monkeypatch.setattr(tagger, "tag", interrupted)
    go(settings, Counting(), spoken(), Plan(latest=1))
    with opened(settings) as store:
        current = store.transcripts.get(tagged[0].episode)
        assert current == tagged[1] != tagged[0]
        said = " ".join(segment.text for segment in current.segments)
        clips = store.moments.of_episode(current.episode)
        assert clips and all(clip.moment.quote in said for clip in clips)


def test_an_unknown_feed_or_episode_is_named(settings: Settings) -> None:
    for plan in (Plan(feeds=("nobody",)), Plan(episode="nobody")):
        with pytest.raises(NotFoundError, match="nobody"):
            go(settings, Counting(), spoken(), plan)


def test_adding_twice_is_noticed_and_a_taken_name_refused(settings: Settings, address: str) -> None:
    assert subscribe(settings, address, id="demo").new
    assert not subscribe(settings, address, id="other").new
    with opened(settings) as store:
        feed = store.feeds.get("demo")
        store.feeds.save(replace(feed, url="http://127.0.0.1:9/old"), (), Validators(etag=None, modified=None))
    with pytest.raises(ConflictError, match="--id NAME"):
        subscribe(settings, address, id="demo")
    assert subscribe(settings, address, id="demo", moved=True).feed.url == address


def test_a_chapters_file_is_read_once_and_one_that_is_none_is_said(settings: Settings, address: str) -> None:
    class Chaptered(Counting):
        """Answers for two chapters files that the feed names."""

        def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response:
            if not url.endswith("chapters.json"):
                return super().get(url, etag=etag, modified=modified)
            self._count(url)
            body = b"<html>" if "bad" in url else b'{"chapters": [{"startTime": 5, "title": "The garage"}]}'
            return Response(
                status=200, url=url, permanent_url=None, etag=None, modified=None, type="application/json", body=body
            )

    subscribe(settings, address, id="demo")
    with opened(settings) as store:
        feed, (one, two, *_) = store.feeds.get("demo"), store.feeds.episodes()
        named = (
            replace(one, chapters=f"{address}/chapters.json"),
            replace(two, chapters=f"{address}/bad-chapters.json"),
        )
        store.feeds.save(feed, named, store.feeds.validators("demo"))
    fetcher = Chaptered()
    fetcher.broken["feed.xml"] = FetchError("the feed is away", url=address, status=None, retry_after=None)
    outcome, _ = go(settings, fetcher, spoken())
    assert [trouble.message for trouble in outcome.troubles if trouble.stage == "chapters"] == [
        "the chapters file is not JSON: Expecting value: line 1 column 1 (char 0)."
    ]
    go(settings, fetcher, FakeTranscriber([]))
    assert fetcher.asked.count("chapters.json") == 1
    with opened(settings) as store:
        assert store.parts.get(one.id) == (Chapter(start=5.0, title="The garage"),)
        assert store.parts.get(two.id) is None

"""The store: what goes in comes out, what must not be lost is not, and every way of opening it that can go wrong."""

import os
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from samples import FEED, ONE, episode, moment, transcript

from companion.errors import ConflictError, NotFoundError
from companion.moments import State
from companion.reviews import Review, Verdict
from companion.store import Audio, Store, Validators
from companion.timecode import Span
from companion.transcripts import Source, Window

SCHEMA = Path(__file__).parents[1] / "schema.sql"


def test_schema_is_the_readable_sum_of_the_migrations(store: Store) -> None:
    rows = store._c.all(
        "select sql from sqlite_master where sql is not null and name not like '%_fts_%' and name not like '_sqlite%' "
        "order by type, name"
    )
    schema = "\n\n".join("\n".join(line.strip() for line in row["sql"].splitlines()) + ";" for row in rows) + "\n"
    if os.environ.get("WRITE_SCHEMA"):
        SCHEMA.write_text(schema, "utf-8")
    assert schema == SCHEMA.read_text("utf-8")


def test_an_episode_comes_back_as_it_went_in(store: Store) -> None:
    assert store.feeds.episode(ONE) == episode()
    assert store.feeds.get("talk") == FEED
    assert store.feeds.validators("talk") == Validators(etag='"1"', modified=None)


def test_what_vanishes_from_a_feed_is_kept_and_what_changes_is_updated(store: Store) -> None:
    changed = replace(episode(), title="Session one, again")
    store.feeds.save(FEED, (changed, episode("two", published=None)), Validators(etag=None, modified=None))
    store.feeds.save(FEED, (episode("two"),), Validators(etag=None, modified=None))
    assert [one.title for one in store.feeds.episodes("talk")] == ["Session one, again", "Session two"]


@pytest.mark.parametrize(
    "ask", [lambda s: s.feeds.get("x"), lambda s: s.feeds.episode("x"), lambda s: s.moments.get("x")]
)
def test_an_unknown_id_is_named(store: Store, ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotFoundError, match="“x”"):
        ask(store)


def test_the_best_transcript_is_current_in_whatever_order_they_come(store: Store) -> None:
    aligned, recognised = transcript(Source.ALIGNED, "I see it hurt you."), transcript()
    store.transcripts.save(aligned)
    store.transcripts.save(recognised)
    assert store.transcripts.get(ONE) == aligned
    assert store.transcripts.get(ONE, Source.RECOGNISED) == recognised
    assert store.search.query("can").total == 0


def test_windows_are_kept_until_the_transcript_is_whole_or_the_audio_changes(store: Store) -> None:
    window = Window(index=0, span=Span(start=0, end=300), language="en", segments=transcript().segments)
    store.transcripts.save_window(ONE, "micro", window)
    assert store.transcripts.windows(ONE, "micro") == (window,)
    assert store.transcripts.windows(ONE, "small") == ()
    store.media.save(Audio(episode=ONE, file="a.mp3", type="audio/mpeg", size=1, seconds=2.0, sha256="ab"))
    assert store.transcripts.windows(ONE, "micro") == ()
    store.transcripts.save_window(ONE, "micro", window)
    store.transcripts.save(transcript())
    assert store.transcripts.windows(ONE, "micro") == ()


def test_a_new_transcript_is_tagged_anew_but_reviewed_moments_stay(store: Store) -> None:
    store.transcripts.save(transcript())
    store.moments.replace(ONE, "cues-1", (moment(), moment("Thank you.", score=0.4)))
    assert store.moments.tagged_by(ONE) == "cues-1"
    review = Review(
        moment=moment().id, verdict=Verdict.ACCEPT, reviewer="ann", at=datetime(2025, 1, 1, tzinfo=UTC), note="lovely"
    )
    store.moments.review(review)
    store.transcripts.save(transcript(text="It hurt."))
    assert store.moments.tagged_by(ONE) is None
    store.moments.replace(ONE, "cues-2", ())
    (clip,) = store.moments.of_episode(ONE)
    assert (clip.moment, clip.state, clip.note) == (moment(), State.ACCEPTED, "lovely")


def test_the_newest_review_counts_and_rejected_moments_are_not_shown(store: Store) -> None:
    store.moments.replace(ONE, "cues-1", (moment(), moment("Thank you.", score=0.9)))
    for verdict in (Verdict.ACCEPT, Verdict.REJECT):
        at = datetime(2025, 1, 1, tzinfo=UTC)
        store.moments.review(Review(moment=moment().id, verdict=verdict, reviewer="ann", at=at, note=""))
    assert [clip.moment.quote for clip in store.moments.find()] == ["Thank you."]
    assert [clip.moment.quote for clip in store.moments.find(state=State.REJECTED)] == [moment().quote]
    assert store.moments.find(state=State.ACCEPTED) == ()
    assert store.moments.counts() == {"validation": 1}
    assert store.search.query("see", theme="validation").total == 0


def test_failures_wait_longer_each_time_and_end_with_success(store: Store) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC)
    waits = []
    for _ in range(9):
        store.work.failed(ONE, "audio", "The host did not answer.", now)
        waits.append((store.work.failures(ONE)[0].retry_at - now).total_seconds())
    assert waits == [60, 240, 960, 3840, 15360, 61440, 86400, 86400, 86400]
    store.work.failed(ONE, "audio", "Busy.", now, timedelta(days=3))
    assert store.work.failures(ONE)[0].retry_at - now == timedelta(days=3)
    assert store.overview.stages()[ONE].failures == store.work.failures(ONE)
    store.work.succeeded(ONE, "audio")
    assert store.work.failures(ONE) == ()


def test_the_version_changes_with_the_content_only(store: Store) -> None:
    before = store.version()
    with store.atomic():
        pass
    assert store.version() == before
    store.transcripts.save(transcript())
    assert store.version() == before + 1


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.atomic():
        store.transcripts.save(transcript())
        raise RuntimeError
    assert store.transcripts.get(ONE) is None


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "companion.db"
    Store.open(path).close()
    raw = sqlite3.connect(path)
    raw.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('companion', 'm999_x', '')")
    raw.commit()
    with pytest.raises(ConflictError, match=r"newer version.*m999_x"):
        Store.open(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "companion.db"
    path.write_bytes(b"my diary " * 200)
    with pytest.raises(ConflictError, match="not a database"):
        Store.open(path)
    assert path.read_bytes() == b"my diary " * 200


def test_a_full_disk_is_said_and_what_was_there_stays(store: Store) -> None:
    pages = store._c.one("pragma page_count")
    assert pages is not None
    store._c.run(f"pragma max_page_count = {pages[0] + 2}")
    with pytest.raises(ConflictError, match="The disk is full"):
        store.transcripts.save(transcript(text="word " * 100_000))
    assert store.transcripts.get(ONE) is None
    assert store.feeds.episode(ONE) == episode()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConflictError, match="file"):
        Store.open(tmp_path / "file" / "companion.db")


def test_a_fault_in_our_sql_surfaces(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store._c.all("select 1 from nowhere")


def test_first_runs_at_once_and_writers_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "companion.db"
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with Store.open(path) as store:
                for i in range(20):
                    feed = replace(FEED, id=f"{name}{i}")
                    store.feeds.save(feed, (), Validators(etag=None, modified=None))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(path) as store:
        assert len(store.feeds.all()) == 80

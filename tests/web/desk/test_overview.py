"""The overview of the desk: stages, what failed, what is left, and trying again."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import podcast
import pytest
from click.testing import CliRunner
from entering import HERE, NORA, Clock, enter
from filelock import FileLock
from litestar.testing import TestClient
from loopback import Host, reply

from companion.cli import status
from companion.config import Settings
from companion.errors import CompanionError
from companion.feeds import PublishedTranscript
from companion.moments import moment_id
from companion.reviews import Review, Verdict
from companion.store import Store, Validators
from companion.timecode import Span
from companion.transcripts import Window
from web.app import create_app
from web.desk.jobs import Job, Jobs, ingest

FAILED = "https://example.org/4.mp3 answered 503."
SAID = b"WEBVTT\n\n00:01.000 --> 00:06.000\n<v Tom>I can see that it really hurt you.\n"


def row(text: str, episode: str) -> str:
    """What the page says of an episode, its tags taken out."""
    found = re.search(rf'<li id="e-{episode}".*?</article>', text, re.S)
    assert found, episode
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def eventually(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


@pytest.fixture
def nora(visitor: TestClient) -> TestClient:
    visitor.headers["x-csrf-token"] = enter(visitor, NORA)
    return visitor


def test_every_episode_with_its_stages(nora: TestClient) -> None:
    text = nora.get("/desk").text
    assert "16 moments wait for your ear, in 3 episodes." in " ".join(text.split())
    first = row(text, podcast.FIRST)
    assert "Audio done: 3 min" in first
    assert "Transcript done: recognised" in first
    assert "Tagged done: 6 moments" in first
    assert "Reviewed under way: 2 of 6" in first
    assert "Published done: on the site" in first
    assert "Bring it in" in row(text, podcast.SILENT)
    assert f'href="/desk/episodes/{podcast.HOSTILE}"' in text
    assert "<script>alert" not in text


def test_a_decision_taken_back_waits_again(nora: TestClient, own: Settings) -> None:
    with Store.open(own.database) as store:
        store.reviewing.undo(podcast.FIRST, "Nora", datetime.now(UTC))
        assert "Reviewed under way: 1 of 6" in row(nora.get("/desk").text, podcast.FIRST)
        store.protection.unpublish(podcast.FIRST)
    with Store.open(own.database) as store:
        store.protection.take_down(podcast.SECOND, reason="they asked", who="Nora", at=datetime.now(UTC))
    page = nora.get("/desk").text
    assert "Published not yet: draft" in row(page, podcast.FIRST)
    assert "taken down" in row(page, podcast.SECOND)
    told = CliRunner().invoke(status, [], obj=own).stdout  # and the command line says the same
    assert re.search(rf"{podcast.FIRST} .*, draft$", told, re.M)
    assert re.search(rf"{podcast.SECOND} .*, taken down$", told, re.M)
    machine = json.loads(CliRunner().invoke(status, ["--json"], obj=own).stdout)["episodes"]
    shown = {one["id"]: one["shown"] for one in machine}
    assert (shown[podcast.FIRST], shown[podcast.SECOND], shown[podcast.SILENT]) == ("draft", "taken down", "published")


def test_some_episodes_only(nora: TestClient, own: Settings) -> None:
    with Store.open(own.database) as store:
        store.work.failed(podcast.SILENT, "audio", FAILED, datetime.now(UTC))
        for theme, line, _, accepted in podcast.SHOWN:
            if not accepted:
                id = moment_id(podcast.FIRST, theme, podcast.TALK[line][3])
                store.moments.review(
                    Review(moment=id, verdict=Verdict.REJECT, reviewer="Nora", at=datetime.now(UTC), note="")
                )
    shown = {
        only: re.findall(r'<li id="e-([^"]+)"', nora.get(f"/desk?only={only}").text)
        for only in ("review", "trouble", "finished", "nonsense")
    }
    assert shown == {
        "review": [podcast.HOSTILE, podcast.SECOND],
        "trouble": [podcast.SILENT],
        "finished": [podcast.FIRST],
        "nonsense": [podcast.SILENT, podcast.HOSTILE, podcast.SECOND, podcast.FIRST],
    }


def test_how_far_a_recognition_has_come(nora: TestClient, own: Settings) -> None:
    with Store.open(own.database) as store:
        audio = store.media.get(podcast.FIRST)
        assert audio is not None
        store.media.save(replace(audio, episode=podcast.SILENT))
        window = Window(index=0, span=Span(start=0, end=75), language="en", segments=())
        store.transcripts.save_window(podcast.SILENT, "test", window)
    assert "Transcript not yet: 1:15 of 3:00" in row(nora.get("/desk").text, podcast.SILENT)
    with FileLock(own.lock):
        text = nora.get("/desk").text
        assert "Transcript under way: 1:15 of 3:00" in row(text, podcast.SILENT)
        assert '<progress value="75.0" max="180.0"' in text
        assert "An ingest that was started elsewhere is at work" in text


def test_how_much_of_a_download_has_come(nora: TestClient, own: Settings) -> None:
    (own.audio / f"{podcast.SILENT}.mp3.part").write_bytes(b"0" * 1_250_000)
    with FileLock(own.lock):
        assert "Audio under way: 1.2 MB" in row(nora.get("/desk").text, podcast.SILENT)


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


def test_what_failed_is_tried_again(own: Settings, host: Host) -> None:
    """The whole way: a transcript that could not be fetched, the reason on the page, the button, a real ingest."""
    address = host.at("/4.vtt", reply(200, SAID, Content_Type="text/vtt"))
    with Store.open(own.database) as store:
        feed = replace(store.feeds.get("chairs"), url=host.at("/feed.xml", reply(304)))
        offered = (PublishedTranscript(url=address, type="text/vtt", language="en"),)
        changed = replace(store.feeds.episode(podcast.SILENT), transcripts=offered, enclosure=None)
        store.feeds.save(feed, (changed,), Validators(etag='"1"', modified=None))
        store.work.failed(podcast.SILENT, "published transcript", FAILED, datetime.now(UTC))
    settings = replace(own, allow_private_network=True)
    with TestClient(create_app(settings), base_url=HERE, raise_server_exceptions=False) as client:
        token = enter(client, NORA)
        before = client.get("/desk").text
        assert FAILED in row(before, podcast.SILENT)
        assert "Transcript failed: failed" in row(before, podcast.SILENT)
        answer = client.post(f"/desk/episodes/{podcast.SILENT}/ingest", data={"csrf": token}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk#doing")
        assert "It has its turn now, or soon" in row(client.get("/desk").text, podcast.SILENT)
        eventually(lambda: "Tagged done" in row(client.get("/desk").text, podcast.SILENT))
        text = client.get("/desk").text
        eventually(lambda: "Session 4: Not Fetched Yet”: done." in client.get("/desk").text)
    assert FAILED not in text
    with Store.open(own.database) as store:
        assert store.work.failures(podcast.SILENT) == ()
        assert store.audit.newest(limit=1)[0].action == "bring in"


def test_when_what_failed_is_tried_again(nora: TestClient, own: Settings, clock: Clock) -> None:
    with Store.open(own.database) as store:
        store.work.failed(podcast.SILENT, "audio", FAILED, clock.now)
    told = row(nora.get("/desk").text, podcast.SILENT)
    assert "Tried again with the first ingest after 2 Mar 2026, 09:01 UTC." in told
    assert "Published not yet: nothing to show yet" in told  # it is public, but there is neither sound nor words
    clock.on(minutes=1)
    assert "Tried again with the next ingest." in row(nora.get("/desk").text, podcast.SILENT)


def test_a_button_for_what_is_not_there(nora: TestClient) -> None:
    assert nora.post("/desk/episodes/nowhere/ingest").status_code == 404
    assert nora.post("/desk/feeds/nowhere/look").status_code == 404


def test_jobs_wait_for_an_ingest_and_come_one_at_a_time(own: Settings, clock: Clock) -> None:
    jobs, done = Jobs(own, clock), []

    def work(name: str) -> Callable[[], str]:
        def work() -> str:
            assert jobs.now is not None
            done.append((name, jobs.now.of))
            return name

        return work

    with FileLock(own.lock):
        for name in ("a", "b", "a"):
            jobs.add(Job(of=name, title="do", work=work(name)))
        time.sleep(0.7)
        assert done == []
        assert [job.of for job in jobs.waiting] == ["a", "b"]
    eventually(lambda: len(done) == 2 and jobs.now is None)
    assert done == [("a", "a"), ("b", "b")]
    assert jobs.last is not None and jobs.last.well and jobs.last.says == "b"
    jobs.close()


def test_a_job_that_breaks_says_so_and_the_next_has_its_turn(
    own: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = Jobs(own, clock)
    jobs.add(Job(of="x", title="break", work=lambda: str(1 // 0)))
    eventually(lambda: jobs.last is not None)
    assert jobs.last is not None and not jobs.last.well
    assert jobs.last.says.startswith("Something went wrong on our side. Try it again")
    assert "break failed" in caplog.text and "ZeroDivisionError" in caplog.text
    jobs.add(Job(of="y", title="go on", work=lambda: "well"))
    eventually(lambda: jobs.last is not None and jobs.last.well)
    jobs.close()


def test_how_a_job_ended_is_news_for_ten_minutes(nora: TestClient, clock: Clock) -> None:
    jobs: Jobs = nora.app.state.jobs
    key = re.compile('data-key="([^"]+)"')
    jobs.add(Job(of="x", title="Counting the chairs", work=lambda: "There are two."))
    eventually(lambda: jobs.last is not None)
    clock.on(minutes=9, seconds=59)
    text = nora.get("/desk").text
    assert "Counting the chairs: done. There are two." in text
    clock.on(seconds=1)
    later = nora.get("/desk").text
    assert "Counting the chairs" not in later
    assert key.findall(later) != key.findall(text)  # which has open pages read anew


def test_what_ended_is_no_news_any_more_when_something_is_begun(own: Settings, clock: Clock) -> None:
    jobs, going_on = Jobs(own, clock), threading.Event()
    jobs.add(Job(of="x", title="one", work=lambda: "well"))
    eventually(lambda: jobs.last is not None)
    jobs.add(Job(of="y", title="two", work=lambda: str(going_on.wait(30))))
    eventually(lambda: jobs.now is not None)
    assert jobs.last is None
    going_on.set()
    jobs.close()


def test_an_ingest_that_cannot_begin_says_why(own: Settings) -> None:
    with pytest.raises(CompanionError, match="There is no episode “nowhere”"):
        ingest(own, "--episode", "nowhere")

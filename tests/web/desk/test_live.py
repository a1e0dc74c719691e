"""News of what goes on, as server-sent events: when they come, and when they end."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import podcast
from entering import NORA, PASSWORD, serving
from filelock import FileLock

from companion.config import Settings
from companion.store import Store
from web.app import create_app
from web.desk import live


def news(lines: Iterator[str], seconds: float = 30) -> str:
    """The data of the next event."""
    end = time.monotonic() + seconds
    for line in lines:
        if line.startswith("data: "):
            return line.removeprefix("data: ").strip()
        assert time.monotonic() < end, "no news came"
    raise AssertionError("the stream has ended")


def test_an_event_for_every_change_until_the_site_is_stopped(own: Settings) -> None:
    app = create_app(own)
    with serving(app) as address, httpx.Client(base_url=address, timeout=30) as client:
        client.post("/desk/login", data={"name": NORA.name, "password": PASSWORD})
        with client.stream("GET", "/desk/live") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert "no-store" in answer.headers["cache-control"]
            assert "content-encoding" not in answer.headers
            lines = answer.iter_lines()
            told = [news(lines)]
            assert f'data-key="{told[0]}"' in client.get("/desk").text
            with Store.open(own.database) as store:
                store.work.failed(podcast.SILENT, "audio", "no", datetime.now(UTC))
            told.append(news(lines))
            with FileLock(own.lock):
                told.append(news(lines))
            assert news(lines) == told[1]
            assert len(set(told)) == 3
            app.state.jobs.close()
            assert [line for line in lines if line.startswith("data")] == []  # and it has come to its end


def test_it_ends_when_the_visitor_goes(own: Settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    ended = []
    stream = live._news

    async def watched(*given):  # type: ignore[no-untyped-def]
        try:
            async for one in stream(*given):
                yield one
        finally:
            ended.append(True)

    monkeypatch.setattr(live, "_news", watched)
    with serving(create_app(own)) as address, httpx.Client(base_url=address, timeout=30) as client:
        client.post("/desk/login", data={"name": NORA.name, "password": PASSWORD})
        with client.stream("GET", "/desk/live") as answer:
            lines = answer.iter_lines()  # kept by name: let go of, it hangs up
            news(lines)
            assert not ended
        end = time.monotonic() + 30
        while not ended:
            assert time.monotonic() < end, "it still sends to nobody"
            time.sleep(0.05)


def test_only_who_is_logged_in_hears_of_it(own: Settings) -> None:
    with serving(create_app(own)) as address:
        answer = httpx.get(f"{address}/desk/live", headers={"sec-fetch-mode": "cors"})
    assert answer.status_code == 401


def test_who_listens_does_not_keep_the_site_from_stopping(own: Settings) -> None:
    command = [sys.executable, "-m", "companion", "--data", str(own.data), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert address
        with httpx.Client(base_url=address[0], timeout=30) as client:
            client.post("/desk/login", data={"name": NORA.name, "password": PASSWORD})
            with client.stream("GET", "/desk/live") as answer:
                lines = answer.iter_lines()
                news(lines)
                process.send_signal(signal.SIGINT)
                _, trouble = process.communicate(timeout=30)
                assert [line for line in lines if line.startswith("data")] == []
    assert trouble == ""

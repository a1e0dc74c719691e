"""Killed in the middle of two hundred verdicts: every one that was acknowledged is there afterwards."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from companion.config import Settings
from companion.moments import State
from companion.store import Store

sys.path.append(str(Path(__file__).parents[1] / "web"))  # the podcast and the people of the site's tests

import podcast
from entering import NORA, PASSWORD, TOM, let_in
from reviewed import EPISODE, HERE, propose

HANDS = 4  # deciding at once


class Hand(threading.Thread):
    """Somebody who decides one moment after another, and remembers what was acknowledged."""

    def __init__(self, address: str, name: str, ids: tuple[str, ...], acknowledged: list[str]) -> None:
        super().__init__()
        self._address, self._ids, self._acknowledged = address, ids, acknowledged
        self._opener = build_opener(HTTPCookieProcessor())
        self._post("/desk/login", {"name": name, "password": PASSWORD})
        with self._opener.open(f"{address}{HERE}") as answer:
            self._token = re.search(r'name="csrf" value="(\w+)"', answer.read().decode())[1]  # type: ignore[index]

    def run(self) -> None:
        for id in self._ids:
            act = {"act": "accept", "moment": id, "seen": "0", "title": "", "note": "", "csrf": self._token}
            try:
                self._post(f"{HERE}/acts", act)
            except (OSError, HTTPException):
                return  # it was killed
            self._acknowledged.append(id)

    def _post(self, path: str, fields: dict[str, str]) -> None:
        body = urlencode(fields).encode()
        headers = {"accept": "application/json", "origin": self._address}
        with self._opener.open(Request(self._address + path, body, headers), timeout=30) as answer:
            answer.read()


@pytest.mark.parametrize("after", [40, 150])
def test_every_acknowledged_verdict_outlives_a_kill(tmp_path: Path, after: int) -> None:
    settings = Settings(data=tmp_path / "data")
    podcast.fill(settings)
    let_in(settings, NORA, TOM)
    ids = propose(settings, 200)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "companion", "--data", str(settings.data), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        acknowledged: list[str] = []
        hands = [Hand(address, (NORA, TOM)[at % 2].name, ids[at::HANDS], acknowledged) for at in range(HANDS)]
        for hand in hands:
            hand.start()
        while len(acknowledged) < after:
            time.sleep(0.002)
        os.kill(server.pid, signal.SIGKILL)
        for hand in hands:
            hand.join()
    finally:
        server.kill()
        server.wait()
    with Store.open(settings.database) as store:
        accepted = {case.moment.id for case in store.reviewing.of_episode(EPISODE) if case.state is State.ACCEPTED}
        assert store._c.one("pragma synchronous")[0] == 2  # type: ignore[index]  # full: nothing waits in the disk's cache
        assert store._c.one("pragma integrity_check")[0] == "ok"  # type: ignore[index]
    assert after <= len(acknowledged) < 200
    assert set(acknowledged) <= accepted
    assert len(accepted - set(acknowledged)) <= HANDS  # written, and its answer lost


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with build_opener().open(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")

"""From `companion demo` to the desk: the name and the password that it prints open it."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typed import ROOT, companion

from companion.config import Settings
from companion.demo import producer
from companion.store import Store


def shown(demo: Path) -> tuple[subprocess.Popen[str], str, str]:
    """A running demo, the address of its desk and the password."""
    command = [sys.executable, "-m", "companion", "--data", str(demo), "demo", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert "The site is at" in process.stdout.readline()
    said = process.stdout.readline()
    match = re.search(r"(http://127\.0\.0\.1:\d+/desk): log in as demo with the password (\S+)", said)
    assert match, said
    return process, match[1], match[2]


def log_in(desk: str, password: str) -> int:
    with httpx.Client(headers={"origin": desk.removesuffix("/desk")}) as client:
        answer = client.post(f"{desk}/login", data={"name": "demo", "password": password, "to": "/desk/people"})
        if answer.status_code != 303:
            return answer.status_code
        return client.get(desk.removesuffix("/desk") + answer.headers["location"]).status_code


def test_the_demo_tells_how_to_log_in(demo: Path) -> None:
    passwords = []
    for _ in range(2):
        process, desk, password = shown(demo)
        try:
            assert log_in(desk, password) == 200
            if passwords:
                assert log_in(desk, passwords[0]) == 401  # each showing has its own
            passwords.append(password)
        finally:
            process.terminate()
            process.wait(20)
    assert passwords[0] != passwords[1]
    assert all(len(password) >= 17 for password in passwords)


def test_a_port_that_is_taken_is_told_at_once_and_nobodys_password_changes(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = companion(tmp_path / "new", "demo", "--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Cannot listen on 127.0.0.1 port {port}" in done.stderr
    assert not (tmp_path / "new" / "companion.db").exists()


@pytest.mark.parametrize(("host", "let_in"), [("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)])
def test_only_who_sits_at_this_machine_gets_the_demos_key(tmp_path: Path, host: str, let_in: bool) -> None:
    settings = Settings(data=tmp_path, host=host)
    assert (producer.let_in(settings) is not None) is let_in
    with Store.open(settings.database) as store:
        assert [one.name for one in store.users.all()] == (["demo"] if let_in else [])

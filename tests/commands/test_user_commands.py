"""Keys to the desk from the command line: typed twice at a terminal, or read from standard input."""

import json
import os
import pty
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from typed import ROOT, companion

from companion import users_cli
from companion.__main__ import cli
from companion.errors import NotFoundError
from companion.store import Store
from companion.users import Role, matches

PASSWORD = "two chairs and a lamp"


def user(data: Path, *arguments: str, stdin: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "companion", "--data", str(data), "user", *arguments],
        cwd=ROOT,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )


def digest(data: Path, name: str) -> str | None:
    with Store.open(data / "companion.db") as store:
        return store.users.digest(name)


def test_somebody_is_let_in_listed_and_sent_away(tmp_path: Path) -> None:
    assert b"Nobody yet" in user(tmp_path, "list").stdout
    done = user(tmp_path, "add", "Nora", stdin=f"{PASSWORD}\r\nanother line\n")
    assert done.returncode == 0 and b"as producer" in done.stdout, done.stderr
    assert user(tmp_path, "add", "Tom", "--role", "editor", stdin=PASSWORD).returncode == 0
    assert matches(digest(tmp_path, "Nora"), PASSWORD) and matches(digest(tmp_path, "Tom"), PASSWORD)
    assert user(tmp_path, "list").stdout == b"Nora  producer\nTom  editor\n"
    told = json.loads(user(tmp_path, "list", "--json").stdout)
    assert told == {"people": [{"name": "Nora", "role": "producer"}, {"name": "Tom", "role": "editor"}]}
    other = "three chairs and a window"
    assert user(tmp_path, "password", "nora", stdin=other).stdout.startswith(b"Nora has a new password")
    assert matches(digest(tmp_path, "Nora"), other) and not matches(digest(tmp_path, "Nora"), PASSWORD)
    assert user(tmp_path, "remove", "tom").stdout == b"Tom may not enter any more.\n"
    assert user(tmp_path, "list").stdout == b"Nora  producer\n"
    with Store.open(tmp_path / "companion.db") as store:
        deeds = [(deed.who, deed.action, deed.what) for deed in store.audit.newest(limit=9)]
    assert deeds == [
        ("command line", "remove person", "Tom"),
        ("command line", "new password", "Nora"),
        ("command line", "add person", "Tom (editor)"),
        ("command line", "add person", "Nora (producer)"),
    ]


def test_what_happens_to_somebody_while_a_password_is_typed_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Nora", "Tom"):
        user(tmp_path, "add", name, stdin=PASSWORD)

    def made_editor(store: Store) -> None:
        store.users.change("Tom", Role.EDITOR)
        store.sessions.start(store.users.get("Tom"), datetime.now(UTC))

    happens = iter((made_editor, lambda store: store.users.remove("Tom")))

    def typed() -> str:
        with Store.open(tmp_path / "companion.db") as store:
            next(happens)(store)
        return "three chairs and a window"

    monkeypatch.setattr(users_cli, "_password", typed)
    command = ["--data", str(tmp_path), "user", "password", "Tom"]
    assert CliRunner().invoke(cli, command).exit_code == 0
    assert user(tmp_path, "list").stdout == b"Nora  producer\nTom  editor\n"
    assert matches(digest(tmp_path, "Tom"), "three chairs and a window")
    with Store.open(tmp_path / "companion.db") as store:
        assert store._c.all("select * from sessions") == []
    done = CliRunner().invoke(cli, command)
    assert isinstance(done.exception, NotFoundError)
    assert user(tmp_path, "list").stdout == b"Nora  producer\n"


def test_a_name_is_one_whatever_its_letters(tmp_path: Path) -> None:
    assert user(tmp_path, "add", "Élise", stdin=PASSWORD).returncode == 0
    assert b"somebody named" in user(tmp_path, "add", "élise", stdin=PASSWORD).stderr
    other = "three chairs and a window"
    told = user(tmp_path, "password", "E\u0301LISE", stdin=other)
    assert told.stdout.decode().startswith("Élise has a new password"), told.stderr
    assert matches(digest(tmp_path, "élise"), other)


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("add", "Nora"), PASSWORD, "somebody named"),
        (("add", "Eve"), "", "at least 10 characters"),
        (("add", "Eve"), "short\n", "at least 10 characters"),
        (("add", "Eve"), b"\xff\xfe a long password\n", "not UTF-8"),
        (("add", "<Eve>"), PASSWORD, "A name has 1 to 40"),
        (("remove", "Eve"), "", "There is no person “Eve”"),
        (("password", "Eve"), PASSWORD, "There is no person “Eve”"),
        (("password", "Nora"), "short\n", "at least 10 characters"),
        (("remove", "Nora"), "", "the only producer"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, arguments: tuple[str, ...], stdin: str | bytes, said: str) -> None:
    assert user(tmp_path, "add", "nora", stdin=PASSWORD).returncode == 0
    done = user(tmp_path, *arguments, stdin=stdin)
    assert done.returncode == 1
    assert said in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert user(tmp_path, "list").stdout == b"nora  producer\n"


def test_a_role_that_is_none(tmp_path: Path) -> None:
    done = companion(tmp_path, "user", "add", "Eve", "--role", "boss")
    assert done.returncode == 2 and "producer" in done.stderr


def test_at_a_terminal_it_is_asked_twice_and_not_shown(tmp_path: Path) -> None:
    keyboard, terminal = pty.openpty()
    command = [sys.executable, "-m", "companion", "--data", str(tmp_path), "user", "add", "Nora"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    ) as process:
        os.close(terminal)
        shown = b""
        for prompt, typed in (
            (b"characters): ", PASSWORD),
            (b"again: ", "something else"),  # a slip: it asks for both again
            (b"characters): ", PASSWORD),
            (b"again: ", PASSWORD),
        ):
            shown = read_until(keyboard, prompt)
            os.write(keyboard, typed.encode() + b"\n")
            assert typed.encode() not in shown
        assert b"may enter the desk" in read_until(keyboard, b"shows.")
        assert process.wait(20) == 0
    os.close(keyboard)
    assert matches(digest(tmp_path, "Nora"), PASSWORD)


def read_until(keyboard: int, words: bytes) -> bytes:
    shown, begun = b"", time.monotonic()
    while words not in shown:
        assert time.monotonic() - begun < 30, shown
        shown += os.read(keyboard, 1000)
    return shown

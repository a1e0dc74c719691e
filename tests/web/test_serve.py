"""The `serve` command and the function behind it, as a process of its own."""

import logging
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from entering import serving

from companion.config import Settings
from companion.errors import ConflictError, InvalidError
from web.app import create_app
from web.cli import run, serve

SERVE = """
import sys
from pathlib import Path
from companion.config import Settings
from web.cli import serve
serve.main(["--port", "0"], obj=Settings(data=Path(sys.argv[1])), standalone_mode=False)
"""


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(with_signal: signal.Signals, settings: Settings) -> None:
    command = [sys.executable, "-c", SERVE, str(settings.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert address, said
        assert httpx.get(f"{address[0]}healthz").status_code == 200
        assert "server" not in httpx.get(address[0]).headers
        process.send_signal(with_signal)
        _, trouble = process.communicate(timeout=30)
    assert "Traceback" not in trouble
    assert trouble == ""


def test_the_address_answers_when_it_is_said(settings: Settings) -> None:
    class Enough(BaseException):
        pass

    answers = []

    def ready(address: str) -> None:
        answers.append(httpx.get(address).status_code)
        raise Enough

    with pytest.raises(Enough):
        run(Settings(data=settings.data, port=0), ready=ready)
    assert answers == [200]


def test_a_visitor_who_hangs_up_is_no_fault_of_ours(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), serving(create_app(settings)) as address:
        with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)) as visitor:
            visitor.sendall(b"POST /desk/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n")
            visitor.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=")
        assert httpx.get(f"{address}/healthz").status_code == 200
    assert [record for record in caplog.records if record.name == "web"] == []


def test_a_port_in_use_is_said(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConflictError, match=f"port {port}.*--port"):
            run(Settings(data=settings.data, port=port), ready=print)


def test_a_host_that_is_none(settings: Settings) -> None:
    with pytest.raises(InvalidError, match=r"no address “nowhere\.invalid”"):
        run(Settings(data=settings.data, host="nowhere.invalid", port=0), ready=print)


def test_a_database_that_is_none_is_said_before_serving(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, port=0)
    settings.database.write_text("not a database, and longer than the hundred bytes of a header" * 3)
    with pytest.raises(ConflictError):
        run(settings, ready=print)


def test_help_loads_no_server() -> None:
    assert "--port" in CliRunner().invoke(serve, ["--help"]).output
    code = "import sys, web.cli; print([name for name in ('litestar', 'uvicorn', 'jinja2') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

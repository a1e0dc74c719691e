"""The built-in podcast, brought in once for all these tests, and a host that misbehaves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Host
from typed import companion


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which `companion demo` has brought the built-in podcast."""
    data = tmp_path_factory.mktemp("demo")
    done = companion(data, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def ask(demo: Path) -> Callable[..., Any]:
    """Runs a command on the demo's folder and reads the JSON it prints."""

    def ask(*arguments: str) -> Any:
        done = companion(demo, *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()

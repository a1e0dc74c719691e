"""The built-in podcast, brought in once for all these tests, and a host that misbehaves."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from loopback import Host
from typed import companion


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which `companion demo` has brought the built-in podcast, once for all workers."""
    base = tmp_path_factory.getbasetemp()
    first = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first-demo"
    with FileLock(f"{first}.lock"):
        if not first.exists():
            half = first.with_name("half-demo")
            done = companion(half, "demo", "--no-serve")
            assert done.returncode == 0, done.stderr
            half.rename(first)
    return Path(shutil.copytree(first, tmp_path_factory.mktemp("demo"), dirs_exist_ok=True))


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

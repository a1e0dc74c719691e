"""The command line as a person runs it, and the built-in podcast, brought in once for all these tests."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Host

ROOT = Path(__file__).parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


def companion(data: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in an empty home folder, without the model hub; no command ever shows a traceback."""
    home = data / "home"
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "companion", "--data", str(data), *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home), "HF_ENDPOINT": "http://127.0.0.1:9", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


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

"""The command line as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from companion.__main__ import cli

ROOT = Path(__file__).parents[2]


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


def within(data: Path, *arguments: str, **environ: str) -> Result:
    """The same as typed, but in this process: for what is tried many times."""
    return CliRunner().invoke(cli, ["--data", str(data), *arguments], env=environ)

"""Programs of our own: this code, not what happens to lie about."""

import os
import subprocess
from pathlib import Path

import pytest

from companion import children


def test_a_child_runs_this_code_from_any_folder(tmp_path: Path) -> None:
    for name in ("companion.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit(3)\n", "utf-8")
    done = subprocess.run(
        children.command("companion", "--version"), env=children.environment(), cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


def test_what_was_on_the_path_stays_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(Path(children.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/elsewhere", root]))
    assert children.environment()["PYTHONPATH"] == os.pathsep.join([root, "/elsewhere"])
    monkeypatch.delenv("PYTHONPATH")
    assert children.environment()["PYTHONPATH"] == root

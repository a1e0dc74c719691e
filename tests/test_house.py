"""The house rules: who may import whom, style, types, and a command line that is light and explains itself."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]


PROGRAMS = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-cache"),
    ],
    ids=lambda command: command[0],
)
def test_rules_hold(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.stdout, "it said nothing"
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_is_quick_to_load() -> None:
    heavy = "faster_whisper", "litestar", "av", "onnxruntime", "feedparser", "httpx"
    code = f"import sys, companion.__main__; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def commands() -> dict[str, click.Command]:
    from companion.__main__ import cli

    return dict(cli.commands)


def test_every_command_and_option_has_help_and_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, command in commands().items():
        assert command.help, name
        assert f"companion {name}" in readme, f"{name} is not in the README"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts}"
                assert option.opts[0] in readme, f"{name} {option.opts[0]} is not in the README"


def test_no_room_is_over_400_lines() -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not names:
        pytest.skip("not a git checkout: no list of files to measure")
    source = [ROOT / name for name in names if name.endswith((".py", ".js", ".html", ".css")) and "tests" not in name]
    long = {path.name: n for path in source if path.exists() and (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_no_path_of_a_machine_is_in_the_project() -> None:
    here = f"{ROOT.parent}{os.sep}"
    done = subprocess.run(["git", "grep", "-nIF", here], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""

"""What the README says can be typed, typed; and what it says is installed, installed."""

import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typed import ROOT, companion

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [
    line.removeprefix("companion ") for block in BLOCKS for line in block.splitlines() if line[:10] == "companion "
]


def test_there_are_commands_to_try() -> None:
    assert len(LINES) >= 10


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_the_readme_works(demo: Path, tmp_path: Path, line: str) -> None:
    episode = next(path.stem for path in sorted((demo / "audio").iterdir()))
    done = companion(demo, *shlex.split(line.replace("EPISODE", episode).replace("-o ", f"-o {tmp_path}/")))
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(tmp_path.iterdir())


def test_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures and all((ROOT / picture).is_file() for picture in pictures)


@pytest.mark.parametrize("package", ["companion", "ingest", "web"])
def test_the_picture_of_the_house_has_every_room(package: str) -> None:
    picture = README.partition("## Design notes")[2].partition(f"\n{package}/ ")[2]
    shown = re.split(r"\n\S", picture, maxsplit=1)[0].split()
    rooms = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    rooms |= {f"{path.parent.name}/" for path in (ROOT / package).glob("*/__init__.py")}
    assert rooms - set(shown) == set()


def test_every_dependency_is_listed_with_its_reason() -> None:
    names = re.findall(r'^  "([a-z0-9-]+)[<>=]', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    rows = [row.partition("|")[0] for row in README.partition("### Dependencies")[2].split("\n| ")]
    assert len(names) >= 10
    for name in names:
        assert any(name in row for row in rows), name


def test_the_wheel_holds_what_the_demo_and_the_site_need(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "companion/demo/podcast/feed.xml",
        "companion/demo/podcast/s1e1.mp3",
        "companion/demo/whisper-micro/model.bin",
        "companion/editorial/themes.toml",
        "templates/base.html",
        "web/static/site.css",
    ):
        assert wanted in names, wanted
    assert not any(name.startswith("tests/") for name in names)

"""Programs of our own as processes: run by this Python, with the code that is running now, wherever that was begun."""

import os
import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[1])


def command(module: str, *arguments: str) -> list[str]:
    """What runs a module; a file of the same name in the current folder is not taken for it."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The environment in which it finds this code, installed or not."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.environ | {"PYTHONPATH": os.pathsep.join(dict.fromkeys([_ROOT, *filter(None, given)]))}

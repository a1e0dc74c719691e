"""Kills `companion ingest` at random points and shows that one more run ends where an undisturbed run does.

python tests/bench/kill_points.py [POINTS]     (50 by default; prints one line a point, fails on the first difference)
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from contents import contents  # noqa: E402

from companion.demo.server import serving  # noqa: E402

COMPANION = (sys.executable, "-m", "companion", "--allow-private-network")
INGEST = ("ingest", "--latest", "2", "--model", "micro", "--transcribe", "always")  # two: one ends, one begins


def companion(data: Path, *arguments: str) -> None:
    """Runs a command to its end, which must be a good one."""
    done = subprocess.run(
        [*COMPANION, "--data", str(data), *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def killed(data: Path, after: float) -> bool:
    """Starts an ingest and kills it (not its children) after some seconds; False if it ended before."""
    process = subprocess.Popen(
        [*COMPANION, "--data", str(data), *INGEST], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


@contextmanager
def undisturbed() -> Iterator[tuple[str, dict[str, list[tuple[object, ...]]], float]]:
    """The demo's feed address, what an undisturbed ingest of its newest leaves, and the seconds that took."""
    with serving() as address, tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        companion(data, "add", address, "--id", "demo")
        began = time.monotonic()
        companion(data, *INGEST)
        yield address, contents(data), time.monotonic() - began


def survives(address: str, expected: dict[str, list[tuple[object, ...]]], after: float) -> bool:
    """Kills one ingest after some seconds, runs it again, and compares; True if the kill came before the end."""
    folder = Path(tempfile.mkdtemp())
    try:
        companion(folder, "add", address, "--id", "demo")
        was_killed = killed(folder, after)
        companion(folder, *INGEST)
        found = contents(folder)
        for table, rows in expected.items():
            assert found[table] == rows, f"killed after {after:.2f} s: {table} differs"
        return was_killed
    finally:
        shutil.rmtree(folder)


def main(points: int) -> None:
    """Prints how each point went."""
    chance = random.Random(1)
    with undisturbed() as (address, expected, seconds):
        print(f"undisturbed: {seconds:.1f} s, {', '.join(f'{len(rows)} {table}' for table, rows in expected.items())}")
        killed_points = 0
        for point in range(points):
            after = chance.uniform(0.1, seconds)
            was_killed = survives(address, expected, after)
            killed_points += was_killed
            print(f"{point + 1:3} after {after:5.2f} s: {'killed, ' if was_killed else 'ended before, '}same contents")
        print(f"{killed_points} of {points} runs were killed; all ended with the undisturbed run's contents.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)

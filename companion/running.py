"""Whether an ingest is at work in a data folder, asked from outside of it."""

from pathlib import Path

from filelock import FileLock, Timeout


def held(lock: Path) -> bool:
    """True while somebody holds the lock file. Looking takes the lock for an instant, and only if it is free."""
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True

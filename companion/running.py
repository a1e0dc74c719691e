"""Whether an ingest is at work in a data folder: looked at from outside, or before beginning one."""

from pathlib import Path

from filelock import FileLock, Timeout

PATIENCE = 1.0  # seconds to wait for the lock before somebody is at work: whoever only looks holds it for an instant


def held(lock: Path) -> bool:
    """True while somebody holds the lock file. Looking takes the lock for an instant, and only if it is free."""
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # nobody can work in a folder that cannot be written to
        return False

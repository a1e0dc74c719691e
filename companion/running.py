"""Who is at work in a data folder: one at a time, and others may look."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from companion.errors import ConfigError, ConflictError

_PATIENCE = 1.0  # seconds to wait for the lock before somebody is at work: whoever only looks holds it for an instant


@contextmanager
def alone(lock: Path, otherwise: str) -> Iterator[None]:
    """Holds the lock file while nobody else does.

    `ConflictError` that says `otherwise` if somebody is at work, `ConfigError` if its folder can't be written to.
    """
    own = FileLock(lock)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        own.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise ConflictError(otherwise) from error
    except OSError as error:
        raise ConfigError(f"The data folder {lock.parent} cannot be written to: {error.strerror}.") from error
    try:
        yield
    finally:
        own.release()


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

"""The demo's own producer, so that the desk can be tried: with a new password for each time the demo is shown."""

import secrets
from datetime import UTC, datetime

from companion.config import Settings
from companion.store import Store
from companion.users import Role, User, hashed

NAME = "demo"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def let_in(settings: Settings) -> str | None:
    """The password that opens the desk to the demo's producer; None where others than this machine see the site."""
    if settings.host not in _LOOPBACK:
        return None
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
    with Store.open(settings.database) as store:
        store.users.put(User(name=NAME, role=Role.PRODUCER), hashed(password), datetime.now(UTC))
    return password

"""The audit trail has all that was done: an act that can't be written there is not done either."""

import sqlite3
from contextlib import closing

import podcast
import pytest
from entering import NORA, PASSWORD, TOM, enter
from litestar.testing import TestClient

from companion.config import Settings
from companion.moments import moment_id
from companion.store import Store
from companion.users import User

HERE = f"/desk/episodes/{podcast.FIRST}"
FIRST = podcast.TALK[0][3]
VALIDATION = moment_id(podcast.FIRST, "validation", podcast.TALK[podcast.SHOWN[1][1]][3])


def everything(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.database)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    ("who", "path", "sent"),
    [
        (NORA, f"{HERE}/publish", {"to": "draft"}),
        (NORA, f"{HERE}/caution", {"text": "They talk of a loss."}),
        (NORA, f"{HERE}/takedown", {"reason": "They asked for it.", "what": podcast.FIRST}),
        (NORA, f"{HERE}/redactions", {"start": "58", "end": "1:04"}),
        (NORA, "/desk/people", {"name": "Dana", "role": "editor", "password": PASSWORD}),
        (NORA, "/desk/people/role", {"name": "Tom", "role": "producer"}),
        (NORA, "/desk/people/password", {"name": "Tom", "password": f"{PASSWORD} more"}),
        (NORA, "/desk/people/remove", {"name": "Tom"}),
        (
            TOM,
            f"{HERE}/transcript/words",
            {"first": "0", "end": str(len(FIRST.split())), "was": FIRST, "text": f"Well, {FIRST}"},
        ),
        (TOM, f"{HERE}/transcript/rename", {"old": "Dana", "new": "Dana Wolf", "where": "episode"}),
        (TOM, f"{HERE}/transcript/learn", {"name": "Winnicott"}),
        (TOM, f"/desk/second/{VALIDATION}", {"verdict": "reject"}),
    ],
)
def test_what_cannot_be_noted_is_not_done(
    visitor: TestClient, own: Settings, who: User, path: str, sent: dict[str, str]
) -> None:
    csrf = enter(visitor, who)
    with Store.open(own.database) as store, store.atomic():
        store._c.run("create trigger full before insert on audit begin select raise(abort, 'no room'); end")
    before = everything(own)
    assert visitor.post(path, data={"csrf": csrf, **sent}, follow_redirects=False).status_code == 500
    assert everything(own) == before
    with Store.open(own.database) as store, store.atomic():
        store._c.run("drop trigger full")
    assert visitor.post(path, data={"csrf": csrf, **sent}, follow_redirects=False).status_code == 303

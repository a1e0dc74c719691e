"""People in the store: what is kept of a password, slow logins for names and addresses, sessions of those who go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.errors import InvalidError, NotFoundError
from companion.store import Store
from companion.users import Role, User, hashed, matches, named

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NORA = User(name="Nora", role=Role.PRODUCER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "companion.db") as store:
        yield store


def test_a_password_and_its_digest() -> None:
    digest = hashed("pässword with é")
    assert digest.startswith("$argon2id$") and "word" not in digest
    assert hashed("pässword with é") != digest  # a salt of its own
    assert matches(digest, "pässword with é")
    assert matches(digest, "pa\u0308ssword with e\u0301")  # as another keyboard puts the letters together
    assert not matches(digest, "Pässword with é")
    assert not matches(digest, "")
    assert not matches(None, "pässword with é")
    assert not matches("no digest at all", "pässword with é")
    assert not matches(digest, "x" * 1_000_000)


@pytest.mark.parametrize("name", ["Nora", "N", "Ada Lovelace", "Zoë-Ann O'Neil", "j.doe_2", "諾拉", "x" * 40])
def test_names(name: str) -> None:
    assert named(f"  {name} ") == name


@pytest.mark.parametrize("name", ["", " ", "-Nora", "Nora-", "x" * 41, "a/b", "a\x00b", "<b>", "a@b", "Nora\u202e"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(InvalidError, match="1 to 40"):
        named(name)


def test_whoever_gets_another_password_or_leaves_is_logged_out(store: Store) -> None:
    store.users.put(NORA, "digest", NOW)
    secret = store.sessions.start(NORA, NOW)
    assert store.sessions.find(secret, NOW) == NORA
    store.users.put(NORA, "another", NOW)
    assert store.sessions.find(secret, NOW) is None
    assert store.users.digest("NORA") == "another"
    secret = store.sessions.start(NORA, NOW)
    store.users.put(User(name="Dana", role=Role.PRODUCER), "digest", NOW)
    store.users.remove("nora")
    assert store.sessions.find(secret, NOW) is None
    assert store.users.digest("Nora") is None
    with pytest.raises(NotFoundError):
        store.users.get("Nora")


def test_sessions_that_are_over_are_swept_out_by_the_next_login(store: Store) -> None:
    store.users.put(NORA, "digest", NOW)
    for _ in range(3):
        store.sessions.start(NORA, NOW)
    kept = store.sessions.start(NORA, NOW + timedelta(hours=3))
    assert store._c.one("select count(*) as n from sessions")["n"] == 1
    assert store.sessions.find(kept, NOW + timedelta(hours=3)) == NORA


def test_an_address_that_tries_many_names_is_slowed_for_all_of_them(store: Store) -> None:
    waits = [store.attempts.begin(f"name {number}", "10.0.0.1", NOW) for number in range(23)]
    assert waits == [0] * 20 + [1] * 3
    assert store.attempts.begin("Nora", "10.0.0.2", NOW) == 0  # nobody else is
    now = NOW
    for wanted in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        assert store.attempts.begin("Nora", "10.0.0.1", now) == wanted
        now += timedelta(seconds=wanted)
        assert store.attempts.begin(f"another at {now}", "10.0.0.1", now) == 0
    assert store.attempts.begin("Nora", "10.0.0.1", now + timedelta(days=1)) == 0


def test_a_login_forgives_its_name_but_not_what_else_its_address_tried(store: Store) -> None:
    for number in range(19):
        store.attempts.begin(f"name {number}", "10.0.0.1", NOW)
    assert store.attempts.begin("Nora", "10.0.0.1", NOW) == 0
    store.attempts.succeeded("nora", "10.0.0.1")
    assert store.attempts.begin("Nora", "10.0.0.1", NOW) == 0
    assert store.attempts.begin("Nora", "10.0.0.1", NOW) == 1


def test_what_was_typed_as_a_name_is_not_kept(store: Store, tmp_path: Path) -> None:
    store.attempts.begin("oh, this was my password", "10.0.0.1", NOW)
    assert not any(b"oh, this was" in file.read_bytes() for file in tmp_path.glob("companion.db*"))


def test_people_and_sessions_change_nothing_that_is_shown(store: Store) -> None:
    before = store.version()
    store.users.put(NORA, "digest", NOW)
    store.sessions.end(store.sessions.start(NORA, NOW))
    store.attempts.begin("Nora", "10.0.0.1", NOW)
    store.audit.note("Nora", "log in", "", NOW)
    assert store.version() == before
    with store.atomic():
        store.work.failed("x", "fetch", "down", NOW)
        store.audit.note("Nora", "retry", "x", NOW)
    assert store.version() == before + 1

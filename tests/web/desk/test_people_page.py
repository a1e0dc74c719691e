"""The page of people: letting in, changing roles, taking keys, and the trail of who did what."""

import re
from datetime import timedelta
from html import escape

import pytest
from entering import HERE, NORA, PASSWORD, TOM, Clock, enter
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from companion.users import Role, User
from web.app import create_app

PEOPLE = "/desk/people"


def alert(text: str) -> str:
    """What is said to be wrong."""
    (found,) = re.findall(r'role="alert"[^>]*>(.*?)</p>', text)
    return str(found)


def status(text: str) -> str:
    """What is said to have been done."""
    return "".join(re.findall(r'role="status">(.*?)</p>', text))


def send(client: TestClient, path: str, csrf: str, **fields: str) -> int:
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=False).status_code


def test_letting_in_changing_and_taking_the_key(visitor: TestClient, own: Settings) -> None:
    csrf = enter(visitor, NORA)
    assert send(visitor, PEOPLE, csrf, name="Ada  Lu", role="editor", password=PASSWORD) == 303
    assert send(visitor, f"{PEOPLE}/role", csrf, name="ada lu", role="producer") == 303
    with Store.open(own.database) as store:
        assert [(one.name, one.role) for one in store.users.all()] == [
            ("Ada Lu", Role.PRODUCER),
            ("Nora", Role.PRODUCER),
            ("Tom", Role.EDITOR),
        ]
    assert send(visitor, f"{PEOPLE}/remove", csrf, name="Ada Lu") == 303
    page = visitor.get(PEOPLE).text
    assert "<b>Ada Lu</b>" not in page and "<b>Tom</b>" in page
    with Store.open(own.database) as store:
        deeds = [(one.who, one.action, one.what) for one in store.audit.newest(limit=9)]
    assert deeds == [
        ("Nora", "remove person", "Ada Lu"),
        ("Nora", "change role", "Ada Lu (producer)"),
        ("Nora", "add person", "Ada Lu (editor)"),
        ("Nora", "log in", ""),
    ]


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        (PEOPLE, {"name": "tom", "role": "editor", "password": PASSWORD}, "somebody named “tom” already"),
        (PEOPLE, {"name": "", "role": "editor", "password": PASSWORD}, "A name has 1 to 40"),
        (PEOPLE, {"name": "<b>Eve", "role": "editor", "password": PASSWORD}, "A name has 1 to 40"),
        (PEOPLE, {"name": "x" * 41, "role": "editor", "password": PASSWORD}, "A name has 1 to 40"),
        (PEOPLE, {"name": "Eve", "role": "boss", "password": PASSWORD}, "A role is one of producer, editor"),
        (PEOPLE, {"name": "Eve", "role": "editor", "password": "too short"}, "at least 10 characters"),
        (PEOPLE, {"name": "Eve", "role": "editor", "password": "long" * 60}, "up to 200 characters"),
        (f"{PEOPLE}/role", {"name": "Nora", "role": "editor"}, "Nora is the only producer"),
        (f"{PEOPLE}/role", {"name": "tom", "role": "boss"}, "A role is one of producer, editor"),
        (f"{PEOPLE}/password", {"name": "tom", "password": "too short"}, "at least 10 characters"),
        (f"{PEOPLE}/remove", {"name": "nora"}, "Nora is the only producer"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    visitor: TestClient, own: Settings, path: str, fields: dict[str, str], said: str
) -> None:
    answer = visitor.post(path, data={"csrf": enter(visitor, NORA), **fields}, follow_redirects=False)
    assert answer.status_code == 400
    assert said in alert(answer.text)
    assert "Who has a key" in answer.text  # the same page again, nothing that leads nowhere
    if path == PEOPLE:
        assert f'name="name" value="{escape(fields["name"])}"' in answer.text
        assert (fields["role"] == "boss") or f'value="{fields["role"]}" selected' in answer.text.partition("another")[2]
    assert fields.get("password", PASSWORD) not in answer.text
    with Store.open(own.database) as store:
        assert store.users.all() == (NORA, TOM)
        assert len(store.audit.newest(limit=9)) == 1


def test_what_was_done_is_said_once(visitor: TestClient) -> None:
    csrf = enter(visitor, NORA)
    for path, fields, said in (
        (PEOPLE, {"name": "Ada", "role": "editor", "password": PASSWORD}, "Ada (editor) has a key now."),
        (f"{PEOPLE}/role", {"name": "ADA", "role": "producer"}, "Changed: Ada (producer)."),
        (f"{PEOPLE}/password", {"name": "ada", "password": f"{PASSWORD} more"}, "Ada has a new password, and has to"),
        (f"{PEOPLE}/remove", {"name": "Ada"}, "Ada has no key any more."),
    ):
        assert said in status(visitor.post(path, data={"csrf": csrf, **fields}).text)
    assert status(visitor.get(PEOPLE).text) == ""


def test_a_new_password_ends_that_person_s_sessions(visitor: TestClient, own: Settings, clock: Clock) -> None:
    csrf = enter(visitor, NORA)
    with TestClient(create_app(own, clock), base_url=HERE) as tom:
        enter(tom, TOM)
        assert send(visitor, f"{PEOPLE}/password", csrf, name="tom", password=f"{PASSWORD} more") == 303
        assert tom.get("/desk", follow_redirects=False).headers["location"].startswith("/desk/login")
        assert tom.post("/desk/login", data={"name": "Tom", "password": PASSWORD}).status_code == 401
        typed = {"name": "Tom", "password": f"{PASSWORD} more"}
        assert tom.post("/desk/login", data=typed, follow_redirects=False).status_code == 303
    with Store.open(own.database) as store:
        assert store.users.all() == (NORA, TOM)
        deeds = [(deed.who, deed.action, deed.what) for deed in store.audit.newest(limit=9)]
    assert ("Nora", "new password", "Tom") in deeds


def test_one_s_own_new_password_leads_to_the_door(visitor: TestClient) -> None:
    csrf = enter(visitor, NORA)
    sent = {"csrf": csrf, "name": "nora", "password": f"{PASSWORD} more"}
    answer = visitor.post(f"{PEOPLE}/password", data=sent)
    assert answer.url.path == "/desk/login"
    assert "Your new password holds from now on" in alert(answer.text)
    assert f'name="to" value="{PEOPLE}"' in answer.text


def test_who_is_no_producer_any_more_is_led_out(visitor: TestClient) -> None:
    csrf = enter(visitor, NORA)
    assert send(visitor, f"{PEOPLE}/role", csrf, name="Tom", role="producer") == 303
    answer = visitor.post(f"{PEOPLE}/role", data={"csrf": csrf, "name": "Nora", "role": "editor"})
    assert (answer.status_code, answer.url.path) == (200, "/desk")


def test_a_name_is_one_whatever_its_letters(visitor: TestClient, own: Settings, clock: Clock) -> None:
    csrf = enter(visitor, NORA)
    assert send(visitor, PEOPLE, csrf, name="Élise", role="editor", password=PASSWORD) == 303
    for name in ("élise", "E\u0301lise", "ÉLISE"):
        assert send(visitor, PEOPLE, csrf, name=name, role="editor", password=PASSWORD) == 400
    assert send(visitor, f"{PEOPLE}/role", csrf, name="ÉLISE", role="producer") == 303
    with Store.open(own.database) as store:
        assert store.users.get("e\u0301lise") == User(name="Élise", role=Role.PRODUCER)
        store.users.put(User(name="élise", role=Role.EDITOR), "another", clock.now)
        assert store.users.all() == (NORA, TOM, User(name="élise", role=Role.EDITOR))
    assert send(visitor, f"{PEOPLE}/remove", csrf, name="Élise") == 303
    with Store.open(own.database) as store:
        assert store.users.all() == (NORA, TOM)


def test_two_of_one_name_from_before_are_told_apart(visitor: TestClient, own: Settings) -> None:
    with Store.open(own.database) as store, store.atomic():
        for name in ("Élise", "élise"):
            store._c.run("insert into users (name, role, password, added) values (:name, 'editor', '', '')", name=name)
    assert send(visitor, f"{PEOPLE}/remove", enter(visitor, NORA), name="élise") == 303
    with Store.open(own.database) as store:
        assert [one.name for one in store.users.all()] == ["Nora", "Tom", "Élise"]


def test_somebody_who_is_not_there(visitor: TestClient) -> None:
    csrf = enter(visitor, NORA)
    for path, more in (("role", {"role": "editor"}), ("password", {"password": PASSWORD}), ("remove", {})):
        answer = visitor.post(f"{PEOPLE}/{path}", data={"csrf": csrf, "name": "Eve", **more})
        assert answer.status_code == 404
        assert alert(answer.text) == "There is nobody named “Eve” any more."


def test_the_trail_is_turned_page_by_page(visitor: TestClient, own: Settings, clock: Clock) -> None:
    with Store.open(own.database) as store:
        for number in range(120):
            store.audit.note("Tom", "accept", f"moment {number}", clock.now + timedelta(seconds=number))
    enter(visitor, NORA)  # the 121st deed
    first, second, third, fourth = (visitor.get(f"{PEOPLE}?page={number}").text for number in (1, 2, 3, 4))
    assert "moment 119<" in first and "moment 71<" in first and "moment 70<" not in first
    assert "moment 70<" in second and "moment 21<" in second and "moment 20<" not in second
    assert "moment 20<" in third and "moment 0<" in third
    assert "2 Mar 2026, 09:00:00" in third
    assert ("Newer" in first, "Older" in first) == (False, True)
    assert ("Newer" in third, "Older" in third) == (True, False)
    assert "There is nothing older." in fourth

"""Logging in and out: new ids, wrong passwords, sessions that end, and forms that wait for the login."""

import html
import re

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from entering import HERE, NORA, PASSWORD, TOM, Clock, enter, let_in
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from companion.users import Role, User, hashed, matches
from web.app import create_app
from web.desk.guards import COOKIE

PEOPLE = "/desk/people"


def try_in(client: TestClient, name: str, password: str, **more: str) -> object:
    return client.post("/desk/login", data={"name": name, "password": password, **more}, follow_redirects=False)


def inside(client: TestClient) -> bool:
    """Whether a producer's page opens."""
    status = client.get(PEOPLE, follow_redirects=False).status_code
    assert status in (200, 303)
    return status == 200


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of a page's main form."""
    main = text.partition("<main")[2].partition("</main>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main)
    return {html.unescape(name): html.unescape(value) for name, value in fields}


def test_the_way_in(visitor: TestClient, own: Settings) -> None:
    asked = visitor.get(f"{PEOPLE}?page=2", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, "/desk/login?next=/desk/people%3Fpage%3D2")
    door = visitor.get(asked.headers["location"])
    assert door.status_code == 200
    entered = visitor.post(
        "/desk/login",
        data={**hidden(door.text), "name": " nora ", "password": PASSWORD},
        headers={"origin": HERE},
        follow_redirects=False,
    )
    assert (entered.status_code, entered.headers["location"]) == (303, f"{PEOPLE}?page=2")
    page = visitor.get(PEOPLE)
    assert page.status_code == 200 and ">Nora</span>" in page.text
    assert visitor.get("/desk/login?next=/desk/people", follow_redirects=False).headers["location"] == PEOPLE
    with Store.open(own.database) as store:
        assert [(deed.who, deed.action) for deed in store.audit.newest(limit=5)] == [("Nora", "log in")]


@pytest.mark.parametrize("typed", ["Zoë", "Zoe\u0308", "ZOË"])
def test_a_name_is_one_however_it_is_typed(visitor: TestClient, own: Settings, typed: str) -> None:
    let_in(own, User(name="Zoë", role=Role.EDITOR))
    assert try_in(visitor, typed, PASSWORD).status_code == 303
    with Store.open(own.database) as store:
        assert store.audit.newest(limit=1)[0].who == "Zoë"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_for_the_desk_alone(own: Settings, scheme: str) -> None:
    with TestClient(create_app(own), base_url=HERE.replace("http", scheme)) as client:
        cookie = try_in(client, "Nora", PASSWORD).headers["set-cookie"]
        assert {"HttpOnly", "Path=/desk", "SameSite=lax"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) is (scheme == "https")
        assert "expires" not in cookie.lower() and "max-age" not in cookie.lower()
        assert "cookie" not in client.get("/").request.headers


def test_a_planted_session_is_not_the_one_that_is_entered(visitor: TestClient, own: Settings) -> None:
    visitor.cookies.set(COOKIE, "planted", domain="127.0.0.1", path="/desk")
    enter(visitor, NORA)
    first = visitor.cookies[COOKIE]
    assert first != "planted" and len(first) >= 43
    enter(visitor, NORA)  # again: a new one, and the one before is over
    assert visitor.cookies[COOKIE] != first
    for old in ("planted", first):
        with TestClient(create_app(own), base_url=HERE, cookies={COOKIE: old}) as thief:
            assert not inside(thief)
    assert inside(visitor)


def test_only_a_digest_of_a_session_is_kept(visitor: TestClient, own: Settings) -> None:
    enter(visitor, NORA)
    files = own.data.glob("companion.db*")
    assert not any(visitor.cookies[COOKIE].encode() in file.read_bytes() for file in files)


def test_logging_out_ends_the_session_itself(visitor: TestClient, own: Settings, clock: Clock) -> None:
    csrf = enter(visitor, NORA)
    copied = visitor.cookies[COOKIE]
    assert visitor.post("/desk/logout", follow_redirects=False).status_code == 403  # not without the token
    assert inside(visitor)
    gone = visitor.post("/desk/logout", data={"csrf": csrf}, follow_redirects=False)
    assert (gone.status_code, gone.headers["location"]) == (303, "/desk/login")
    assert COOKIE not in visitor.cookies
    with TestClient(create_app(own, clock), base_url=HERE, cookies={COOKIE: copied}) as thief:
        assert not inside(thief)


def test_a_session_ends_when_nobody_uses_it(visitor: TestClient, clock: Clock) -> None:
    enter(visitor, NORA)
    for _ in range(3):
        clock.on(minutes=119)
        assert inside(visitor)
    clock.on(minutes=121)
    assert not inside(visitor)
    clock.on(minutes=-60)  # and it stays ended only as long as its time is over: nothing was written
    assert inside(visitor)


def test_a_session_ends_after_twelve_hours_in_any_case(visitor: TestClient, clock: Clock) -> None:
    enter(visitor, NORA)
    for _ in range(11):
        clock.on(minutes=65)
        assert inside(visitor)
    clock.on(minutes=6)
    assert not inside(visitor)


def test_twenty_wrong_passwords(visitor: TestClient, clock: Clock) -> None:
    """The first five at once, then waits that double up to a minute; the right one, too, has to wait its turn."""
    waits = []
    for number in range(20):
        answer = try_in(visitor, "Nora", f"wrong password {number}")
        while answer.status_code == 429:
            wait = int(answer.headers["retry-after"])
            assert f"wait {wait} second" in answer.text
            waits.append(wait)
            assert try_in(visitor, "Nora", PASSWORD).status_code == 429
            clock.on(seconds=wait)
            answer = try_in(visitor, "Nora", f"wrong password {number}")
        assert answer.status_code == 401
    assert waits == [1, 2, 4, 8, 16, 32, *[60] * 9]
    assert COOKIE not in visitor.cookies
    assert try_in(visitor, "Nora", PASSWORD).status_code == 429
    clock.on(seconds=60)
    assert try_in(visitor, "Nora", PASSWORD).status_code == 303


def test_nothing_tells_whether_a_name_exists(visitor: TestClient) -> None:
    for _ in range(7):
        known, unknown = (try_in(visitor, name, "wrong password") for name in ("Nora", "Nobody"))
        assert known.status_code == unknown.status_code
        assert known.text.replace("Nora", "…") == unknown.text.replace("Nobody", "…")
        assert list(known.headers) == list(unknown.headers)
    assert known.status_code == 429


def test_an_unknown_name_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Parameters] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, digest: str, password: str) -> bool:
        compared.append(extract_parameters(digest))
        return verify(self, digest, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for of in (hashed(PASSWORD), None):
        assert not matches(of, "wrong password")
    known, unknown = compared
    assert known == unknown  # time, memory and lanes


@pytest.mark.parametrize(
    "to",
    [
        "//evil.test/desk",
        "https://evil.test/desk",
        "/\\evil.test",
        "/desk/../x",
        "/deskx",
        "/desk\n",
        "",
        "/desk/login",
        "/",
    ],
)
def test_the_door_leads_nowhere_else(visitor: TestClient, to: str) -> None:
    assert try_in(visitor, "Nora", PASSWORD, to=to).headers["location"] == "/desk"


def test_a_form_that_came_too_late_is_kept_and_sent_after_the_login(visitor: TestClient, clock: Clock) -> None:
    csrf = enter(visitor, NORA)
    clock.on(hours=3)
    sent = {"csrf": csrf, "name": "Dana", "role": "editor", "password": 'a long & "odd" <one>'}
    late = visitor.post(PEOPLE, data=sent, headers={"origin": HERE}, follow_redirects=False)
    assert late.status_code == 401 and "is kept" in late.text
    wrong = visitor.post("/desk/login", data={**hidden(late.text), "name": "Nora", "password": "a wrong one"})
    assert wrong.status_code == 401
    back = visitor.post("/desk/login", data={**hidden(wrong.text), "name": "Nora", "password": PASSWORD})
    fields = hidden(back.text)
    assert back.status_code == 200 and 'action="/desk/people" data-send' in back.text
    assert {name: fields[name] for name in sent if name != "csrf"} == {n: v for n, v in sent.items() if n != "csrf"}
    assert fields["csrf"] != csrf
    again = visitor.post(PEOPLE, data=fields, headers={"origin": HERE}, follow_redirects=False)
    assert again.status_code == 303
    assert "<b>Dana</b>" in visitor.get(PEOPLE).text


@pytest.mark.parametrize("origin", [None, "https://evil.test", "null"])
def test_a_form_of_another_site_never_waits_for_a_login(visitor: TestClient, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    answer = visitor.post(PEOPLE, data={"name": "Eve"}, headers=headers, follow_redirects=False)
    assert "Eve" not in answer.text
    assert answer.status_code == (403 if origin else 303)


def test_a_script_is_told_why(visitor: TestClient) -> None:
    for headers in ({"accept": "application/json"}, {"sec-fetch-mode": "cors"}):
        answer = visitor.post(PEOPLE, json={"kept": "there"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["login"].startswith("/desk/login?next=")


def test_a_role_is_looked_up_each_time_and_a_key_taken_at_once(visitor: TestClient, own: Settings) -> None:
    enter(visitor, TOM)
    assert visitor.get(PEOPLE).status_code == 403
    with Store.open(own.database) as store:
        store.users.change("tom", NORA.role)
        assert inside(visitor)
        store.users.remove("Tom")
    assert not inside(visitor)


def test_the_public_site_does_not_notice(visitor: TestClient, own: Settings) -> None:
    """Logins change nothing that a listener sees: what was kept for them stays good, and they get no cookie."""
    before = visitor.get("/").headers["etag"]
    csrf = enter(visitor, NORA)
    visitor.post("/desk/logout", data={"csrf": csrf})
    after = visitor.get("/")
    assert after.headers["etag"] == before
    assert "set-cookie" not in after.headers

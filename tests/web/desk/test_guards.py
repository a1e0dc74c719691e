"""Every route of the desk, by everybody: found in the app itself, so that a new one is tried as it comes."""

import re

import pytest
from entering import HERE, NORA, TOM, Clock, enter
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.response import ServerSentEvent
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from companion.config import Settings
from web.app import create_app
from web.desk.guards import COOKIE, GUARDS, hosts

OPEN = {("GET", "/desk/login"), ("POST", "/desk/login")}
PRODUCERS = {  # what an editor must never be able to do: known here, too, so that none is forgotten there
    ("GET", "/desk/people"),
    ("POST", "/desk/people"),
    ("POST", "/desk/people/role"),
    ("POST", "/desk/people/password"),
    ("POST", "/desk/people/remove"),
    ("POST", "/desk/episodes/x1/publish"),
    ("POST", "/desk/episodes/x1/takedown"),
    ("POST", "/desk/episodes/x1/redactions"),
    ("POST", "/desk/episodes/x1/redactions/7/lift"),
}
SAFE = {"GET", "HEAD"}


def handlers(app: Litestar) -> dict[tuple[str, str], HTTPRouteHandler]:
    """(method, path) of the desk's routes, with names in the place of parameters -> what answers them."""
    return {
        (method, re.sub(r"\{[^}]+\}", lambda found: "7" if found[0].endswith(":int}") else "x1", route.path)): handler
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/desk")
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    }


def routes(app: Litestar) -> dict[tuple[str, str], str]:
    """(method, path) of the desk's routes -> the role they are for."""
    return {route: handler.opt.get("role", "editor") for route, handler in handlers(app).items()}


def readable(app: Litestar) -> dict[tuple[str, str], str]:
    """Those that can be read to their end, with their role: news go on as long as somebody listens."""
    endless = {
        route
        for route, one in handlers(app).items()
        if one.parsed_fn_signature.return_type.annotation is ServerSentEvent
    }
    return {route: role for route, role in routes(app).items() if route[0] in SAFE and route not in endless | OPEN}


def statuses(client: TestClient, wanted: set[tuple[str, str]], **headers: str) -> dict[tuple[str, str], int]:
    return {
        (method, path): client.request(method, path, headers=headers, follow_redirects=False).status_code
        for method, path in sorted(wanted)
    }


@pytest.fixture
def every(visitor: TestClient) -> dict[tuple[str, str], str]:
    return routes(visitor.app)


def test_the_desk_is_guarded_as_a_whole(visitor: TestClient, every: dict[tuple[str, str], str]) -> None:
    assert OPEN | PRODUCERS | {("POST", "/desk/logout")} <= every.keys()
    for route in visitor.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            guarded = len(handler.resolve_guards()) == len(GUARDS)
            assert guarded is route.path_format.startswith("/desk"), route.path_format
    assert {route for route, role in every.items() if role == "producer"} >= PRODUCERS


def test_anonymous(visitor: TestClient, every: dict[tuple[str, str], str]) -> None:
    closed = every.keys() - OPEN
    assert set(statuses(visitor, closed).values()) == {303}
    assert set(statuses(visitor, closed, accept="application/json").values()) == {401}
    visitor.cookies.set(COOKIE, "x" * 43, domain="127.0.0.1", path="/desk")
    assert set(statuses(visitor, closed).values()) == {303}


def test_an_editor(visitor: TestClient, every: dict[tuple[str, str], str]) -> None:
    csrf = enter(visitor, TOM)
    producers = {route for route, role in every.items() if role == "producer"}
    found = statuses(visitor, producers, **{"x-csrf-token": csrf})
    assert set(found.values()) == {403}, found
    found = statuses(visitor, {route for route, role in readable(visitor.app).items() if role == "editor"})
    assert not set(found.values()) & {303, 401, 403, 500}, found


def test_a_producer(visitor: TestClient) -> None:
    enter(visitor, NORA)
    found = statuses(visitor, set(readable(visitor.app)))
    assert not set(found.values()) & {303, 401, 403, 500}, found


@pytest.mark.parametrize("who", [NORA, TOM])
def test_nothing_is_changed_without_the_token(
    visitor: TestClient, own: Settings, clock: Clock, every: dict[tuple[str, str], str], who: object
) -> None:
    csrf = enter(visitor, who)
    with TestClient(create_app(own, clock), base_url=HERE) as another:
        foreign = enter(another, NORA)
    unsafe = {route for route in every if route[0] not in SAFE} - OPEN
    assert unsafe
    for given in ({}, {"x-csrf-token": foreign}, {"x-csrf-token": csrf[:-1]}, {"x-csrf-token": ""}):
        found = statuses(visitor, unsafe, **given)
        assert set(found.values()) == {403}, (given, found)
    for path in {path for _, path in unsafe}:
        assert visitor.post(path, data={"csrf": foreign}, follow_redirects=False).status_code in (403, 405)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:81"},
        {"origin": "http://[bad"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_nothing_is_changed_from_another_site(
    visitor: TestClient, every: dict[tuple[str, str], str], headers: dict[str, str]
) -> None:
    csrf = enter(visitor, NORA)
    unsafe = {route for route in every if route[0] not in SAFE}  # the door among them: nobody is logged in by others
    found = statuses(visitor, unsafe, **headers, **{"x-csrf-token": csrf})
    assert set(found.values()) == {403}, found


def test_every_answer_is_private(visitor: TestClient) -> None:
    for who in (None, NORA):
        if who:
            enter(visitor, who)
        asked = [visitor.get(path, follow_redirects=False) for method, path in readable(visitor.app) if method == "GET"]
        for answer in [*asked, visitor.get("/desk/nowhere"), visitor.post("/desk/people")]:
            assert answer.headers["cache-control"] == "no-store", answer.url
            assert answer.headers["referrer-policy"] == "same-origin"  # which lets forms tell their Origin
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert "noindex" in answer.headers["x-robots-tag"]
            assert "content-encoding" not in answer.headers
            assert "etag" not in answer.headers


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "evil.test:8000", "[::2]", "[", ""])
def test_the_desk_does_not_answer_under_another_name(
    visitor: TestClient, every: dict[tuple[str, str], str], host: str
) -> None:
    csrf = enter(visitor, NORA)
    found = statuses(visitor, set(every), host=host, **{"x-csrf-token": csrf})
    assert set(found.values()) == {403}, found
    assert visitor.get("/", headers={"host": "evil.test"}).status_code == 200  # what is public has no secrets


def test_the_names_of_the_desk(own: Settings) -> None:
    loopback = {"localhost", "127.0.0.1", "::1"}
    assert hosts(Settings(data=own.data)) == loopback
    told = Settings(
        data=own.data, host="0.0.0.0", base_url="https://Talk.example:8443/x", allowed_hosts="desk.local, [fe80::1]:80"
    )
    assert hosts(told) == loopback | {"0.0.0.0", "talk.example", "desk.local", "fe80::1"}
    with TestClient(create_app(told), base_url="https://desk.local") as client:
        assert client.get("/desk/login").status_code == 200
        at_home = {"origin": "https://talk.example:8443"}  # a proxy may ask by another name than people do
        typed = {"name": "Nora", "password": "wrong password"}
        assert client.post("/desk/login", data=typed, headers=at_home).status_code == 401

"""The API, through the application itself: what it answers, what it never tells, and its description."""

import re
from datetime import UTC, datetime
from typing import Any

import podcast
import pytest
from litestar.testing import TestClient

from companion.config import Settings
from companion.moments import moment_id
from companion.reviews import Review, Verdict
from companion.store import Store
from web.app import create_app

MOMENT = moment_id(podcast.FIRST, "validation", podcast.TALK[5][3])
ADDRESSES = [
    *("/api/podcast", "/api/episodes", f"/api/episodes/{podcast.FIRST}", f"/api/episodes/{podcast.FIRST}/transcript"),
    *("/api/moments", f"/api/moments/{MOMENT}", "/api/themes", "/api/themes/validation", "/api/exercises"),
    "/api/search?q=hurt",
]
MISSING = [
    *("/api/nothing", "/api/episodes/x", "/api/episodes/x/transcript", f"/api/episodes/{podcast.SILENT}/transcript"),
    *("/api/moments/x", "/api/themes/x"),
]


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    return client.get("/schema/openapi.json").json()


def fits(value: object, schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether a value is what a schema says, as far as this API uses JSON Schema."""
    if "$ref" in schema:
        return fits(value, whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]], whole)
    if "oneOf" in schema:
        return any(fits(value, one, whole) for one in schema["oneOf"])
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema["type"]
    if kind == "object":
        return (
            isinstance(value, dict)
            and value.keys() == schema["properties"].keys() == set(schema["required"])
            and all(fits(value[name], one, whole) for name, one in schema["properties"].items())
        )
    if kind == "array":
        places = schema.get("prefixItems")
        items = places or [schema["items"]] * len(value) if isinstance(value, list) else []
        return isinstance(value, list) and all(fits(a, b, whole) for a, b in zip(value, items, strict=True))
    types = {"string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}
    return isinstance(value, types[kind]) and (kind == "boolean" or not isinstance(value, bool))


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_is_as_described(address: str, client: TestClient, described: dict[str, Any]) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    path = next(
        path for path in described["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), address.split("?")[0])
    )
    good = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert fits(answer.json(), good, described)
    assert not fits({**answer.json(), "more": 1}, good, described)


def test_every_address_is_described_and_tried(described: dict[str, Any]) -> None:
    tried = [address.split("?")[0] for address in ADDRESSES]
    for path, methods in described["paths"].items():
        assert path.startswith("/api/")
        assert methods.keys() == {"get"}
        assert methods["get"]["description"]
        assert any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), one) for one in tried), path
    ids = [methods["get"]["operationId"] for methods in described["paths"].values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", MISSING)
def test_what_is_not_there_is_a_problem(address: str, client: TestClient, described: dict[str, Any]) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert fits(answer.json(), {"$ref": "#/components/schemas/Problem"}, described)
    assert answer.json()["status"] == 404


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        *(
            ("/api/moments?page=0", "page"),
            ("/api/episodes?per_page=201", "per_page"),
            ("/api/episodes?season=x", "season"),
            ("/api/episodes?season=99999999999999999999", "season"),
            ("/api/episodes?season=-1", "season"),
        ),
        *(("/api/moments?state=rejected", "state"), ("/api/search?q=a&page=1e9", "page")),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(asked: str, named: str, client: TestClient) -> None:
    answer = client.get(asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(f"{named}: ")


@pytest.mark.parametrize("address", [*ADDRESSES, "/schema/openapi.json", f"/episodes/{podcast.FIRST}/transcript.vtt"])
def test_any_page_may_ask(address: str, client: TestClient) -> None:
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert [first.status_code, again.status_code] == [200, 304]
    for answer in (first, again):
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert answer.headers["access-control-expose-headers"] == "ETag"
    assert "access-control-allow-origin" not in client.get("/").headers


def test_nothing_can_be_changed(client: TestClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.request(method, "/api/moments").status_code == 405


def test_an_episode_tells_where_its_parts_are(client: TestClient) -> None:
    told = client.get(f"/api/episodes/{podcast.FIRST}", headers={"host": "companion.example"}).json()
    assert told["title"] == "Session 1: The Dinner in December"
    assert told["published"] == "2026-02-01T06:00:00Z"
    assert told["moments"] == len(podcast.SHOWN)
    assert told["prompt"] == "When did you last feel invisible, and what would have helped?"
    assert told["page"] == f"http://companion.example/episodes/{podcast.FIRST}"
    assert told["audio"]["url"] == f"http://companion.example/episodes/{podcast.FIRST}/audio"
    assert client.get(f"/episodes/{podcast.FIRST}/audio").headers["content-length"] == str(told["audio"]["bytes"])
    assert client.get(f"/api/episodes/{podcast.SILENT}").json()["audio"] is None


def test_a_transcript_has_every_word(client: TestClient) -> None:
    told = client.get(f"/api/episodes/{podcast.FIRST}/transcript").json()
    assert [(one["speaker"], one["start"], one["end"], one["text"]) for one in told["segments"]] == [*podcast.TALK]
    assert all(len(one["words"]) == len(one["text"].split()) for one in told["segments"])


def test_moments_are_filtered_and_paged(client: TestClient) -> None:
    everything = client.get("/api/moments").json()
    assert everything["total"] == len(everything["moments"]) == 3 * len(podcast.SHOWN)
    for name, key in (("theme", "theme"), ("episode", "episode"), ("state", "state")):
        for value in {one[key] for one in everything["moments"]}:
            told = client.get("/api/moments", params={name: value}).json()
            expected = [one for one in everything["moments"] if one[key] == value]
            assert told["moments"] == expected
            assert told["total"] == len(expected)
    address, found = "/api/moments?per_page=7", []
    while address:
        told = client.get(address).json()
        assert told["total"] == everything["total"]
        found += told["moments"]
        address = told["next"]
    assert found == everything["moments"]
    assert client.get("/api/moments?per_page=7&page=2").json()["previous"].endswith("/api/moments?per_page=7&page=1")
    assert client.get("/api/moments?page=99").json()["moments"] == []


def test_rejected_moments_are_never_told(tmp_path: Any) -> None:
    settings = Settings(data=tmp_path)
    podcast.fill(settings)
    with Store.open(settings.database) as store:
        store.moments.review(
            Review(
                moment=MOMENT, verdict=Verdict.REJECT, reviewer="Nora", at=datetime(2026, 3, 2, tzinfo=UTC), note="No."
            )
        )
    with TestClient(create_app(settings)) as client:
        assert client.get(f"/api/moments/{MOMENT}").status_code == 404
        assert client.get("/api/podcast").json()["moments"] == 3 * len(podcast.SHOWN) - 1
        assert client.get("/api/themes/validation").json()["moments"] == 2
        assert client.get(f"/api/episodes/{podcast.FIRST}").json()["moments"] == len(podcast.SHOWN) - 1
        for path in ("/api/moments", "/api/moments?theme=validation", "/api/search?q=memory", "/sitemap.xml"):
            assert MOMENT not in client.get(path).text


def test_a_private_feed_stays_private(client: TestClient, settings: Settings) -> None:
    with Store.open(settings.database) as store:
        url = store.feeds.all()[0].url
    for path in ADDRESSES:
        assert url not in client.get(path).text


def test_a_hit_is_told_with_its_marks(client: TestClient) -> None:
    told = client.get("/api/search", params={"q": "invisible"}).json()
    assert told["total"] == len(told["hits"]) > 0
    kinds = [one["kind"] for one in told["hits"]]
    assert kinds == sorted(kinds, key=["moment", "passage", "notes"].index)
    for one in told["hits"]:
        assert "invisible" in [one["text"][start:end].lower() for start, end in one["marks"]]
        assert (one["start"] is None) == (one["kind"] == "notes")
        assert client.get(one["page"].removeprefix("http://testserver.local")).status_code == 200
    assert client.get("/api/search").json()["total"] == 0


def test_seasons_and_themes(client: TestClient) -> None:
    assert client.get("/api/episodes?season=1").json()["total"] == 4
    assert client.get("/api/episodes?season=2").json() == {"total": 0, "previous": None, "next": None, "episodes": []}
    themes = client.get("/api/themes").json()["themes"]
    assert client.get("/api/themes/validation").json() in themes
    assert sum(theme["moments"] for theme in themes) == client.get("/api/podcast").json()["moments"]


def test_the_description_is_a_page_that_needs_nothing_from_elsewhere(
    client: TestClient, described: dict[str, Any]
) -> None:
    text = client.get("/schema").text
    for path in described["paths"]:
        assert f"<code>{path}</code>" in text
    assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', text)) <= {"https://www.thesecurerelationship.com"}
    names = set(re.findall(r'href="#([A-Z]\w+)"', text))
    assert names
    assert all(f'id="{name}"' in text for name in names)

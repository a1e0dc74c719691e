"""What is kept between visits: answers, open stores, and the tags by which a visitor's copy is still good."""

import gzip
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import quote

import podcast
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from companion.config import Settings
from companion.feeds import Feed
from companion.store import Store, Validators
from web.app import create_app
from web.deps import House

FIRST = f"/episodes/{podcast.FIRST}"
PAGES = [
    *("/", "/episodes", FIRST, "/themes", "/themes/validation", "/exercises", "/exercises/taking-turns"),
    *("/search?q=hurt", "/robots.txt", "/sitemap.xml", "/schema", "/schema/openapi.json"),
    *("/api/podcast", "/api/episodes", "/api/moments", "/api/themes", "/api/exercises", "/api/search?q=hurt"),
]


def rename(settings: Settings, title: str) -> None:
    """Changes what every page shows, as another program would."""
    with Store.open(settings.database) as store:
        feed = store.feeds.all()[0]
        changed = Feed(**{name: getattr(feed, name) for name in Feed.__dataclass_fields__} | {"title": title})
        store.feeds.save(changed, (), Validators(etag=None, modified=None))


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """A podcast that a test may change."""
    shutil.copytree(settings.data, tmp_path / "own")
    return Settings(data=tmp_path / "own")


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were rendered."""
    seen: list[str] = []
    render = House.render

    def watched(house: House, page: object) -> bytes:
        seen.append(type(page).__name__)
        return render(house, page)  # type: ignore[arg-type]

    monkeypatch.setattr(House, "render", watched)
    return seen


def kept_stores(app: Litestar) -> int:
    return len(app.state.house.stores._idle)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_can_be_kept_and_asked_for_again(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"].lower() == "accept-encoding"
    etag = answer.headers["etag"]
    for given in (etag, etag.removeprefix("W/"), f'"x", {etag}'):
        again = client.get(path, headers={"if-none-match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["vary"].lower() == "accept-encoding"
        assert again.headers["cache-control"] == "no-cache"
    assert client.get(path, headers={"if-none-match": '"x"'}).status_code == 200


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("/schema")])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_says_what_get_would(path: str, encoding: str, settings: Settings) -> None:
    for first, second in (("GET", "HEAD"), ("HEAD", "GET")):
        with TestClient(create_app(settings)) as client:
            answers = {
                name: client.request(name, path, headers={"accept-encoding": encoding}) for name in (first, second)
            }
        assert answers["HEAD"].content == b""
        assert answers["GET"].content
        assert dict(answers["HEAD"].headers) == dict(answers["GET"].headers)


def test_an_unchanged_page_touches_no_template_and_no_handler(own: Settings, rendered: list[str]) -> None:
    with TestClient(create_app(own)) as client:
        etag = client.get("/").headers["etag"]
        assert rendered == ["HomePage"]
        for path in (
            "/",
            "/themes",
            FIRST,
        ):  # the tag is that of all pages: even one that was never made needs no making
            assert client.get(path, headers={"if-none-match": etag}).status_code == 304
        assert rendered == ["HomePage"]


def test_a_page_is_made_once_and_again_when_the_database_has_changed(own: Settings, rendered: list[str]) -> None:
    with TestClient(create_app(own)) as client:
        first = [client.get("/themes") for _ in range(3)]
        assert rendered == ["ThemesPage"]
        assert len({answer.text for answer in first}) == 1
        rename(own, "Two Sofas")
        after = client.get("/themes", headers={"if-none-match": first[0].headers["etag"]})
        assert after.status_code == 200
        assert "Two Sofas" in after.text
        assert "Two Chairs" not in after.text
        assert after.headers["etag"] != first[0].headers["etag"]
        assert rendered == ["ThemesPage", "ThemesPage"]


def test_nothing_outdated_is_sent_while_many_read_and_one_writes(own: Settings) -> None:
    app = create_app(own)
    with TestClient(app) as client, ThreadPoolExecutor(4) as readers:
        done = Event()

        def read() -> set[int]:
            statuses = set()
            while not done.is_set():
                statuses |= {client.get(path).status_code for path in ("/themes", "/", "/api/podcast", FIRST)}
            return statuses

        reading = [readers.submit(read) for _ in range(3)]
        for number in range(15):
            rename(own, f"Chairs {number}")
            for path in ("/themes", "/api/podcast"):
                assert f"Chairs {number}" in client.get(path).text
        done.set()
        assert [one.result() for one in reading] == [{200}] * 3
        assert 1 <= kept_stores(app) <= 8


def test_another_database_in_its_place_is_noticed(own: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(own)) as client:
        before = client.get("/")
        assert "Two Chairs" in before.text
        shutil.rmtree(own.data)
        empty = client.get("/", headers={"if-none-match": before.headers["etag"]})
        assert empty.status_code == 200
        assert "companion demo" in empty.text


def test_answers_differ_by_query_host_and_encoding(own: Settings) -> None:
    with TestClient(create_app(own)) as client:
        assert "hurt" in client.get("/search?q=hurt").text
        assert "invisible" in client.get("/search?q=invisible").text
        for host in ("one.example", "two.example", "one.example"):
            assert f"http://{host}/" in client.get("/sitemap.xml", headers={"host": host}).text
        for _ in range(2):
            plain = client.get("/", headers={"accept-encoding": "identity"})
            assert "content-encoding" not in plain.headers
            with client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as answer:
                raw = b"".join(answer.iter_raw())
            assert answer.headers["content-encoding"] == "gzip"
            assert gzip.decompress(raw).decode() == plain.text
            assert int(answer.headers["content-length"]) == len(raw)


def test_errors_are_never_kept(own: Settings) -> None:
    with TestClient(create_app(own)) as client:
        for path in ("/themes/nothing", "/api/themes/nothing", "/schema/nothing"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert answer.headers["cache-control"] == "no-store"
            assert "etag" not in answer.headers


def test_the_oldest_answers_make_room(own: Settings, monkeypatch: pytest.MonkeyPatch, rendered: list[str]) -> None:
    monkeypatch.setattr("web.kept._MEMORY", 20_000)
    with TestClient(create_app(own)) as client:
        for word in ("a", "b", "c", "d", "e", "f"):
            client.get(f"/search?q={word}")
        made = len(rendered)
        client.get("/search?q=f")
        assert len(rendered) == made
        client.get("/search?q=a")
        assert len(rendered) == made + 1


def test_an_address_takes_room_as_a_body_does(
    own: Settings, monkeypatch: pytest.MonkeyPatch, rendered: list[str]
) -> None:
    first, second = (f"/search?q=a&{letter * 1500}" for letter in "ab")
    with TestClient(create_app(own)) as client:
        with client.stream("GET", first) as answer:
            body = len(b"".join(answer.iter_raw()))
        monkeypatch.setattr("web.kept._MEMORY", 2 * (body + 1000) + 1000)  # both bodies, and not both addresses
        client.get(second)
        client.get(second)
        assert len(rendered) == 2
        client.get(first)
        assert len(rendered) == 3


def test_what_is_asked_for_at_an_endless_address_is_not_kept(own: Settings, rendered: list[str]) -> None:
    with TestClient(create_app(own)) as client:
        for _ in range(2):
            assert client.get(f"/search?q=a&{'x' * 60_000}").status_code == 200
        assert len(rendered) == 2


def test_a_visit_can_only_read(own: Settings) -> None:
    with Store.open(own.database) as store:
        version = store.version()
        with store.snapshot(), pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.feeds.save(store.feeds.all()[0], (), Validators(etag=None, modified=None))
        assert store.version() == version
        rename(own, "Two Sofas")  # nothing is left locked
        assert store.version() == version + 1


def test_a_snapshot_stays_as_it_is(own: Settings) -> None:
    with Store.open(own.database) as store:
        with store.snapshot():
            assert store.feeds.all()[0].title == "Two Chairs"
            rename(own, "Two Sofas")
            assert store.feeds.all()[0].title == "Two Chairs"
        assert store.feeds.all()[0].title == "Two Sofas"


def test_stores_are_kept_open_and_closed_in_the_end(own: Settings) -> None:
    app = create_app(own)
    with TestClient(app) as client:
        for word in ("a", "b", "c"):
            client.get(f"/search?q={quote(word)}")
        assert kept_stores(app) == 1
        rename(own, "Two Sofas")
        client.get("/")
        assert kept_stores(app) == 1
    assert kept_stores(app) == 0
    assert not own.database.with_name(f"{own.database.name}-wal").exists()  # the last one to close tidies up

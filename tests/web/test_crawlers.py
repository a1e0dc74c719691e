"""What search engines are told, with and without the setting that asks them to stay away."""

from dataclasses import replace
from xml.etree import ElementTree

import podcast
import pytest
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from web.app import create_app

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LASTMOD = LOC.replace("}loc", "}lastmod")


def addresses(client: TestClient) -> list[str]:
    answer = client.get("/sitemap.xml", headers={"host": "companion.example"})
    assert answer.headers["content-type"] == "application/xml"
    return [one.text or "" for one in ElementTree.fromstring(answer.content).iter(LOC)]


def test_the_sitemap_has_every_page_once_and_each_is_there(client: TestClient, settings: Settings) -> None:
    found = addresses(client)
    assert len(found) == len(set(found))
    paths = [address.removeprefix("http://companion.example") for address in found]
    assert all(client.get(path).status_code == 200 for path in paths)
    with Store.open(settings.database) as store:
        moments = {f"/moments/{clip.moment.id}" for clip in store.moments.find()}
        episodes = {f"/episodes/{episode.id}" for episode in store.feeds.episodes()}
    assert moments | episodes | {"/", "/themes/validation", f"/exercises/week/{podcast.FIRST}"} <= set(paths)


def test_the_sitemap_says_when_a_page_changed_last(client: TestClient, settings: Settings) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    days = {one.findtext(LOC, "").partition(".local")[2]: one.findtext(LASTMOD) for one in root}
    with Store.open(settings.database) as store:
        moments = {clip.moment.theme: clip.moment.id for clip in store.moments.of_episode(podcast.FIRST)}
    assert days[f"/moments/{moments['validation']}"] == "2026-03-01"  # accepted then
    assert days[f"/moments/{moments['resentment']}"] == "2026-02-01"  # its episode's day
    assert days[f"/episodes/{podcast.FIRST}"] == days["/themes/validation"] == days["/"] == "2026-03-01"
    assert days[f"/episodes/{podcast.SECOND}"] == "2026-02-02"
    assert days["/exercises/taking-turns"] is None  # nobody knows


def test_who_asks_for_an_icon_without_reading_is_led_to_it(client: TestClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.url.path.startswith("/static/")


def test_a_sitemap_that_would_be_too_long_keeps_what_a_person_agreed_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestClient(create_app(settings)) as client:
        everything = addresses(client)
    monkeypatch.setattr("web.public.crawlers._MOST", len(everything) - 3)
    with TestClient(create_app(settings)) as client:
        assert addresses(client) == everything[:-3]
    with Store.open(settings.database) as store:
        agreed = {clip.moment.id for clip in store.moments.find() if clip.state == "accepted"}
    first = next(place for place, one in enumerate(everything) if "/moments/" in one)
    assert {one.rpartition("/")[2] for one in everything[first : first + len(agreed)]} == agreed


def test_all_may_be_read_but_searches(client: TestClient) -> None:
    text = client.get("/robots.txt", headers={"host": "companion.example"}).text
    assert text == "User-agent: *\nDisallow: /search\nSitemap: http://companion.example/sitemap.xml\n"
    answer = client.get("/")
    assert "x-robots-tag" not in answer.headers
    assert 'name="robots"' not in answer.text


def test_a_site_that_wants_to_be_left_alone(settings: Settings) -> None:
    with TestClient(create_app(replace(settings, noindex=True)), raise_server_exceptions=False) as alone:
        assert alone.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
        for path in ("/", f"/episodes/{podcast.FIRST}", "/themes", "/search?q=hurt", "/nothing", "/schema"):
            answer = alone.get(path)
            assert '<meta name="robots" content="noindex, nofollow">' in answer.text
        etag = alone.get("/").headers["etag"]
        for path in ("/", f"/episodes/{podcast.FIRST}/audio", "/api/moments", "/nothing", "/sitemap.xml"):
            for headers in ({}, {"if-none-match": etag}):
                assert alone.get(path, headers=headers).headers["x-robots-tag"] == "noindex, nofollow"
    with TestClient(create_app(settings)) as found:
        assert found.get("/").headers["etag"] != etag  # a setting changes pages, too

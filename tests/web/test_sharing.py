"""What other sites, readers and search engines are told: link previews, JSON-LD, oEmbed, the small player, Atom."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import feedparser
import podcast
import pytest
from litestar.testing import TestClient

from companion.config import Settings, load
from companion.errors import ConfigError
from companion.store import Store
from web import atom
from web.app import create_app
from web.headers import EMBEDDED, POLICY

HERE = "http://testserver.local"
FEEDS = ("/moments/feed.xml", "/episodes/feed.xml", "/themes/validation/feed.xml")
QUOTE = podcast.TALK[5][3]


def id_of(settings: Settings, theme: str = "validation", episode: str = podcast.FIRST) -> str:
    with Store.open(settings.database) as store:
        return next(clip.moment.id for clip in store.moments.of_episode(episode) if clip.moment.theme == theme)


def metas(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def facts(html: str) -> dict[str, object]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, flags=re.S)
    return dict(json.loads(found))


def test_a_link_preview_has_the_words_and_a_player(client: TestClient, settings: Settings) -> None:
    id = id_of(settings)
    html = client.get(f"/moments/{id}").text
    told = metas(html)
    assert told["og:url"] == f"{HERE}/moments/{id}"
    assert told["og:title"] == f"“{QUOTE}”"
    assert told["og:description"].startswith("Validation. Dana, in “Session 1: The Dinner in December”, Two Chairs.")
    assert told["og:image"] == "https://example.org/cover.jpg"
    assert told["og:audio"] == f"{HERE}/episodes/{podcast.FIRST}/audio"
    assert told["twitter:card"] == "player"
    assert told["twitter:player"] == f"{HERE}/moments/{id}/embed"
    assert (told["twitter:player:width"], told["twitter:player:height"]) == ("600", "240")
    assert f'<link rel="canonical" href="{HERE}/moments/{id}">' in html
    for name in ("og:audio", "twitter:player"):
        assert client.get(told[name].removeprefix(HERE)).status_code == 200


@pytest.mark.parametrize(
    ("path", "title", "description"),
    [
        ("/", "Two Chairs: the companion", "Hear how couples lean in, with Two Chairs: search"),
        ("/episodes", "Episodes · Two Chairs", "All episodes of Two Chairs"),
        (f"/episodes/{podcast.FIRST}", "Session 1: The Dinner in December · Two Chairs", "Dana and Tom come back to"),
        (f"/episodes/{podcast.FIRST}?t=26,32.2", "Session 1: The Dinner in December · Two Chairs", f"“{QUOTE}”"),
        ("/themes", "Themes · Two Chairs", "What to listen for in Two Chairs"),
        ("/themes/validation", "Validation · Two Chairs", ""),
        ("/exercises", "Practise · Two Chairs", "Short exercises for couples"),
        ("/exercises/taking-turns", "One speaks, one listens · Practise", ""),
        (f"/exercises/week/{podcast.FIRST}", "This week's prompt · Session 1: The Dinner in December", "When did you"),
        ("/saved", "Saved · Two Chairs", "Hear how couples"),
        ("/schema", "For programs · The companion", "Episodes, transcripts, moments, themes and exercises"),
    ],
)
def test_every_page_tells_what_it_is_where_it_is_passed_on(
    path: str, title: str, description: str, client: TestClient
) -> None:
    told = metas(client.get(path).text)
    assert told["og:title"] == title
    assert told["og:description"] == told["description"]
    assert told["description"].startswith(description)
    assert 20 < len(told["description"]) < 210
    assert told["og:url"] == HERE + path
    assert told["og:type"] == ("article" if path.startswith("/episodes/") else "website")
    image = client.get(told["og:image"].removeprefix(HERE))
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")


def test_the_page_for_programs_tells_each_visitor_the_address_they_came_by(client: TestClient) -> None:
    for host in ("one.example", "two.example"):
        assert metas(client.get("/schema", headers={"host": host}).text)["og:url"] == f"http://{host}/schema"


def test_what_is_not_there_and_what_is_the_desks_is_not_passed_on(client: TestClient) -> None:
    for path in ("/nothing", "/desk/login"):
        assert "og:" not in client.get(path).text


def test_a_moment_is_told_in_schema_orgs_words(client: TestClient, settings: Settings) -> None:
    id = id_of(settings)
    assert facts(client.get(f"/moments/{id}").text) == {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "url": f"{HERE}/episodes/{podcast.FIRST}",
        "name": "Session 1: The Dinner in December",
        "partOfSeries": {"@type": "PodcastSeries", "name": "Two Chairs", "url": "https://example.org/"},
        "datePublished": "2026-02-01T06:00:00+00:00",
        "episodeNumber": 1,
        "associatedMedia": {
            "@type": "AudioObject",
            "contentUrl": f"{HERE}/episodes/{podcast.FIRST}/audio",
            "encodingFormat": "audio/mpeg",
            "duration": "PT180S",
        },
        "hasPart": {
            "@type": "Clip",
            "url": f"{HERE}/moments/{id}",
            "name": QUOTE,
            "about": "Validation",
            "actor": {"@type": "Person", "name": "Dana"},
            "startOffset": 26.0,
            "endOffset": 32.2,
        },
    }


def test_hostile_words_cannot_leave_the_block_of_facts(client: TestClient, settings: Settings) -> None:
    html = client.get(f"/moments/{id_of(settings, episode=podcast.HOSTILE)}").text
    found = facts(html)
    assert found["name"] == f'Session 3: "{podcast.EVIL}'
    assert "<script>alert" not in html
    assert html.count("<script") == html.count("</script>")


def test_the_address_of_the_site_is_the_one_that_is_set(settings: Settings) -> None:
    told = Settings(data=settings.data, base_url="https://talk.example/companion")
    id = id_of(settings)
    with TestClient(create_app(told)) as client:
        assert metas(client.get(f"/moments/{id}").text)["og:url"] == f"https://talk.example/companion/moments/{id}"
        feed = feedparser.parse(client.get("/moments/feed.xml").content)
        assert all(entry.link.startswith("https://talk.example/companion/moments/") for entry in feed.entries)
        asked = quote(f"https://talk.example/companion/moments/{id}", safe="")
        assert client.get(f"/oembed?url={asked}").status_code == 200
        assert client.get(f"/oembed?url={quote(f'{HERE}/moments/{id}', safe='')}").status_code == 404


@pytest.mark.parametrize("host", ["[", "x@y", "", "a" * 300, "a.example:x"])
def test_a_host_that_is_none_is_no_place_to_point_at(host: str, client: TestClient, settings: Settings) -> None:
    answer = client.get(f"/moments/{id_of(settings)}", headers={"host": host})
    assert answer.status_code == 200
    assert metas(answer.text)["og:url"].startswith("http://127.0.0.1:8000/moments/")
    with TestClient(create_app(Settings(data=settings.data, host="::1"))) as other:
        text = other.get(f"/moments/{id_of(settings)}", headers={"host": host}).text
        assert metas(text)["og:url"].startswith("http://[::1]:8000/moments/")


def test_the_setting_takes_addresses_only(tmp_path: Path) -> None:
    assert load(tmp_path, environ={"COMPANION_BASE_URL": "https://a.example/"}).base_url == "https://a.example"
    with pytest.raises(
        ConfigError, match=r"base_url to 'a\.example'; it must be an address such as https://example\.org"
    ):
        load(tmp_path, environ={"COMPANION_BASE_URL": "a.example"})


def test_a_page_says_where_to_ask_how_to_embed_it(client: TestClient, settings: Settings) -> None:
    id = id_of(settings)
    html = client.get(f"/moments/{id}").text
    (found,) = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', html)
    answer = client.get(unescape(found).removeprefix(HERE))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    frame = told.pop("html")
    assert told == {
        "version": "1.0",
        "type": "rich",
        "title": f"“{QUOTE}”",
        "author_name": "Dana",
        "provider_name": "The companion to Two Chairs",
        "provider_url": f"{HERE}/",
        "cache_age": 86400,
        "width": 600,
        "height": 240,
    }
    assert re.fullmatch(r'<iframe src="([^"]+)" width="600" height="240" title="[^"]+" [^<>]*></iframe>', frame)
    assert f'src="{HERE}/moments/{id}/embed"' in frame
    assert frame in unescape(html)  # the same code is there to be copied


@pytest.mark.parametrize(
    ("query", "status"),
    [
        *(("", 400), ("url=", 400), ("url={url}&format=xml", 501), ("format=xml", 501), ("url={url}&format=json", 200)),
        *(("url={url}/", 200), ("url={url}/embed", 200), ("url={url}%3Ffrom%3Dmail%23x", 200)),
        *(("url=https://testserver.local/moments/{id}", 200), ("url=ftp://testserver.local/moments/{id}", 404)),
        *(("url=http://evil.test/moments/{id}", 404), ("url=http://testserver.local/moments/x", 404)),
        *(("url=http://testserver.local/themes/validation", 404), ("url=http://[", 404), ("url=nonsense", 404)),
        *(("url=http://testserver.local/moments/", 404), ("url=http://testserver.local/", 404)),
    ],
)
def test_what_can_be_embedded(query: str, status: int, client: TestClient, settings: Settings) -> None:
    id = id_of(settings)
    answer = client.get("/oembed?" + query.format(id=id, url=f"http://testserver.local/moments/{id}"))
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        *(("maxwidth=300", (300, 240)), ("maxheight=100&maxwidth=9999", (600, 100)), ("maxwidth=1e9", (600, 240))),
        *(("maxwidth=-5", (600, 240)), ("maxwidth=", (600, 240)), ("maxwidth=" + "9" * 99, (600, 240))),
    ],
)
def test_a_player_fits_where_it_is_put(
    asked: str, size: tuple[int, int], client: TestClient, settings: Settings
) -> None:
    told = client.get(f"/oembed?url={HERE}/moments/{id_of(settings)}&{asked}").json()
    assert (told["width"], told["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in told["html"]


@pytest.mark.parametrize("asked", ["maxheight=99", "maxwidth=219", "maxheight=40&maxwidth=40"])
def test_where_no_player_fits_the_answer_is_a_link(asked: str, client: TestClient, settings: Settings) -> None:
    told = client.get(f"/oembed?url={HERE}/moments/{id_of(settings)}&{asked}").json()
    assert (told["version"], told["type"]) == ("1.0", "link")
    assert QUOTE in told["title"]
    assert not {"html", "width", "height"} & told.keys()


def test_hostile_words_stay_within_the_frames_title(client: TestClient, settings: Settings) -> None:
    id = id_of(settings, episode=podcast.HOSTILE)
    frame = client.get(f"/oembed?url={HERE}/moments/{id}").json()["html"]
    assert re.fullmatch(r'<iframe( [a-z]+="[^"<>]*")+></iframe>', frame)


def test_only_the_small_player_may_be_framed_by_anyone(client: TestClient, settings: Settings) -> None:
    path = f"/moments/{id_of(settings)}"
    first = client.get(f"{path}/embed")
    again = client.get(f"{path}/embed", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    for answer in (first, again, client.head(f"{path}/embed")):
        assert answer.headers.get_list("content-security-policy") == [EMBEDDED]
    assert EMBEDDED.replace("frame-ancestors *", "frame-ancestors 'self'") == POLICY
    for other in (path, "/", "/oembed?url=x", f"{path}/embed/x", "/themes/validation", "/moments/feed.xml"):
        assert client.get(other).headers.get_list("content-security-policy") == [POLICY]


def test_the_small_player_is_whole_and_leads_to_the_moment(client: TestClient, settings: Settings) -> None:
    id = id_of(settings)
    html = client.get(f"/moments/{id}/embed").text
    assert html.startswith("<!doctype html>")
    assert QUOTE in html
    assert 'data-start="25.75" data-end="32.2"' in html
    links = re.findall(r"<a [^>]*>", html)
    assert f'href="/moments/{id}"' in links[0]
    assert all('target="_blank" rel="noopener"' in link for link in links)
    assert "suggested, not yet reviewed" not in html
    assert "suggested, not yet reviewed" in client.get(f"/moments/{id_of(settings, 'resentment')}/embed").text


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_valid_atom(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.author == "Two Chairs"
    links = {link.rel: link.href for link in read.feed.links}
    assert links["self"] == HERE + path
    assert client.get(links["alternate"].removeprefix(HERE)).status_code == 200
    assert read.entries
    ids = [read.feed.id, *(entry.id for entry in read.entries)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", id) for id in ids)
    for entry in read.entries:
        assert entry.title
        assert entry.content[0].type == "text/html"
        assert client.get(entry.link.removeprefix(HERE)).status_code == 200
        assert entry.updated_parsed <= read.feed.updated_parsed
    days = [entry.updated_parsed for entry in read.entries]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("path", FEEDS)
def test_an_unchanged_feed_is_not_sent_again(path: str, client: TestClient) -> None:
    etag = client.get(path).headers["etag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_a_feed_says_what_is_new_and_since_when(client: TestClient) -> None:
    entries = feedparser.parse(client.get("/themes/validation/feed.xml").content).entries
    assert len(entries) == 3
    assert entries[0].title == f"Validation: “{QUOTE}”"  # accepted on the first of March
    assert entries[0].updated == "2026-03-01T00:00:00Z"
    assert "She keeps her own memory" in entries[0].content[0].value
    assert not any("It sounds like" in entry.content[0].value for entry in entries)  # the machine's own reasons
    assert [entry.updated for entry in entries[1:]] == ["2026-02-03T06:00:00Z", "2026-02-02T06:00:00Z"]
    assert all(entry.title.endswith("(suggested, not yet reviewed)") for entry in entries[1:])
    assert {entry.tags[0].term for entry in entries} == {"validation"}


def test_new_episodes_bring_their_sound(client: TestClient) -> None:
    entries = feedparser.parse(client.get("/episodes/feed.xml").content).entries
    assert [entry.title for entry in entries][::3] == [
        "Session 4: Not Fetched Yet",
        "Session 1: The Dinner in December",
    ]
    assert entries[0].enclosures == []
    (sound,) = entries[3].enclosures
    assert (sound.type, sound.href) == ("audio/mpeg", f"{HERE}/episodes/{podcast.FIRST}/audio")
    assert int(sound.length) == len(client.get(sound.href.removeprefix(HERE)).content)


def test_ids_last_wherever_the_site_is_served_from(client: TestClient) -> None:
    def ids(host: str) -> list[str]:
        return [entry.id for entry in feedparser.parse(client.get(FEEDS[0], headers={"host": host}).content).entries]

    assert ids("one.example") == ids("other.example")


def test_hostile_words_are_text_in_a_feed(client: TestClient) -> None:
    content = client.get("/moments/feed.xml").content
    root = ElementTree.fromstring(content)
    namespaces = {element.tag.partition("}")[0] for element in root.iter()}
    assert namespaces == {"{http://www.w3.org/2005/Atom"}
    told = [element.text or "" for element in root.iter("{http://www.w3.org/2005/Atom}content")]
    assert any("&lt;script&gt;alert(1)" in html for html in told)
    assert not any("<script" in html for html in told)


def test_a_feed_of_nothing_and_of_odd_letters(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path))) as client:
        for path in FEEDS:
            read = feedparser.parse(client.get(path).content)
            assert (read.bozo, read.version, read.entries) == (False, "atom10", [])
        assert client.get("/themes/x/feed.xml").status_code == 404
    one = atom.News(
        name="x", title="a\x00b\x0b\ud800c", url="http://x/", updated=None, html="\x1f<p>é</p>", about=(), sound=None
    )
    written = atom.feed(name="f", title="t", author="a", url="http://x/f", page="http://x/", news=[one])
    read = feedparser.parse(written)
    assert not read.bozo
    assert read.entries[0].title == "abc"
    assert read.feed.updated == datetime(1970, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""What the pages say, through the application itself."""

import re
import warnings
from html.parser import HTMLParser
from pathlib import Path

import podcast
import pytest
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from web.app import create_app
from web.headers import POLICY


def moment_ids(settings: Settings, theme: str | None = None) -> list[str]:
    with Store.open(settings.database) as store:
        return [clip.moment.id for clip in store.moments.find(theme=theme)]


def address(name: str, settings: Settings) -> str:
    return {
        "moment": f"/moments/{moment_ids(settings)[0]}",
        "episode": f"/episodes/{podcast.FIRST}",
        "asked": f"/episodes/{podcast.FIRST}?t=26,32.2",
        "hostile": f"/episodes/{podcast.HOSTILE}",
        "silent": f"/episodes/{podcast.SILENT}",
        "audio": f"/episodes/{podcast.FIRST}/audio",
        "no audio": f"/episodes/{podcast.SILENT}/audio",
        "week": f"/exercises/week/{podcast.FIRST}",
        "no week": f"/exercises/week/{podcast.SECOND}",
    }.get(name, name)


GOOD = [
    *("/", "/search", "/search?q=hurt", "/search?q=hurt+theme:validation", "/episodes", "/episodes?season=1"),
    *("episode", "asked", "hostile", "silent", "moment", "/themes", "/themes/validation", "/themes/resentment"),
    *("/exercises", "/exercises/taking-turns", "week"),
]
MISSING = [
    *("/nothing", "/episodes/x", "/moments/x", "/themes/x", "/exercises/x", "/exercises/week/x", "no week"),
    *("/episodes/x/audio", "no audio", "/static/x/site.css", "/episodes/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
]


@pytest.mark.parametrize("name", GOOD)
def test_a_page_is_whole(name: str, client: TestClient, settings: Settings) -> None:
    answer = client.get(address(name, settings))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.rstrip().endswith("</html>")
    assert len(re.findall("<h1", answer.text)) == 1
    ids = re.findall(r' id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", MISSING)
def test_what_is_not_there_says_so_and_helps(name: str, client: TestClient, settings: Settings) -> None:
    answer = client.get(address(name, settings))
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert 'action="/search"' in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"/episodes/{podcast.SILENT}/audio", "no audio of “Session 4: Not Fetched Yet”"),
        (f"/episodes/{podcast.SILENT}/transcript.vtt", "no transcript of “Session 4: Not Fetched Yet”"),
        (f"/exercises/week/{podcast.SECOND}", "no weekly prompt of “Session 2: What the Door Meant”"),
    ],
)
def test_what_an_episode_does_not_have_is_said_with_its_title(path: str, said: str, client: TestClient) -> None:
    text = client.get(path).text
    assert said in text
    assert "chairs-" not in text  # no id


@pytest.mark.parametrize("name", [*GOOD, *MISSING, "audio", "/healthz"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_every_answer_is_safe(name: str, method: str, client: TestClient, settings: Settings) -> None:
    answer = client.request(method, address(name, settings))
    assert answer.headers.get_list("content-security-policy") == [POLICY]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    if method == "POST":
        assert answer.status_code in (404, 405)


def test_the_policy_allows_nothing_inline() -> None:
    assert POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in POLICY


def test_static_files_are_safe_and_may_be_kept(client: TestClient) -> None:
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert {"icon.svg", "icon-180.png", "site.webmanifest", "site.css", "print.css", "site.js"} <= {
        path.rpartition("/")[2] for path in found
    }
    for path in found:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in answer.headers["cache-control"]
        kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "png": "image/png"}
        kind = {**kinds, "webmanifest": "application/manifest+json"}[path.rpartition(".")[2]]
        assert answer.headers["content-type"].split(";")[0] == kind


def test_a_method_that_is_not_allowed_names_those_that_are(client: TestClient) -> None:
    answer = client.delete("/episodes")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_bug_is_an_apology_without_its_insides(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("companion.store.moments.Moments.counts", lambda self: 1 / 0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.get("/themes")
    assert answer.status_code == 500
    assert "on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"


def test_a_database_that_cannot_be_read_is_said_without_its_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Settings(data=tmp_path)
    broken.database.write_text("not a database, and longer than the hundred bytes of a header" * 3)
    with TestClient(create_app(broken), raise_server_exceptions=False) as client:
        answer = client.get("/")
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text
    assert str(tmp_path) in caplog.text


def test_an_empty_site_says_how_to_fill_it(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path))) as client:
        assert "companion demo" in client.get("/").text
        for path in ("/search?q=a", "/episodes", "/themes", "/themes/validation", "/exercises"):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", GOOD)
def test_an_unchanged_page_is_not_sent_again(name: str, client: TestClient, settings: Settings) -> None:
    first = client.get(address(name, settings))
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(address(name, settings), headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(address(name, settings), headers={"if-none-match": '"other"'}).status_code == 200


def test_new_content_is_a_new_page(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with TestClient(create_app(settings)) as client:
        before = client.get("/").headers["etag"]
        podcast.fill(settings)
        after = client.get("/", headers={"if-none-match": before})
    assert after.status_code == 200
    assert "Two Chairs" in after.text


def test_home_explains_itself(client: TestClient) -> None:
    text = client.get("/").text
    assert "Hear how couples lean in." in text
    assert "The companion <span>to Two Chairs</span>" in text
    assert text.count("data-play") == 1  # one moment to play at once
    assert "When did you last feel invisible" in text
    assert "Session 4: Not Fetched Yet" in text


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        *(("83", "83.0", None), ("1:23", "83.0", None), ("0h1m23s", "83.0", None), ("npt:83", "83.0", None)),
        *(("83,97", "83.0", "97.0"), ("1:23,1:37", "83.0", "97.0"), ("83,97.5", "83.0", "97.5")),
        *(("", "0.0", None), ("soon", "0.0", None), ("-4", "0.0", None), ("97,83", "97.0", None), ("nan", "0.0", None)),
        *(("99999", "0.0", None), ("%ff%00", "0.0", None), ("1" * 5000, "0.0", None), ("<script>", "0.0", None)),
    ],
)
def test_an_episode_opens_at_the_second_asked_for(asked: str, start: str, end: str | None, client: TestClient) -> None:
    text = client.get(f"/episodes/{podcast.FIRST}?t={asked}").text
    cue = re.search(r'class="play large"[^>]*', text)
    assert cue
    assert f'data-start="{start}"' in cue[0]
    assert (f'data-end="{end}"' in cue[0]) if end else ("data-end" not in cue[0])
    # without scripts, the plain player starts there as well
    assert f'/audio#t={start}{"," + end if end else ""}"></audio></noscript>' in text


def test_the_asked_stretch_is_marked_and_its_words_are_shown(client: TestClient) -> None:
    text = client.get(f"/episodes/{podcast.FIRST}?t=26,32.2").text
    assert re.findall(r'class="line linked"[^>]*>([^<]*)<', text) == [podcast.TALK[5][3]]
    assert 'data-words="I remember it differently' in text


def test_a_transcript_carries_its_speakers_words_and_moments(client: TestClient) -> None:
    text = client.get(f"/episodes/{podcast.FIRST}").text
    lines = re.findall(r'class="line"([^>]*)>([^<]*)<', text)
    assert [said for _, said in lines] == [said for *_, said in podcast.TALK]
    for (attributes, said), (_, start, end, _) in zip(lines, podcast.TALK, strict=True):
        words = re.search(r'data-w="([^"]+)"', attributes)
        assert words
        offsets = [int(word) for word in words[1].split()]
        assert len(offsets) == len(said.split())
        assert offsets == sorted(offsets)
        assert offsets[0] == 0
        assert offsets[-1] < (end - start) * 100
    assert text.count("<b>Nora</b>") == 6
    assert 'data-theme="validation">I remember it differently' in text


def test_a_moment_says_why_and_whether_a_person_agreed(client: TestClient, settings: Settings) -> None:
    reviewed = client.get(f"/moments/{moment_ids(settings, 'validation')[0]}").text
    assert "A person has listened and agreed." in reviewed
    assert "She keeps her own memory" in reviewed
    guess = client.get(f"/moments/{moment_ids(settings, 'resentment')[0]}").text
    assert "suggested, not yet reviewed" in guess
    assert "A person has listened" not in guess


def test_neighbours_lead_through_a_theme(client: TestClient, settings: Settings) -> None:
    ids = moment_ids(settings, "validation")
    middle = client.get(f"/moments/{ids[1]}").text
    assert f"/moments/{ids[0]}" in middle
    assert f"/moments/{ids[2]}" in middle


def test_search_marks_what_it_found(client: TestClient) -> None:
    text = client.get("/search", params={"q": "invisible"}).text
    assert "felt <mark>invisible</mark>, like nobody" in text
    assert f"/episodes/{podcast.FIRST}?t=" in text
    assert 'value="invisible"' in text
    only = client.get("/search", params={"q": "hurt theme:resentment"}).text
    assert "Nothing by these words in Resentment" in only


@pytest.mark.parametrize(
    "asked",
    ["", " ", '"', '"""', "'", "*", "a AND", "NEAR(", "C++", "😀", "“hurt”", "x" * 10_000, "\x00", "col:a", "%"],
)
@pytest.mark.parametrize("rest", [{}, {"theme": "nothing"}, {"page": "-1"}, {"page": "99999999"}])
def test_no_search_is_an_error(asked: str, rest: dict[str, str], client: TestClient) -> None:
    assert client.get("/search", params={"q": asked, **rest}).status_code == 200


def test_every_link_of_the_site_leads_somewhere(client: TestClient, settings: Settings) -> None:
    seen, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            found = re.findall(r'href="(/[^"#]*)', re.sub(r'<div class="notes">.*?</div>', "", answer.text, flags=re.S))
            waiting += [link.replace("&amp;", "&") for link in found]
    assert len(seen) > 60


def test_only_verified_resources_are_shown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from companion.resources import Resource

    made = tuple(
        Resource(title=title, url="https://example.org/", what="", verified=verified)
        for title, verified in (("Seen by a person", True), ("Only heard of", False))
    )
    monkeypatch.setattr("web.public.practise.resources", lambda: made)
    with TestClient(create_app(settings)) as client:  # one that has kept nothing yet
        text = client.get("/exercises").text
    assert "Seen by a person" in text
    assert "Only heard of" not in text


def test_practice_pages_say_where_help_is(client: TestClient, settings: Settings) -> None:
    for name in ("/exercises", "/exercises/taking-turns", "week", "/themes/validation", "moment"):
        text = client.get(address(name, settings)).text
        assert "education, not therapy" in text
        assert "emergency number or a crisis line" in text


def test_titles_names_and_quotes_are_text(client: TestClient) -> None:
    for path in ("/", "/episodes", "/search?q=hurt", "/themes/validation", f"/episodes/{podcast.HOSTILE}"):
        text = re.sub(r'<div class="notes">.*?</section>', "", client.get(path).text, flags=re.S)
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<img" not in text


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"hostile"}))
def test_a_page_has_nothing_inline(name: str, client: TestClient, settings: Settings) -> None:
    tags: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))  # type: ignore[method-assign]
    parser.feed(client.get(address(name, settings)).text)
    facts = {"type": "application/ld+json"}  # data that no browser runs
    scripts = [attributes for tag, attributes in tags if tag == "script" and attributes != facts]
    assert scripts
    assert all(script.keys() == {"type", "src"} and (script["src"] or "").startswith("/static/") for script in scripts)
    for tag, attributes in tags:
        assert tag not in ("style", "iframe", "img")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert not (attributes.get("href") or "").startswith("javascript:")


def test_large_pages_are_compressed_and_audio_never(client: TestClient, settings: Settings) -> None:
    assert client.get("/", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    audio = client.get(address("audio", settings), headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in audio.headers
    assert audio.headers["content-type"] == "audio/mpeg"


def test_nothing_is_used_that_the_next_litestar_drops(settings: Settings) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        create_app(settings)


def test_healthz(client: TestClient) -> None:
    assert client.get("/healthz").text.startswith("ok ")

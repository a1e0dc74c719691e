"""The desk's page of exports: what it offers, its files, and what it never gives away."""

import csv
import io
import json
from html import unescape
from urllib.parse import unquote

import av
import podcast
import pytest
from entering import NORA, TOM, Clock, enter
from litestar.testing import TestClient

from companion.config import Settings
from companion.exports import EXPORTS, gather, opened
from companion.store import Store
from companion.timecode import Span
from web import links
from web.app import create_app

PAGE = links.exports(podcast.FIRST)
WHO, START, END, QUOTE = podcast.TALK[5]  # an accepted moment


def accepted(own: Settings) -> str:
    """The id of that moment."""
    with Store.open(own.database) as store:
        return next(clip.moment.id for clip in store.moments.of_episode(podcast.FIRST) if clip.moment.quote == QUOTE)


def test_everything_is_offered_and_comes_as_a_named_file(visitor: TestClient, own: Settings) -> None:
    enter(visitor, TOM)
    page = visitor.get(PAGE)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    for name, kind in EXPORTS.items():
        assert f'href="{links.exports(podcast.FIRST, name)}" download' in page.text
        file = visitor.get(links.exports(podcast.FIRST, name))
        assert file.status_code == 200 and file.headers["cache-control"] == "no-store"
        assert file.headers["content-type"] == f"{kind.media_type}; charset=utf-8"
        disposition = unquote(file.headers["content-disposition"])
        assert disposition.startswith("attachment; ") and disposition.endswith(f"in December{kind.extension}")
        with opened(own.database, podcast.FIRST) as store:
            assert file.content.decode() == kind.write(gather(store, podcast.FIRST, "http://127.0.0.1"))
    for name in ("soundbites", "notes", "html"):
        assert visitor.get(links.exports(podcast.FIRST, name)).text in unescape(page.text)
    assert len(list(csv.reader(io.StringIO(visitor.get(links.exports(podcast.FIRST, "csv")).text)))) == 7
    assert visitor.get(links.exports(podcast.FIRST, "docx")).status_code == 404
    assert visitor.get(links.exports("nobody")).status_code == 404


def test_addresses_are_those_that_are_set(own: Settings, clock: Clock) -> None:
    told = Settings(data=own.data, base_url="https://listen.example")
    with TestClient(create_app(told, clock), base_url="https://listen.example") as client:
        enter(client, NORA)
        page = client.get(PAGE).text
        assert "https://listen.example/moments/" in page and "set <code>base_url</code>" not in page
        chapters = json.loads(client.get(links.exports(podcast.FIRST, "chapters")).text)["chapters"]
        assert {one["url"] for one in chapters} == {
            "https://listen.example/exercises/lean-in",
            "https://listen.example/exercises/small-moments",
        }


def test_a_moment_is_cut_out(visitor: TestClient, own: Settings) -> None:
    enter(visitor, TOM)
    address = links.cut(podcast.FIRST, accepted(own))
    assert f'href="{address}"' in visitor.get(PAGE).text
    file = visitor.get(address)
    assert (file.status_code, file.headers["content-type"]) == (200, "audio/mpeg")
    with av.open(io.BytesIO(file.content)) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(END - START, abs=0.1)
    assert visitor.get(links.cut(podcast.FIRST, "nobody")).status_code == 404
    assert visitor.get(links.cut(podcast.SECOND, accepted(own))).status_code == 404
    (own.audio / f"{podcast.FIRST}.mp3").unlink()
    gone = visitor.get(address)
    assert gone.status_code == 400 and "could not be cut out" in gone.text and "Traceback" not in gone.text


def test_an_episode_with_nothing_accepted_or_without_audio(visitor: TestClient) -> None:
    enter(visitor, TOM)
    page = visitor.get(links.exports(podcast.SECOND))
    assert page.status_code == 200 and page.text.count("No moment is accepted yet") == 3
    assert links.exports(podcast.SECOND, "chapters") in page.text  # its notes list its own
    assert links.exports(podcast.SECOND, "soundbites") not in page.text
    assert visitor.get(links.exports(podcast.SECOND, "soundbites")).status_code == 404
    silent = visitor.get(links.exports(podcast.SILENT))
    assert silent.status_code == 200 and "There is no transcript of this episode yet" in silent.text


def test_hostile_words_stay_words(visitor: TestClient) -> None:
    enter(visitor, TOM)
    page = visitor.get(links.exports(podcast.HOSTILE))
    assert page.status_code == 200 and podcast.EVIL not in page.text


def test_what_is_redacted_or_taken_down_is_on_no_page_and_in_no_file(
    visitor: TestClient, own: Settings, clock: Clock
) -> None:
    enter(visitor, NORA)
    id = accepted(own)
    with Store.open(own.database) as store:
        store.protection.redact(podcast.FIRST, Span(start=27, end=31), reason="", who="Nora", at=clock())
    answers = {name: visitor.get(links.exports(podcast.FIRST, name)) for name in EXPORTS}
    answers["page"] = visitor.get(PAGE)
    for name, answer in answers.items():
        assert answer.status_code == 200, name
        assert "really hurt you" not in unescape(answer.text) and id not in answer.text, name
    refused = visitor.get(links.cut(podcast.FIRST, id))
    assert refused.status_code == 400 and "reaches into a stretch that is redacted" in refused.text
    with Store.open(own.database) as store:
        store.protection.take_down(podcast.FIRST, reason="They asked.", who="Nora", at=clock())
    for address in (PAGE, links.exports(podcast.FIRST, "vtt"), links.exports(podcast.FIRST, "csv")):
        answer = visitor.get(address)
        assert answer.status_code == 400 and "was taken down" in answer.text


def test_a_draft_can_be_prepared(visitor: TestClient, own: Settings) -> None:
    with Store.open(own.database) as store:
        store.protection.unpublish(podcast.FIRST)
    enter(visitor, TOM)
    assert visitor.get(f"/episodes/{podcast.FIRST}").status_code == 404
    assert QUOTE in visitor.get(links.exports(podcast.FIRST, "notes")).text
    assert visitor.get(links.cut(podcast.FIRST, accepted(own))).status_code == 200


def test_the_addresses_in_exports_are_those_of_the_site(own: Settings) -> None:
    with opened(own.database, podcast.FIRST) as store:
        material = gather(store, podcast.FIRST, "")
    clip = material.moments[0]
    assert material.moment_page(clip) == links.moment(clip.moment.id)
    assert material.episode_page(clip.moment.span) == links.episode(podcast.FIRST, clip.moment.span)
    chapters = json.loads(EXPORTS["chapters"].write(material))["chapters"]
    assert chapters[0]["url"] == links.exercise("lean-in")

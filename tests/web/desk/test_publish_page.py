"""The desk's page of publishing and protecting, as forms: what each does, and what a wrong one is told."""

import html
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import podcast
import pytest
from entering import NORA, TOM, Clock, enter
from litestar.testing import TestClient

from companion.config import Settings
from companion.moments import moment_id
from companion.store import Store, Validators
from companion.timecode import Span

PUBLIC = f"/episodes/{podcast.FIRST}"
HERE = f"/desk{PUBLIC}"
AUDIO = f"{PUBLIC}/audio"


def send(client: TestClient, address: str, **fields: str) -> tuple[int, str]:
    """Sends a form as the page would; gives the status, and where it leads or what it says."""
    answer = client.post(f"{HERE}/{address}", data={"csrf": enter(client, NORA), **fields}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_an_episode_goes_from_draft_to_public_and_back(visitor: TestClient) -> None:
    assert send(visitor, "publish", to="draft") == (303, f"{HERE}/publish")
    assert visitor.get(PUBLIC).status_code == 404
    assert visitor.get(AUDIO).status_code == 404
    page = visitor.get(f"{HERE}/publish").text
    assert "A draft" in page
    preview = visitor.get(f"{HERE}/preview")
    assert preview.status_code == 200
    assert preview.headers["cache-control"] == "no-store"
    assert podcast.TALK[0][3] in preview.text
    assert f'data-audio="{HERE}/preview/audio"' in preview.text
    assert f'"{AUDIO}"' not in preview.text
    assert visitor.get(f"{HERE}/preview/audio").status_code == 200
    led = set(re.findall(rf'(?:href|data-page)="({re.escape(HERE)}/[^"]+)"', preview.text))
    kinds = {address.removeprefix(f"{HERE}/").rpartition("/")[0] for address in led}
    assert kinds >= {"preview/moments", "preview/exercises/week", "exports"}
    for address in led:  # nothing of a draft leads to a page that is not there
        assert visitor.get(html.unescape(address)).status_code == 200, address
    moment = next(address for address in led if "/preview/moments/" in address)
    page = visitor.get(moment).text
    assert "A preview" in page
    assert f'href="{PUBLIC}' not in page
    assert visitor.get(f"{moment}/embed").status_code == 200
    assert send(visitor, "publish", to="public")[0] == 303
    assert visitor.get(PUBLIC).status_code == 200
    assert send(visitor, "publish", to="nowhere")[0] == 400


def test_a_stretch_is_shown_taken_out_and_put_back(visitor: TestClient, own: Settings) -> None:
    line = podcast.TALK[10]
    enter(visitor, NORA)
    before = visitor.get(AUDIO).content
    asked = visitor.get(f"{HERE}/publish?start=58&end=1:04").text
    assert line[3] in asked
    assert "would go with it" not in asked  # the moment there is a guess
    assert "1 accepted moment would go with it" in visitor.get(f"{HERE}/publish?start=31&end=32").text
    assert line[3] in visitor.get(PUBLIC).text
    assert 'name="start" value="0:58.00"' in asked  # an address has plain seconds, a person reads a time
    looked = send(visitor, "redactions", start="58", end="1:04", reason="a child", look="1")
    assert looked[0] == 200 and line[3] in looked[1] and "a child" in looked[1]
    assert send(visitor, "redactions", start="58", end="1:04", reason="a child") == (303, f"{HERE}/publish#redacted")
    assert line[3] not in visitor.get(PUBLIC).text
    assert visitor.get(AUDIO).content != before
    assert visitor.get(f"/moments/{moment_id(podcast.FIRST, 'past-wounds', line[3])}").status_code == 410
    page = visitor.get(f"{HERE}/publish").text
    assert "a child" in page
    with Store.open(own.database) as store:
        (one,) = store.protection.redactions(podcast.FIRST)
        assert (one.who, one.span) == ("Nora", Span(start=58, end=64))
        deeds = [(deed.who, deed.action) for deed in store.audit.newest(limit=5)]
        assert ("Nora", "redact") in deeds
    assert send(visitor, f"redactions/{one.key}/lift")[0] == 303
    assert line[3] in visitor.get(PUBLIC).text
    assert visitor.get(AUDIO).content == before
    assert send(visitor, f"redactions/{one.key}/lift")[0] == 404  # somebody else was first
    assert send(visitor, f"redactions/{'9' * 20}/lift")[0] == 400


def test_all_before_a_marker(visitor: TestClient, own: Settings) -> None:
    assert send(visitor, "redactions", marker="0:15")[0] == 303
    text = visitor.get(PUBLIC).text
    assert podcast.TALK[0][3] not in text
    assert podcast.TALK[3][3] in text
    assert send(visitor, "redactions", marker="10")[0] == 303  # moved, not added
    text = visitor.get(PUBLIC).text
    assert podcast.TALK[2][3] in text
    with Store.open(own.database) as store:
        assert len(store.protection.redactions(podcast.FIRST)) == 1
    assert "Everything before" in visitor.get(f"{HERE}/publish").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"start": "", "end": ""}, "Say where it begins"),
        ({"start": "10", "end": "5"}, "must end after it begins"),
        ({"start": "10", "end": "10"}, "must end after it begins"),
        ({"start": "soon", "end": "5"}, "“soon” is not a time"),
        ({"start": "9:59", "end": "10:10"}, "no stretch of this recording"),
        ({"marker": "0"}, "no stretch of this recording"),
        ({"marker": ""}, "is not a time"),
        ({"start": "1", "end": "2", "reason": "x" * 501}, "501 letters"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_lost(
    visitor: TestClient, own: Settings, fields: dict[str, str], says: str
) -> None:
    status, text = send(visitor, "redactions", **fields)
    assert status == 400
    assert says in text
    assert all(f'value="{value}"' in text for value in fields.values() if value)
    with Store.open(own.database) as store:
        assert store.protection.redactions(podcast.FIRST) == ()


def test_a_reason_stays_in_the_form_it_was_written_in(visitor: TestClient) -> None:
    def written(page: str, field: str) -> str:
        return re.findall(rf'<input id="{field}" name="reason" value="([^"]*)"', page)[0]

    page = send(visitor, "takedown", reason="Dana asked us to.")[1]  # and not what
    assert (written(page, "reason"), written(page, "down-reason")) == ("", "Dana asked us to.")
    page = send(visitor, "redactions", reason="A name.", start="9", end="8")[1]
    assert (written(page, "reason"), written(page, "down-reason")) == ("A name.", "")
    page = visitor.get(f"{HERE}/publish?start=8&end=9&reason=A+name.").text
    assert (written(page, "reason"), written(page, "down-reason")) == ("A name.", "")


def test_taking_down_asks_why_and_tells_nobody(visitor: TestClient) -> None:
    id = moment_id(podcast.FIRST, "validation", podcast.TALK[5][3])
    enter(visitor, NORA)
    assert f'value="{id}" selected' in visitor.get(f"{HERE}/publish?what={id}").text
    assert f"{HERE}/publish?what={id}#down" in visitor.get(HERE).text
    for fields in ({"reason": "x"}, {"reason": "x", "what": ""}, {"reason": " ", "what": podcast.FIRST}):
        assert send(visitor, "takedown", **fields)[0] == 400
    assert visitor.get(PUBLIC).status_code == 200
    assert send(visitor, "takedown", reason="Dana asked us to.", what=id)[0] == 303
    gone = visitor.get(f"/moments/{id}")
    assert gone.status_code == 410
    assert "taken down" in gone.text
    assert "Dana asked" not in gone.text
    assert "Dana asked us to." in visitor.get(f"{HERE}/publish").text
    assert send(visitor, "takedown", back="1", what=id)[0] == 303
    assert visitor.get(f"/moments/{id}").status_code == 200
    other = moment_id(podcast.SECOND, "validation", podcast.TALK[5][3])
    assert send(visitor, "takedown", reason="x", what=other)[0] == 400
    assert send(visitor, "takedown", reason="All of it.", what=podcast.FIRST)[0] == 303
    assert visitor.get(PUBLIC).status_code == 410
    assert send(visitor, "takedown", back="1", what=podcast.FIRST)[0] == 303
    assert visitor.get(PUBLIC).status_code == 200


def test_a_content_note_is_kept_and_taken_away(visitor: TestClient) -> None:
    assert send(visitor, "caution", text="  They speak of\na loss. ")[0] == 303
    assert "They speak of a loss." in visitor.get(PUBLIC).text
    assert send(visitor, "caution", text="")[0] == 303
    assert "They speak of a loss." not in visitor.get(PUBLIC).text
    assert send(visitor, "caution", text="x" * 501)[0] == 400


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("publish", {"to": "draft"}),
        ("caution", {"text": "x"}),
        ("takedown", {"reason": "x"}),
        ("redactions", {"start": "1", "end": "2"}),
        ("redactions/1/lift", {}),
        ("redactions/silence", {}),
    ],
)
def test_editors_may_look_and_change_nothing(visitor: TestClient, address: str, fields: dict[str, str]) -> None:
    csrf = enter(visitor, TOM)
    page = visitor.get(f"{HERE}/publish")
    assert page.status_code == 200
    assert "Take it out" not in page.text
    assert visitor.post(f"{HERE}/{address}", data={"csrf": csrf, **fields}).status_code == 403


def test_other_audio_is_made_silent_by_a_program_of_its_own(visitor: TestClient, own: Settings, tmp_path: Path) -> None:
    with Store.open(own.database) as store:
        audio = store.media.get(podcast.FIRST)
        assert audio is not None
        with av.open(str(own.audio / audio.file)) as given, av.open(str(own.audio / "one.wav"), "w") as made:
            stream = made.add_stream("pcm_s16le", rate=16000, layout="mono")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=16000)
            for frame in given.decode(audio=0):
                for one in resampler.resample(frame):
                    made.mux(stream.encode(one))
        size = (own.audio / "one.wav").stat().st_size
        store.media.save(replace(audio, file="one.wav", type="audio/wav", size=size, sha256="1" * 64))
        store.protection.redact(podcast.FIRST, Span(start=58, end=64), reason="", who="Nora", at=Clock().now)
    assert visitor.get(AUDIO).status_code == 404  # not ready: nothing is heard
    command = [sys.executable, "-m", "ingest.silence", str(own.data), podcast.FIRST]
    root = Path(__file__).parents[3]
    subprocess.run(command, check=True, cwd=root)
    answer = visitor.get(AUDIO)
    assert answer.headers["content-type"] == "audio/mpeg"
    heard = tmp_path / "heard.mp3"
    heard.write_bytes(answer.content)
    with av.open(str(heard)) as container:
        loud = {"in": 0.0, "out": 0.0}
        for frame in container.decode(audio=0):
            second = frame.time or 0.0
            key = "in" if 58.1 < second < 63.9 else "out" if 40 < second < 57 else None
            if key:
                loud[key] = max(loud[key], float(abs(frame.to_ndarray()).max()))
    assert loud["in"] < 1e-6
    assert loud["out"] > 0.1


def test_a_silent_copy_that_was_lost_is_made_again(visitor: TestClient, own: Settings) -> None:
    assert send(visitor, "redactions", start="58", end="1:04")[0] == 303
    silent = visitor.get(AUDIO).content
    assert "Make it now" not in visitor.get(f"{HERE}/publish").text
    for copy in own.audio.glob("*.silent-*"):
        copy.unlink()
    assert visitor.get(AUDIO).status_code == 404
    assert "Make it now" in visitor.get(f"{HERE}/publish").text
    assert send(visitor, "redactions/silence")[0] == 303
    assert visitor.get(AUDIO).content == silent


def test_new_episodes_wait_where_that_is_set(own: Settings, visitor: TestClient) -> None:
    with Store.open(own.database) as store:
        feed = store.feeds.all()[0]
        fresh = podcast.episode("chairs-new", "new", "Session 9: Xylophone", 9, "<p>Notes.</p>")
        first = store.feeds.episode(podcast.FIRST)
        store.feeds.save(feed, (fresh, first), Validators(etag=None, modified=None), drafts=True)
        assert store.protection.drafts() == {"chairs-new"}  # what was here already stays as it was
    assert visitor.get("/episodes/chairs-new").status_code == 404
    assert "Xylophone" not in visitor.get("/search?q=session").text
    with Store.open(own.database) as store:
        store.protection.publish("chairs-new")
    assert visitor.get("/episodes/chairs-new").status_code == 200
    assert "Xylophone" in visitor.get("/search/suggest?q=xylo").text

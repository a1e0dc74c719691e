"""What was redacted, taken down or not published is nowhere: public routes, exports, the raw indexes, the sound."""

import io
import os
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import av
import everywhere
import numpy as np
import podcast
import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from companion.__main__ import cli
from companion.config import Settings
from companion.errors import NotFoundError
from companion.exports import EXPORTS, gather, opened
from companion.moments import Moment, Why, moment_id
from companion.reviews import Change, Review, Verdict
from companion.silencing import keep, silence_mp3, unfinished
from companion.store import Store
from companion.timecode import Span
from companion.transcripts import Segment, Word
from web.app import create_app

SAID = "My name is Zebulon Quartermaine and we live in Thistledown Lane."
SECRETS = ("zebulon", "quartermaine", "thistledown")
LINE = 4  # of TALK, in the place of which it is said
START, END = podcast.TALK[LINE][1:3]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
AUDIO = f"/episodes/{podcast.FIRST}/audio"
SEARCHES = [
    *(f"/search?q={word}&exact={exact}" for word in (*SECRETS, "zebulo", "thisledown") for exact in (0, 1)),
    *(f"/search/suggest?q={word}" for word in ("ze", "zebul", "quart", "thistled", "lane", "we live in")),
    *(f"/api/search?q={word}" for word in (*SECRETS, "live in lane", "theme:resentment")),
    *("/search?q=theme:resentment", "/search?q=speaker:Tom", f"/episodes/{podcast.FIRST}?t=15,33", "/search?q=name"),
]


@pytest.fixture
def own(tmp_path: object) -> Iterator[Settings]:
    """A podcast in whose first episode somebody says a name."""
    made = Settings(data=tmp_path)  # type: ignore[arg-type]
    podcast.fill(made)
    with Store.open(made.database) as store:
        talk = podcast.transcript(podcast.FIRST, "")
        texts = SAID.split()
        step = (END - START) / len(texts)
        words = tuple(
            Word(start=START + n * step, end=START + (n + 1) * step, text=text, probability=0.9)
            for n, text in enumerate(texts)
        )
        named = Segment(start=START, end=END, text=SAID, speaker="Tom", words=words)
        segments = (*talk.segments[:LINE], named, *talk.segments[LINE + 1 :])
        store.transcripts.save(replace(talk, segments=segments))
        own = Moment(
            id=moment_id(podcast.FIRST, "resentment", SAID),
            episode=podcast.FIRST,
            theme="resentment",
            span=Span(start=START, end=END),
            quote=SAID,
            speaker="Tom",
            before=podcast.TALK[LINE - 1][3],
            after=podcast.TALK[LINE + 1][3],
            score=0.97,
            why=Why(sentence="It sounds like “Zebulon Quartermaine”.", parts=(("Zebulon Quartermaine", 0.9),)),
            tagger="test",
        )
        beside = [
            replace(one, before=SAID) if one.quote == podcast.TALK[LINE + 1][3] else one
            for one in podcast.moments(podcast.FIRST, "")
        ]
        store._c.run("delete from moments where episode = :id", id=podcast.FIRST)
        store.moments.replace(podcast.FIRST, "test", (own, *beside))
    yield made


@pytest.fixture
def client(own: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(own), raise_server_exceptions=False) as client:
        yield client


def redact(own: Settings, *, copied: bool = True) -> Span:
    with Store.open(own.database) as store:
        span = Span(start=START + 0.1, end=END - 0.1)
        taken = store.protection.redact(podcast.FIRST, span, reason="a name", who="Nora", at=NOW)
        if copied:
            assert silence_mp3(own, store, podcast.FIRST)
    return taken


def told(client: TestClient, own: Settings) -> dict[str, str]:
    """Everything that the public can read, by its address."""
    with Store.open(own.database) as store:
        episodes = [one.id for one in store.feeds.episodes() if one.id != podcast.HOSTILE]
        moments = [row["id"] for row in store._c.all("select id from moments union select moment from withheld")]
    start = everywhere.addresses(client.app, episodes, moments)
    start += SEARCHES + [f"/oembed?url=http://testserver.local/moments/{id}" for id in moments]
    return {
        address: text
        for address, status, text in everywhere.bodies(client, start)
        if status == 200 and podcast.HOSTILE not in address and not address.startswith(("/healthz", "/schema"))
    }


def leaks(found: dict[str, str]) -> list[str]:
    """Where one of the secret words is told, other than by repeating the question."""
    return sorted(
        f"{word}: {address}"
        for address, text in found.items()
        for word in SECRETS
        if word in text.lower() and word not in address.lower()
    )


def test_a_redacted_sentence_is_nowhere_and_comes_back_whole(client: TestClient, own: Settings) -> None:
    before = told(client, own)
    assert len(before) > 150
    kinds = {address.split("?")[0].split("/")[1] for address in (one.partition(": ")[2] for one in leaks(before))}
    assert {"episodes", "moments", "search", "api", "themes", "oembed"} <= kinds  # so it can be found where it is
    redact(own)
    after = told(client, own)
    assert leaks(after) == []
    assert len(after) > 150
    with Store.open(own.database) as store:
        (one,) = store.protection.redactions(podcast.FIRST)
        store.protection.lift(podcast.FIRST, one.key)
    again = told(client, own)
    assert again.keys() == before.keys()
    assert [address for address in before if body(again[address]) != body(before[address])] == []


def test_words_that_were_cut_off_a_moment_and_redacted_come_back_by_no_search(
    client: TestClient, own: Settings
) -> None:
    """The index keeps the words that were proposed; people have left only some of them."""
    quote = f"{SAID} {podcast.TALK[LINE + 1][3]}"
    both = Moment(
        id=moment_id(podcast.FIRST, "resentment", quote),
        episode=podcast.FIRST,
        theme="resentment",
        span=Span(start=START, end=podcast.TALK[LINE + 1][2]),
        quote=quote,
        speaker="Tom",
        before="",
        after="",
        score=0.9,
        why=Why(sentence="", parts=()),
        tagger="test",
    )
    left = Change(
        review=Review(
            moment=both.id,
            verdict=Verdict.ACCEPT,
            reviewer="Nora",
            at=NOW,
            note="",
            span=Span(start=podcast.TALK[LINE + 1][1], end=both.span.end),
            quote=podcast.TALK[LINE + 1][3],
        ),
        seen=0,
        made=both,
    )
    with Store.open(own.database) as store:
        store.reviewing.decide([left])

    def answers() -> dict[str, str]:
        asked = ("differently", "zebulon", "hurt", "theme:resentment")
        texts = {
            f"{at}{q}": client.get(f"{at}{q}").text for at in ("/search/suggest?q=", "/api/search?q=") for q in asked
        }
        return texts | {q: CliRunner().invoke(cli, ["--data", str(own.data), "search", q]).stdout for q in asked}

    assert leaks({name: text for name, text in answers().items() if "differently" in name}) == []  # cut is cut
    redact(own)
    found = answers()
    assert leaks(found) == []
    assert all("differently" in found[name] for name in ("/api/search?q=hurt", "hurt"))


def body(text: str) -> list[str]:
    """The lines, in any order, without the headers that were added at the end."""
    return sorted(text.rpartition(" {'")[0].splitlines())


def test_no_export_and_no_command_tells_it(own: Settings) -> None:
    def exported() -> str:
        with opened(own.database, podcast.FIRST) as store:
            material = gather(store, podcast.FIRST, "http://example.org")
            made = []
            for export in EXPORTS.values():
                try:
                    made.append(export.write(material))
                except NotFoundError:
                    continue
        typed = [["search", word] for word in (*SECRETS, "theme:resentment")] + [
            ["moments", "--json"],
            ["moments"],
            ["status", "--json"],
            *(["export", podcast.FIRST, "--format", name] for name in ("vtt", "srt", "json", "txt")),
        ]
        for words in typed:
            done = CliRunner().invoke(cli, ["--data", str(own.data), *words])
            asked = words[-1].lower()
            made.append(done.output.lower().replace(f"“{asked}”", ""))
        return "\n".join(made).lower()

    assert all(word in exported() for word in SECRETS)
    redact(own)
    assert not any(word in exported() for word in SECRETS)


def test_the_raw_indexes_do_not_have_its_words(own: Settings) -> None:
    def indexed() -> set[str]:
        database = sqlite3.connect(own.database)
        found = {word for (word,) in database.execute("select word from words")}
        for name in ("segments", "moments", "episodes"):
            database.execute(f"create virtual table temp.v_{name} using fts5vocab(main, {name}_fts, row)")
            found |= {term for (term,) in database.execute(f"select term from temp.v_{name}")}
            database.execute(f"insert into {name}_fts ({name}_fts, rank) values ('integrity-check', 1)")
        database.close()
        return found

    stems = {"zebulon", "quartermain", "thistledown"}  # as the index keeps them
    assert stems <= indexed()
    redact(own)
    assert not (stems | set(SECRETS)) & indexed()


def decoded(data: bytes) -> np.ndarray:
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([one.to_ndarray().reshape(-1) for one in container.decode(audio=0)]).astype(float)


def test_the_sound_is_silent_there_and_the_same_elsewhere(client: TestClient, own: Settings) -> None:
    first = client.get(AUDIO)
    span = redact(own)
    answer = client.get(AUDIO)
    assert answer.status_code == 200
    assert len(answer.content) == len(first.content)
    original, served = decoded(first.content), decoded(answer.content)
    rate = len(original) / podcast.SECONDS
    a, b = int(span.start * rate), int(span.end * rate)
    assert np.abs(original[a:b]).max() > 0.1
    assert np.abs(served[a:b]).max() == 0
    margin = int(0.25 * rate)
    assert np.array_equal(served[: a - margin], original[: a - margin])
    assert np.array_equal(served[b + margin :], original[b + margin :])

    assert answer.headers["etag"] != first.headers["etag"]
    assert client.get(AUDIO, headers={"if-none-match": first.headers["etag"]}).status_code == 200
    assert client.get(AUDIO, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    half = len(first.content) // 5
    stale = client.get(AUDIO, headers={"range": f"bytes={half}-", "if-range": first.headers["etag"]})
    assert (stale.status_code, stale.content) == (200, answer.content)  # never half of one and half of the other
    parts = [client.get(AUDIO, headers={"range": f"bytes={at}-{at + half - 1}"}) for at in range(0, half * 6, half)]
    assert {part.status_code for part in parts} <= {206, 416}
    assert b"".join(part.content for part in parts) == answer.content


def test_without_its_silent_copy_there_is_no_sound_at_all(client: TestClient, own: Settings) -> None:
    assert client.get(AUDIO).status_code == 200
    redact(own, copied=False)
    assert client.get(AUDIO).status_code == 404
    assert 'class="play large"' not in client.get(f"/episodes/{podcast.FIRST}").text
    with Store.open(own.database) as store:
        assert store.protection.silence(podcast.FIRST) is not None
        assert silence_mp3(own, store, podcast.FIRST)
        assert store.protection.silence(podcast.FIRST) is None
        assert client.get(AUDIO).status_code == 200
        # another redaction: the copy of before is not good any more
        store.protection.redact(podcast.FIRST, Span(start=100, end=101), reason="", who="Nora", at=NOW)
        assert client.get(AUDIO).status_code == 404
        assert silence_mp3(own, store, podcast.FIRST)
    assert client.get(AUDIO).status_code == 200
    assert len(list(own.audio.glob(f"{podcast.FIRST}*"))) == 2


def test_workers_on_silent_copies_leave_each_other_alone(client: TestClient, own: Settings) -> None:
    redact(own, copied=False)
    with Store.open(own.database) as store:
        wanted = store.protection.silence(podcast.FIRST)
        assert wanted is not None
        late, dead = unfinished(own, wanted), own.audio / f"{podcast.FIRST}.silent-0.mp3.1-1.part"
        for part in (late, dead):
            part.write_bytes(b"\xff\xfb")
        os.utime(dead, (NOW.timestamp(), NOW.timestamp()))
        store.protection.redact(podcast.FIRST, Span(start=100, end=101), reason="", who="Nora", at=NOW)
        with ThreadPoolExecutor(1) as other:
            assert other.submit(silence_mp3, own, store, podcast.FIRST).result()
        assert late.exists() and not dead.exists()
        served = store.media.served(podcast.FIRST)
        keep(own, store, wanted, late, type="audio/mpeg", seconds=1.0)
        assert store.media.served(podcast.FIRST) == served is not None
        assert {file.name for file in own.audio.glob(f"{podcast.FIRST}.silent-*")} == {served.file}
        assert store.protection.silence(podcast.FIRST) is None
    assert len(client.get(AUDIO).content) == served.size


@pytest.mark.parametrize("how", ["draft", "taken down"])
def test_what_is_not_out_is_nowhere(client: TestClient, own: Settings, how: str) -> None:
    title = "the dinner in december"
    assert all(title in client.get(page).text.lower() for page in ("/", f"/episodes/{podcast.FIRST}", "/api/episodes"))
    with Store.open(own.database) as store:
        if how == "draft":
            store.protection.unpublish(podcast.FIRST)
        else:
            store.protection.take_down(podcast.FIRST, reason="They asked us to.", who="Nora", at=NOW)
    hidden = told(client, own)
    assert [address for address, text in hidden.items() if title in text.lower()] == []
    assert leaks(hidden) == []
    known = everywhere.addresses(client.app, [podcast.FIRST], [moment_id(podcast.FIRST, "resentment", SAID)])
    mine = [one for one in known if podcast.FIRST in one or moment_id(podcast.FIRST, "resentment", SAID) in one]
    answers = {client.get(one).status_code for one in mine}
    assert answers <= ({404} if how == "draft" else {404, 410})
    page = client.get(f"/episodes/{podcast.FIRST}")
    assert page.status_code == (404 if how == "draft" else 410)
    assert ("taken down" in page.text) == (how == "taken down")
    assert "They asked us to" not in page.text
    assert client.get(AUDIO).status_code == page.status_code
    with Store.open(own.database) as store:
        if how == "draft":
            store.protection.publish(podcast.FIRST)
        else:
            store.protection.put_back(podcast.FIRST)
    assert client.get("/search?q=zebulon").text.count("Quartermaine") > 0


def test_a_moment_that_was_taken_down(client: TestClient, own: Settings) -> None:
    id = moment_id(podcast.FIRST, "resentment", SAID)
    with Store.open(own.database) as store:
        store.protection.take_down(id, reason="Too much", who="Nora", at=NOW)
    with opened(own.database, podcast.FIRST) as store:
        material = gather(store, podcast.FIRST, "http://example.org")
        assert id not in [clip.moment.id for clip in material.moments]
    assert client.get(f"/moments/{id}").status_code == 410
    assert client.get(f"/api/moments/{id}").status_code == 410
    found = {address for address, text in told(client, own).items() if id in text and id not in address}
    assert found == set()
    assert "Quartermaine" in client.get(f"/episodes/{podcast.FIRST}").text  # what was said stays


def test_proposals_can_stay_hidden_until_somebody_has_looked(own: Settings) -> None:
    with TestClient(create_app(replace(own, proposals="hidden"))) as client:
        shown = told(client, own)
        assert client.get("/api/podcast").json()["moments"] == 2
        guesses = {address for address, text in shown.items() if "suggested, not yet reviewed" in text}
        assert guesses == {"/saved"}  # its form for what the device has saved
        assert client.get(f"/moments/{moment_id(podcast.FIRST, 'resentment', SAID)}").status_code == 404


def test_a_content_note_stands_before_every_play(client: TestClient, own: Settings) -> None:
    note = "They speak of a loss."
    with Store.open(own.database) as store:
        store.protection.set_caution(podcast.FIRST, note)
        id = moment_id(podcast.FIRST, "resentment", SAID)
    pages = (
        *(f"/episodes/{podcast.FIRST}", f"/moments/{id}", f"/moments/{id}/embed", "/themes/resentment"),
        *(f"/exercises/week/{podcast.FIRST}", "/search?q=curious&in=passages", "/search?q=lane&in=moments"),
    )
    for page in pages:
        text = client.get(page).text
        assert note in text, page
        assert re.search("data-play|data-audio", text), page
    for page in (f"/episodes/{podcast.FIRST}", f"/exercises/week/{podcast.FIRST}"):
        head, _, moments = client.get(page).text.partition(f">{note}<")  # once for all of them
        assert 'class="moment"' not in head
        assert 'class="moment"' in moments
    assert client.get(f"/api/episodes/{podcast.FIRST}").json()["caution"] == note
    assert client.get(f"/api/moments/{id}").json()["caution"] == note
    assert note not in client.get(f"/episodes/{podcast.SECOND}").text

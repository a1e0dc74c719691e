"""An episode's page and its files: transcripts to take along, times in notes, chapters, one theme's moments."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import av
import httpx
import long_episode
import podcast
import pytest
from litestar.testing import TestClient

from companion.chapters import Chapter
from companion.config import Settings
from companion.formats import FORMATS, read_published
from companion.moments import moment_id
from companion.reviews import Review, Verdict
from companion.store import Store
from companion.timecode import Span
from web.app import create_app
from web.notes import playable
from web.reading import paragraphs

EPISODE = f"/episodes/{podcast.FIRST}"
TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "txt": "text/plain"}


@pytest.mark.parametrize("name", TYPES)
def test_a_transcript_is_a_file_for_everybody(name: str, client: TestClient) -> None:
    answer = client.get(f"{EPISODE}/transcript.{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{TYPES[name]}; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-disposition"].startswith(
        f"attachment; filename=\"Session-1-The-Dinner-in-December.{name}\"; filename*=UTF-8''Session%201"
    )
    for _, _, _, said in podcast.TALK:
        assert said in answer.text
    again = client.get(f"{EPISODE}/transcript.{name}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(f"{EPISODE}/transcript.{name}", headers={"accept-encoding": "identity"})
    assert head.headers["content-length"] == str(len(answer.content))


def test_the_page_names_its_transcripts(client: TestClient) -> None:
    text = client.get(EPISODE).text
    for name, type in TYPES.items():
        assert re.search(f'<link rel="alternate" type="{type}" [^>]*href="{EPISODE}/transcript.{name}"', text)
        assert f'<a href="{EPISODE}/transcript.{name}" download>' in text
    assert "/transcript." not in client.get(f"/episodes/{podcast.SILENT}").text


@pytest.mark.parametrize("path", [f"/episodes/{podcast.SILENT}/transcript.vtt", "/episodes/x/transcript.vtt"])
def test_no_transcript_is_not_found(path: str, client: TestClient) -> None:
    assert client.get(path).status_code == 404
    assert client.get(f"{EPISODE}/transcript.doc").status_code == 404


@pytest.mark.parametrize("name", ["vtt", "srt", "json"])
@pytest.mark.parametrize("id", [podcast.FIRST, podcast.HOSTILE])
def test_our_own_reader_reads_back_what_was_written(name: str, id: str, client: TestClient) -> None:
    answer = client.get(f"/episodes/{id}/transcript.{name}")
    read = read_published(answer.content, type=answer.headers["content-type"], url=str(answer.url))
    hostile = podcast.EVIL if id == podcast.HOSTILE else ""
    assert [(one.start, one.end) for one in read] == [(start, end) for _, start, end, _ in podcast.TALK]
    for one, (who, _, _, said) in zip(read, podcast.TALK, strict=True):
        words, named = f"{said} {hostile}".strip(), f"{who}{hostile}"
        if name == "srt" and hostile:  # where speakers are words before a colon, this is nobody's name
            assert (one.speaker, one.text) == (None, f"{named}: {words}")
        else:
            assert (one.speaker, one.text) == (named, words)


@pytest.mark.parametrize("name", ["vtt", "srt"])
def test_another_reader_reads_it_too(name: str, client: TestClient, tmp_path: Path) -> None:
    """FFmpeg's, which is in most players."""
    file = tmp_path / f"talk.{name}"
    file.write_bytes(client.get(f"{EPISODE}/transcript.{name}").content)
    with av.open(str(file)) as opened:
        base = opened.streams.subtitles[0].time_base
        cues = [
            (float(one.pts * base), float(one.duration * base), bytes(one).decode())
            for one in opened.demux()
            if one.size
        ]
    assert len(cues) == len(podcast.TALK)
    for (start, length, text), (who, first, last, said) in zip(cues, podcast.TALK, strict=True):
        assert start == pytest.approx(first, abs=0.002)
        assert start + length == pytest.approx(last, abs=0.002)
        assert text == (f"<v {who}>{said}" if name == "vtt" else f"{who}: {said}")


def test_podcast_json_is_what_the_namespace_says(client: TestClient) -> None:
    document = json.loads(client.get(f"{EPISODE}/transcript.json").content)
    assert document["version"] == "1.0.0"
    who, start, end, said = podcast.TALK[0]
    assert document["segments"][0] == {"speaker": who, "startTime": start, "endTime": end, "body": said}


def test_times_in_show_notes_play(client: TestClient) -> None:
    text = client.get(f"/episodes/{podcast.SECOND}").text
    notes = text[text.index('<div class="notes">') :]
    address = f"/episodes/{podcast.SECOND}"
    assert f'<a href="{address}?t=81" data-seek="81">1:21</a> again' in notes
    assert f'(<a href="{address}?t=150" data-seek="150">2:30</a>)' in notes
    assert "10:45 am" in notes  # a time of day
    assert '<a href="https://example.org/a?t=0:10">from 0:10 on</a>, and 59:59 of the other one' in notes
    assert notes.count("data-seek") == 5


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ('<a href="http://a/?b>1:00 c">1:01</a>', None),  # times in attributes and links stay what they are
        ("<p title='1:00 > 1:01'>1:02</p>", "<p title='1:00 > 1:01'>{}</p>"),
        ("<pre>1:02</pre><code>1:02</code>", None),
        ("1 < 2 at 1:02", None),  # not the sanitiser's: left alone
        ("<p 1:02", None),
        ('<p a="1:02>1:02', None),
        ("<p>&lt;b&gt;1:02&amp;</p>", "<p>&lt;b&gt;{}&amp;</p>"),
        ("</a></a>1:02", "</a></a>{}"),
    ],
)
def test_nothing_but_text_is_touched_in_notes(notes: str, expected: str | None) -> None:
    episode = podcast.episode("e-1", "e", "E", 1, notes)
    link = '<a href="/episodes/e-1?t=62" data-seek="62">1:02</a>'
    assert playable(episode, 180.0) == (expected or notes).format(link)
    assert playable(episode, None) == notes  # nothing here to play


def test_chapters_stand_under_the_timeline_and_in_the_transcript(client: TestClient) -> None:
    text = client.get(f"/episodes/{podcast.SECOND}").text
    listed = re.findall(r'data-seek="([\d.]+)"><span class="time">[\d:]+</span> ([^<]*)</a></li>', text)
    assert listed == [("0.0", "Before they sat down"), ("45.0", "The wall &amp; the kitchen"), ("95.0", "Taking turns")]
    headings = re.findall(r'<h2 class="chapter"[^>]*>([^<]*)</h2><div.*?class="line"[^>]*>([^<]*)<', text, re.S)
    assert [title for title, _ in headings] == [title for _, title in listed]
    assert [said for _, said in headings] == [podcast.TALK[line][3] for line in (0, 8, 15)]
    assert 'class="chapter"' not in client.get(EPISODE).text


def test_one_theme_at_a_time_without_scripts(client: TestClient) -> None:
    text = client.get(f"{EPISODE}?theme=validation").text
    assert re.search(r'data-only="validation" aria-current="true"', text)
    assert len(re.findall(r'class="at off"', text)) == 5
    assert len(re.findall(r'class="each off"', text)) == 5
    assert len(re.findall(r'class="tag off"', text)) == 5
    assert len(re.findall(r'class="line off"', text)) == 5
    assert not re.search(r'class="[^"]* off"', client.get(f"{EPISODE}?theme=nothing").text)


def test_the_words_asked_for_are_marked(client: TestClient) -> None:
    """A quote from within a sentence: just its words, though the line is longer."""
    _, start, end, said = podcast.TALK[5]
    step = (end - start) / len(said.split())
    text = client.get(f"{EPISODE}?t={start + 5 * step:.2f},{start + 9 * step:.2f}").text
    asked = " ".join(said.split()[5:9])
    assert re.findall("<mark>(.*?)</mark>", text) == [asked]
    assert f'data-words="{asked}"' in text
    assert re.sub("<[^>]*>", "", re.findall(r'<span class="line[^>]*>(.*?)</span>', text)[5]) == said


def test_a_stretch_over_lines_without_word_times(client: TestClient) -> None:
    from companion.transcripts import Segment, Source, Transcript

    segments = tuple(Segment(start=float(i), end=i + 1.0, text=f"line {i}", speaker=None, words=()) for i in range(4))
    said = Transcript(episode="e", source=Source.PUBLISHED, model="vtt", language=None, segments=segments)
    chapters = (Chapter(start=2.2, title="Later"),)
    found = paragraphs(said, (), chapters, Span(start=0.9, end=2.7))
    assert [line.linked for part in found for line in part.lines] == [False, True, True, False]
    assert [(part.start, part.chapter) for part in found] == [(0.0, None), (2.0, chapters[0])]


def test_episodes_of_one_theme(client: TestClient) -> None:
    text = client.get("/episodes?theme=validation").text
    assert "Session 1: The Dinner" in text
    assert "Session 4: Not Fetched Yet" not in text
    assert 'href="/episodes?season=1&amp;theme=' not in text  # one season: nothing to choose from
    assert "Session 4: Not Fetched Yet" in client.get("/episodes?theme=nothing").text


def test_two_hours_open_with_little_to_send(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    long_episode.fill(settings)
    with TestClient(create_app(settings)) as client:
        request = client.build_request("GET", f"/episodes/{long_episode.ID}", headers={"accept-encoding": "gzip"})
        answer: httpx.Response = client.send(request, stream=True)
        sent = sum(map(len, answer.iter_raw()))
        text = client.get(f"/episodes/{long_episode.ID}").text
        files = {name: client.get(f"/episodes/{long_episode.ID}/transcript.{name}") for name in FORMATS}
    assert answer.headers["content-encoding"] == "gzip"
    assert sent < 150_000
    words = re.findall(r'class="line[^>]* data-w="([^"]*)"[^>]*>([^<]*)<', text)
    assert sum(len(said.split()) for _, said in words) == long_episode.WORDS
    assert all(len(times.split()) == len(said.split()) for times, said in words)
    assert {name: answer.status_code for name, answer in files.items()} == dict.fromkeys(FORMATS, 200)


def test_a_chapters_file_counts_before_times_in_the_notes(tmp_path: Path) -> None:
    own = Settings(data=tmp_path)
    podcast.fill(own)
    with Store.open(own.database) as store:
        store.parts.save(podcast.FIRST, (Chapter(start=0.0, title="From the <file>"),))
    with TestClient(create_app(own)) as client:
        assert "From the &lt;file&gt;" in client.get(f"/episodes/{podcast.FIRST}").text


def test_a_moments_name_stands_after_its_last_words(tmp_path: Path) -> None:
    own = Settings(data=tmp_path)
    podcast.fill(own)
    _, start, _, first = podcast.TALK[3]
    _, _, end, last = podcast.TALK[4]
    with Store.open(own.database) as store:
        one = podcast.moments(podcast.FIRST, "")[0]
        wide = replace(one, id="wide", span=Span(start=start, end=end), quote=f"{first} {last}", speaker="Tom")
        beyond = replace(wide, id="beyond", span=Span(start=start, end=end + 60), theme="resentment")
        store.moments.replace(podcast.FIRST, "test", (wide, beyond))
    with TestClient(create_app(own)) as client:
        html = client.get(EPISODE).text
    said = html[html.index(first) : html.index(podcast.TALK[5][3])]
    assert re.sub(r"\s*<[^>]*>\s*", "|", said).count(f"{first}||{last}") == 1
    assert re.findall(r'class="tag"[^>]*data-theme="([^"]*)"', said) == ["leaning-in"]
    assert said.index(last) < said.index('class="tag"')
    later = html[html.index(podcast.TALK[5][3]) :]  # another paragraph
    assert re.findall(r'class="tag"[^>]*data-theme="([^"]*)"', later)[-1] == "resentment"


@pytest.mark.parametrize("words", [None, 6])
def test_a_moments_sign_stands_where_its_own_words_begin(tmp_path: Path, words: int | None) -> None:
    own = Settings(data=tmp_path)
    podcast.fill(own)
    _, start, _, before = podcast.TALK[3]
    _, _, end, said = podcast.TALK[4]
    quote = " ".join(said.split()[-(words or 0) :])
    with Store.open(own.database) as store:
        one = podcast.moments(podcast.FIRST, "")[0]
        led = replace(one, id="led", span=Span(start=start, end=end), quote=quote)  # with what leads to it
        store.moments.replace(podcast.FIRST, "test", (led,))
    with TestClient(create_app(own)) as client:
        html = client.get(EPISODE).text
    earlier, leading = html.index(podcast.TALK[2][3]), html.index(before)
    assert 'class="aside' not in html[earlier:leading]
    assert 'class="aside' in html[leading : html.index(said)]


def test_marks_close_in_time_stand_in_lanes_of_a_picture(tmp_path: Path) -> None:
    own = Settings(data=tmp_path)
    podcast.fill(own)
    with Store.open(own.database) as store:
        one = podcast.moments(podcast.SECOND, "")[0]
        starts = (10.0, 12.0, 14.0, 20.0, 100.0)
        near = (replace(one, id=f"m{start:g}", span=Span(start=start, end=start + 1)) for start in starts)
        store.moments.replace(podcast.SECOND, "test", tuple(near))
    with TestClient(create_app(own)) as client:
        for path in (f"/episodes/{podcast.SECOND}", "/episodes", "/moments/m12"):
            html = client.get(path).text
            drawn = re.findall(r'<svg class="timeline".*?(?<!  )</svg>', html, re.S)
            line = next(one for one in drawn if "5 moments" in one)
            heights = [float(y) for y in re.findall(r'<use [^>]*y="([\d.]+)"', line)]
            assert [(max(heights) - y) / 14 for y in heights] == [0, 1, 2, 0, 0]
            assert 'role="img"' in line
            assert "<a " not in line  # nothing small to press


def test_a_moment_that_was_moved_holds_back_none_after_it(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.data, tmp_path / "data")
    own = Settings(data=tmp_path / "data")
    theme, line, _, _ = podcast.SHOWN[0]
    moved, (_, start, end, said) = moment_id(podcast.FIRST, theme, podcast.TALK[line][3]), podcast.TALK[-1]
    with Store.open(own.database) as store:
        store.moments.review(
            Review(
                moment=moved,
                verdict=Verdict.ACCEPT,
                reviewer="Nora",
                at=datetime(2026, 3, 2, tzinfo=UTC),
                note="",
                span=Span(start=start, end=end),
                quote=said,
            )
        )
    with TestClient(create_app(own)) as client:
        text = unescape(client.get(f"/episodes/{podcast.FIRST}").text)
    talk = text[text.index('class="transcript') :]
    tags = re.findall(r'class="tag" data-theme="([a-z-]+)"', talk)
    assert tags == [*(slug for slug, _, _, _ in podcast.SHOWN[1:]), theme]
    after, line, _, _ = podcast.SHOWN[1]
    places = (podcast.TALK[line][3], f'class="tag" data-theme="{after}"', podcast.TALK[line + 1][3])
    assert [talk.index(one) for one in places] == sorted(talk.index(one) for one in places)

"""What an episode is written out as: each format read back by a reader that is not ours, hostile words and all."""

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import av
import feedparser
import nh3
import pytest
from defusedxml import ElementTree
from markdown_it import MarkdownIt
from samples import ONE, episode, moment

from companion.chapters import Chapter, chapters_in
from companion.errors import FeedError, NotFoundError
from companion.exports import EXPORTS
from companion.formats import chapters
from companion.formats.csv import COLUMNS
from companion.formats.material import Material
from companion.moments import Clip, State
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript
from ingest.rss import parse

SITE = "https://listen.example"
CHAPTERS = "<ul><li>0:00 Before</li><li>1:00 The wall &amp; more</li><li>2:00 After</li></ul>"
# what people say, and what they might to break a format
SAID = (
    "I can see that it hurt you.",
    '=HYPERLINK("https://evil.example";"press")',
    "'=1+1",
    "-5 & <script>alert(1)</script> ]]> --> {\\an8} \\[x](y)",
    "@sum, “said” — é 日本 👩‍❤️‍👨, *not* _bold_ `code` ~~x~~ | &amp; #1 <b>",
    "'Twas late, one\ttab and a\x01 control",
    "[a link](https://evil.example) ![p](https://evil.example/p.png) https://evil.example",
)
SEGMENTS = tuple(
    Segment(start=10.0 * n, end=10.0 * n + 8.5, text=said, speaker=("Nora", "D<a>na: & Co")[n % 2], words=())
    for n, said in enumerate(SAID)
)


def clip(n: int, state: State = State.ACCEPTED, **changes: Any) -> Clip:
    """The n-th thing said, as a moment."""
    one = moment(SAID[n])
    values = {"speaker": SEGMENTS[n].speaker, "span": Span(start=10.0 * n, end=10.0 * n + 8.5)}
    fields = {name: getattr(one, name) for name in type(one).__dataclass_fields__} | values
    return Clip(moment=type(one)(**fields), state=state, **({"note": "+1", "title": ""} | changes))


def material(*clips: Clip, notes: str = CHAPTERS) -> Material:
    transcript = Transcript(episode=ONE, source=Source.ALIGNED, model="m", language="en", segments=SEGMENTS)
    return Material(
        podcast="Talk & <more>",
        episode=episode(title='Session "1": a & <b>', notes=notes),
        seconds=180.0,
        transcript=transcript,
        chapters=chapters_in(notes, seconds=180.0),
        moments=clips,
        hidden=(),
        site=SITE,
    )


ALL = material(*map(clip, range(len(SAID))))


def written(name: str, of: Material = ALL) -> str:
    return EXPORTS[name].write(of)


def test_soundbites_are_elements_that_feed_readers_know() -> None:
    feed = (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>T</title><item>'
        f"<title>E</title><guid>e</guid>\n{written('soundbites')}</item></channel></rss>"
    )
    namespace = "{https://podcastindex.org/namespace/1.0}soundbite"
    found = list(ElementTree.fromstring(feed).iter(namespace))
    assert [one.text for one in found] == [said.replace("\x01", "").replace("\t", " ") for said in SAID]
    spans = [(float(one.attrib["startTime"]), float(one.attrib["duration"])) for one in found]
    assert all(15 <= duration <= 120 for _, duration in spans)
    assert all(start <= 10.0 * n and start + length >= 10.0 * n + 8.5 for n, (start, length) in enumerate(spans))
    read = feedparser.parse(feed.encode())
    assert not read.bozo
    assert read.entries[0].podcast_soundbite["starttime"] == found[-1].attrib["startTime"]  # it keeps the last
    _, (ours,) = parse(feed.encode(), feed_id="t", url="https://example.org/feed.xml")
    assert [(bite.start, bite.duration, bite.title) for bite in ours.soundbites] == [
        (*span, one.text) for span, one in zip(spans, found, strict=True)
    ]


def test_a_soundbites_title_has_at_most_128_characters() -> None:
    for words in ("Word " * 60, "x" * 300, "It turned."):
        line = written("soundbites", material(clip(0, title=words)))
        title = ElementTree.fromstring(line.replace("podcast:", "")).text
        assert len(title) <= 128
        assert title == words if len(words) <= 128 else title.endswith("…") and words.startswith(title[:-1])


def test_chapters_keep_to_the_letter_of_version_1_2() -> None:
    text = written(
        "chapters", material(clip(0, title="It turned"), clip(6, exercise="taking-turns"), clip(1, State.PROPOSED))
    )
    document = json.loads(text)
    assert document.keys() == {"version", "title", "podcastName", "chapters"}
    assert (document["version"], document["title"]) == ("1.2.0", 'Session "1": a & <b>')
    optional = {"title": str, "img": str, "url": str, "toc": bool, "endTime": float}
    for chapter in document["chapters"]:
        assert isinstance(chapter.pop("startTime"), float)
        assert all(isinstance(value, optional[name]) for name, value in chapter.items())
    starts = [chapter["startTime"] for chapter in json.loads(text)["chapters"]]
    assert starts == sorted(starts) == [0.0, 0.0, 60.0, 60.0, 120.0]
    parts = [chapter for chapter in document["chapters"] if chapter.get("toc", True)]
    assert parts == [{"title": "Before"}, {"title": "The wall & more"}, {"title": "After"}]
    first, second = [chapter for chapter in document["chapters"] if not chapter.get("toc", True)]
    assert first == {
        "endTime": 8.5,
        "title": "Validation: It turned",
        "url": f"{SITE}/exercises/small-moments",
        "toc": False,
    }
    assert second["url"] == f"{SITE}/exercises/taking-turns"
    assert json.loads(written("chapters", material(clip(1, State.PROPOSED))))["chapters"][0] == {
        "startTime": 0.0,
        "title": "Before",
    }


@pytest.mark.parametrize(("name", "reader"), [("vtt", "webvtt"), ("srt", "srt")])
def test_subtitles_are_read_by_ffmpeg(name: str, reader: str) -> None:
    with av.open(io.BytesIO(written(name).encode()), format=reader) as read:
        cues = [
            (float(packet.pts * packet.time_base), float(packet.duration * packet.time_base), bytes(packet).decode())
            for packet in read.demux()
            if packet.size
        ]
    assert [(start, length) for start, length, _ in cues] == [(one.start, 8.5) for one in SEGMENTS]
    for (_, _, text), segment in zip(cues, SEGMENTS, strict=True):
        said = segment.text.replace("\t", " ")
        if name == "srt":
            assert text == f"{segment.speaker.replace(':', '')}: {said.replace('-->', '→')}"
        else:
            voice, words = re.fullmatch(r"<v ([^>]*)>(.*)", text).groups()
            assert (unescape(voice), unescape(words)) == (segment.speaker, said)


class Marked(HTMLParser):
    """Reads HTML as tags, links and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def notes_of(clips: tuple[Clip, ...]) -> list[str]:
    """What a reader of the notes should read, a line for each moment."""
    return [
        f"Validation at 0:{n}0. {one.moment.speaker}: “{one.moment.quote}” Try it: Small moments of validation".replace(
            "0:60", "1:00"
        ).replace("\t", " ")
        for n, one in enumerate(clips)
    ]


LINKS = [link for one in ALL.moments for link in (f"{SITE}/moments/{one.moment.id}", f"{SITE}/exercises/small-moments")]


def test_notes_in_markdown_say_what_was_said_and_nothing_else() -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written("notes"))
    kinds = [token.type for token in tokens if not token.hidden]
    assert kinds.count("list_item_open") == kinds.count("inline") - 1 == len(SAID)
    inside = [token for each in tokens if each.type == "inline" for token in each.children or []]
    assert {token.type for token in inside} == {"text", "strong_open", "strong_close", "link_open", "link_close"}
    assert [str(token.attrs["href"]) for token in inside if token.type == "link_open"] == LINKS
    lines = ["".join(token.content for token in each.children or []) for each in tokens if each.type == "inline"]
    assert lines == ["Moments to hear again", *notes_of(ALL.moments)]


def test_notes_in_html_pass_a_sanitiser_whole() -> None:
    html = written("html")
    read, cleaned = Marked(html), Marked(nh3.clean(html, link_rel=None))
    assert set(read.tags) == {"p", "strong", "ul", "li", "a"} and read.tags.count("li") == len(SAID)
    assert (read.tags, read.links, read.text) == (cleaned.tags, cleaned.links, cleaned.text)
    assert read.links == LINKS
    assert [line for line in read.text.split("\n") if line] == ["Moments to hear again", *notes_of(ALL.moments)]
    assert chapters_in(html, seconds=None) == ()  # once in the feed's notes, they are no table of contents
    titled = written("html", material(clip(0, title="It turned.")))
    assert "0:00</a>, It turned. Nora: “I can" in titled


def test_the_table_is_read_by_spreadsheets_and_has_no_formulas() -> None:
    body = written("csv").encode()
    text = body.decode("utf-8-sig")
    assert body.startswith(b"\xef\xbb\xbf") and text.count("\r\n") == text.count("\n") == len(SAID) + 1
    sniffed = csv.Sniffer().sniff(text, delimiters=",;\t|")
    assert (sniffed.delimiter, sniffed.doublequote) == (",", True) and csv.Sniffer().has_header(text)
    first, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert tuple(first) == COLUMNS and all(len(row) == len(COLUMNS) for row in rows)
    assert not [cell for row in rows for cell in row if re.match(r"[=+\-@\t\r]", cell)]
    table = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [re.sub(r"^'(?='*[=+\-@])", "", row["quote"]) for row in table] == list(SAID)
    assert table[3]["quote"] == f"'{SAID[3]}" and table[3]["note"] == "'+1"
    assert [(float(row["start"]), float(row["end"])) for row in table] == [(10.0 * n, 10.0 * n + 8.5) for n in range(7)]
    assert {(row["episode_title"], row["state"], row["speaker"]) for row in table[:1]} == {
        ('Session "1": a & <b>', "accepted", "Nora")
    }


def test_moments_as_json_lose_nothing() -> None:
    document = json.loads(written("moments", material(*ALL.moments, clip(0, State.PROPOSED, title="T"))))
    assert document["episode"]["page"] == f"{SITE}/episodes/{ONE}"
    assert [one["quote"] for one in document["moments"]] == [*SAID, SAID[0]]
    *_, last = document["moments"]
    assert (last["state"], last["title"], last["note"], last["theme"]) == ("proposed", "T", "+1", "validation")
    assert (last["plays"], last["page"]) == (f"{SITE}/episodes/{ONE}?t=0,8.5", LINKS[0])


@pytest.mark.parametrize("name", ["soundbites", "notes", "html", "chapters"])
def test_only_accepted_moments_are_published(name: str) -> None:
    both = material(clip(0), clip(1, State.PROPOSED), notes="")
    assert written(name, both) == written(name, material(clip(0), notes=""))
    with pytest.raises(NotFoundError, match="Accept some at the desk"):
        written(name, material(clip(1, State.PROPOSED), notes=""))


def test_one_moment_alone() -> None:
    assert written("csv", ALL.only(ALL.moments[2].moment.id)).count("\r\n") == 2
    with pytest.raises(NotFoundError, match="nobody"):
        ALL.only("nobody")


def test_a_chapters_file_is_read() -> None:
    rows = [
        {"startTime": 60.5, "title": " The  garage "},
        {"startTime": 0, "title": "Hello", "img": "x.png"},
        {"startTime": 70, "title": "a picture", "toc": False},
        {"startTime": True, "title": "no time"},
        {"startTime": -1, "title": "before"},
        {"startTime": 80, "title": " "},
        {"title": "never"},
        "x",
    ]
    found = chapters.read("\ufeff" + json.dumps({"version": "1.2.0", "chapters": rows}))
    assert found == (Chapter(start=0.0, title="Hello"), Chapter(start=60.5, title="The garage"))


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"chapters": {}}', "[" * 100_000])
def test_what_is_no_chapters_file_is_refused(text: str) -> None:
    with pytest.raises(FeedError, match="chapters file"):
        chapters.read(text)


def test_our_own_chapters_come_back() -> None:
    assert chapters.read(written("chapters")) == ALL.chapters

"""Transcript formats: real files' sins as pairs, x.vtt with expected/x.vtt.json, and what we write read back whole."""

import json
import random
import time
from pathlib import Path

import pytest

from companion.errors import FeedError
from companion.feeds import PublishedTranscript
from companion.formats import FORMATS, PREFERENCE, podcast_json, read_published, srt, usable, webvtt
from companion.formats.lines import Line, segments
from companion.transcripts import Segment, Source, Transcript, Word

FILES = Path(__file__).parent.parent / "data" / "formats"
PAIRS = sorted(path.name for path in FILES.glob("*.*"))
HTML = b"<!DOCTYPE html><html><body>Please log in. 00:01 --> 00:02</body></html>"


def flat(segment: Segment) -> list[object]:
    words = [[round(word.start, 3), round(word.end, 3), word.text] for word in segment.words]
    row = [round(segment.start, 3), round(segment.end, 3), segment.speaker, segment.text]
    return [*row, words] if words else row


def transcript(*rows: tuple[float, float, str | None, str]) -> Transcript:
    said = tuple(Segment(start=a, end=b, speaker=speaker, text=text, words=()) for a, b, speaker, text in rows)
    return Transcript(episode="e", source=Source.PUBLISHED, model="vtt", language="en", segments=said)


@pytest.mark.parametrize("name", PAIRS)
def test_reads_the_pairs_in_every_spelling_of_their_bytes(name: str) -> None:
    expected = json.loads((FILES / "expected" / f"{name}.json").read_text("utf-8"))
    text = (FILES / name).read_text("utf-8")
    spelled = {
        "as it is": text.encode(),
        "byte order mark": text.encode("utf-8-sig"),
        "line ends of Windows": text.replace("\n", "\r\n").encode(),
        "line ends doubled": text.replace("\n", "\r\r\n").encode(),
        "line ends of old": text.replace("\n", "\r").encode(),
        "UTF-16": text.encode("utf-16"),
    }
    for spelling, body in spelled.items():
        found = read_published(body, type="", url=f"https://example.org/{name}?v=2")
        assert [flat(segment) for segment in found] == expected, spelling


def test_an_old_encoding_is_read() -> None:
    body = "1\n00:00:01,000 --> 00:00:02,000\nCafé – “naïve”".encode("cp1252")
    (segment,) = read_published(body, type="application/srt", url="https://example.org/a")
    assert segment.text == "Café – “naïve”"


WORDS = [
    "one",
    "a",
    "<b>",
    "&",
    "&amp;",
    "-->",
    "42",
    "don’t",
    "“yes”",
    "Ann:",
    "Élodie",
    "🙂",
    "12:30",
    "{",
    "[Music]",
    "-",
]
CASTS: list[list[str | None]] = [[None], ["Ann", "Bob Smith"], ["Ann", None, "Dr. X"], ["Élodie", "SPEAKER_01", "王芳"]]


def randomly(seed: int) -> Transcript:
    dice = random.Random(seed)
    cast, now, rows = dice.choice(CASTS), 0.0, []
    for _ in range(dice.randint(1, 8)):
        start = round(now + dice.random() * 5, 3)
        now = round(start + dice.random() * 5, 3)
        text = " ".join(["said", *dice.choices(WORDS, k=dice.randint(1, 9)), "yes."])
        rows.append((start, now, dice.choice(cast), text))
    return transcript(*rows)


@pytest.mark.parametrize("module", [webvtt, podcast_json])
def test_what_is_written_reads_back_whole(module) -> None:
    for seed in range(400):
        written = randomly(seed)
        assert module.read(module.write(written, title="A --> B & <c>\nd")) == written.segments, seed


def test_subrip_reads_back_but_for_markup_it_cannot_escape() -> None:
    for seed in range(400):
        written = randomly(seed)
        found = srt.read(srt.write(written, title=""))
        assert [(one.start, one.end, one.speaker) for one in found] == [
            (one.start, one.end, one.speaker) for one in written.segments
        ], seed
        for one, two in zip(found, written.segments, strict=True):
            markup = two.text.replace("<b>", "").replace("&amp;", "&").replace("-->", "→")
            assert one.text == " ".join(markup.split()), seed


def test_webvtt_as_written() -> None:
    written = webvtt.write(
        transcript((0, 1.5, "Ann & Co", "1 < 2\n--> yes"), (3600, 3601, None, "Hm.")), title=" T\n-->"
    )
    assert written == (
        "WEBVTT - T →\n\n00:00:00.000 --> 00:00:01.500\n<v Ann &amp; Co>1 &lt; 2 --&gt; yes\n\n"
        "01:00:00.000 --> 01:00:01.000\n<v Unknown>Hm.\n"
    )
    assert webvtt.write(transcript((0, 1, None, "Hm."), (1, 2, None, " ")), title="") == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHm.\n"
    )


def test_a_cue_ends_after_it_begins_even_where_a_word_has_no_length() -> None:
    said = transcript((276.832, 276.832, None, "Yes."))
    assert "00:04:36.832 --> 00:04:36.932" in webvtt.write(said, title="")
    assert "00:04:36,832 --> 00:04:36,932" in srt.write(said, title="")


def test_subrip_as_written() -> None:
    written = srt.write(transcript((0, 1.5, "Ann", "Yes -->"), (2, 3, "a: b", "No.")), title="T")
    assert written == ("1\n00:00:00,000 --> 00:00:01,500\nAnn: Yes →\n\n2\n00:00:02,000 --> 00:00:03,000\na b: No.\n")


def test_podcast_json_as_written() -> None:
    written = json.loads(
        podcast_json.write(transcript((0.12345, 1.5, "Ann", "Yes,\n“é”."), (2, 3, None, "No.")), title="")
    )
    assert written == {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ann", "startTime": 0.123, "endTime": 1.5, "body": "Yes, “é”."},
            {"startTime": 2, "endTime": 3, "body": "No."},
        ],
    }


def test_plain_text_has_a_paragraph_for_each_turn() -> None:
    rows = [
        (0.0, 1.0, None, "Hm."),
        (63.5, 64.0, "Ann", "Yes."),
        (64.0, 65.0, "Ann", "I\nknow."),
        (65.0, 66.0, "Ben", "Good."),
    ]
    assert FORMATS["txt"].write(transcript(*rows), title="Four") == (
        "Four\n\n[0:00] Hm.\n\n[1:03] Ann: Yes. I know.\n\n[1:05] Ben: Good.\n"
    )


def test_every_format_writes_an_empty_transcript() -> None:
    written = {key: format.write(transcript(), title="T") for key, format in FORMATS.items()}
    assert (written["vtt"], written["srt"], written["txt"]) == ("WEBVTT - T\n", "", "T\n")
    assert json.loads(written["json"]) == {"version": "1.0.0", "segments": []}
    assert {key: (one.media_type, one.extension) for key, one in FORMATS.items()} == {
        "vtt": ("text/vtt", ".vtt"),
        "srt": ("application/x-subrip", ".srt"),
        "json": ("application/json", ".json"),
        "txt": ("text/plain", ".txt"),
    }


VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi there.\n"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAnn: Hi there.\n"
JSON = b' {"segments": [{"speaker": "Ann", "startTime": 1, "endTime": 2, "body": "Hi there."}]}'


@pytest.mark.parametrize("body", [VTT, SRT, JSON])
@pytest.mark.parametrize(
    "type", ["text/vtt", "application/srt", "application/octet-stream", "text/html; charset=x", ""]
)
def test_what_a_file_is_wins_over_what_it_is_called(body: bytes, type: str) -> None:
    (segment,) = read_published(body, type=type, url="https://example.org/transcript")
    assert (segment.start, segment.end, segment.speaker, segment.text) == (1.0, 2.0, "Ann", "Hi there.")


@pytest.mark.parametrize(
    ("body", "type", "complaint"),
    [
        (HTML, "text/vtt", "is a web page"),
        (b"\n\n <html lang=en>", "application/json", "is a web page"),
        (b"", "text/vtt", "no line with both a time and words"),
        (b"", "text/plain", "neither WebVTT, SubRip nor podcast JSON"),
        (b"Ann: Hi there.\n", "text/plain", "no times"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n...\n", "text/vtt", "no line with both"),
        (b"\x00\xff\xfe\x93garbage" * 50, "application/srt", "no line with both"),
        (b"WEBVTT\n" + b"\n00:00.000 --> 00:00.000\nHi there.\n" * 4, "text/vtt", "all have the same time"),
        (b"{", "", "is not JSON"),
        (b"Not JSON", "application/json", "is not JSON"),
        (b'{"segments": ' + b"[" * 100_000, "", "is not JSON"),
        (b'{"segments": {}}', "", "no list “segments”"),
        (b'{"segments": [{"startTime": 1' + b"0" * 400 + b', "body": "Hi there."}]}', "", "no line with both"),
    ],
)
def test_unusable_files_are_refused_in_words(body: bytes, type: str, complaint: str) -> None:
    with pytest.raises(FeedError, match=complaint) as caught:
        read_published(body, type=type, url="https://example.org/a")
    assert "https://example.org/a" in caught.value.message


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.formats.lines.MAX_LINES", 100)
    with pytest.raises(FeedError, match="more than 100 lines"):
        segments(Line(start=float(n), end=None, speaker=None, text="Hi there.") for n in range(101))


def test_one_word_lines_break_at_stops_pauses_and_at_sixty_words() -> None:
    def said(*rows: tuple[float, str]) -> list[str]:
        found = segments(Line(start=at, end=at + 0.2, speaker=None, text=text) for at, text in rows)
        return [segment.text for segment in found]

    assert said((0, "Yes."), (0.3, "No"), (2, "Well"), (2.3, "Mr."), (2.6, "Hall?”"), (3, "Oh")) == [
        *("Yes.", "No", "Well Mr. Hall?”", "Oh"),
    ]
    assert [len(text.split()) for text in said(*((n / 4, "on") for n in range(70)))] == [60, 10]
    (segment,) = segments([Line(start=1, end=2, speaker="Ann", text="Yes")])
    assert segment.words == (Word(start=1, end=2, text="Yes", probability=1.0),)


def published(url: str, type: str, language: str | None = None) -> PublishedTranscript:
    return PublishedTranscript(url=url, type=type, language=language)


def test_the_best_published_transcript_comes_first() -> None:
    offered = [
        published("https://example.org/a.html", "text/html"),
        published("https://example.org/a.txt", "text/plain"),
        published("https://example.org/a", "application/srt"),
        published("https://example.org/a.json?x=1", "text/plain"),
        published("https://example.org/fr", "text/vtt", "fr"),
        published("https://example.org/b.vtt", "text/vtt; charset=utf-8", "en-GB"),
    ]
    assert PREFERENCE == ("vtt", "json", "srt")
    best = [one.url.removeprefix("https://example.org/") for one in usable(offered, language="en_US")]
    assert best == ["b.vtt", "a.json?x=1", "a", "fr"]
    assert [one.url[-2:] for one in usable(offered, language=None)] == ["fr", "tt", "=1", "/a"]


@pytest.mark.parametrize("reader", [webvtt.read, srt.read])
@pytest.mark.parametrize(
    "part", ["<v ", "<", "-->", "&", "a:", "[", "{\\", ">>", "A B: \n\n", "00:01 --> 00:02\n", "\r"]
)
def test_nasty_input_is_read_in_time_that_grows_with_its_length(part: str, reader) -> None:
    body = "WEBVTT\n\n00:01.000 --> 00:02.000\nHi there " + part * 60_000
    before = time.process_time()
    assert reader(body)[0].start == 1.0
    assert time.process_time() - before < 10, "a quadratic reader needs minutes, ours a fraction of a second"

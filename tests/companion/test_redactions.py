"""Redacting words of a transcript, and silencing an MP3 by its frames."""

import io
from dataclasses import replace

import av
import numpy as np
import pytest

from companion import mp3
from companion.errors import InvalidError
from companion.redactions import redact, widened
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Word


def segment(start: float, text: str, speaker: str = "Dana") -> Segment:
    """A segment whose words last half a second each."""
    words = tuple(
        Word(start=start + n / 2, end=start + (n + 1) / 2, text=word, probability=0.9)
        for n, word in enumerate(text.split())
    )
    return Segment(start=start, end=words[-1].end, text=text, speaker=speaker, words=words)


SAID = Transcript(
    episode="e",
    source=Source.RECOGNISED,
    model="test",
    language="en",
    segments=(segment(0, "My name is Ada, I am nine."), segment(10, "Thank you."), segment(20, "I do not hate you.")),
)


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (1.0, 2.0, ["My name… I am nine.", "Thank you.", "I do not hate you."]),
        (1.3, 1.7, ["My name is Ada, I am nine.", "Thank you.", "I do not hate you."]),  # no word has its middle there
        (0.0, 2.0, ["…I am nine.", "Thank you.", "I do not hate you."]),
        (1.5, 9.0, ["My name is…", "Thank you.", "I do not hate you."]),
        (9.0, 12.0, ["My name is Ada, I am nine.", "I do not hate you."]),
        (0.0, 21.0, ["…not hate you."]),
        (0.0, 99.0, []),
    ],
)
def test_words_whose_middle_is_in_a_span_go(start: float, end: float, left: list[str]) -> None:
    redacted = redact(SAID, (Span(start=start, end=end),))
    assert [one.text for one in redacted.segments] == left
    for one in redacted.segments:
        assert one.text.split() == [word.text for word in one.words]
        assert one.start <= one.words[0].start
        assert one.words[-1].end <= one.end


def test_a_negation_that_is_taken_out_does_not_turn_what_is_left_around() -> None:
    redacted = redact(SAID, (Span(start=21.0, end=21.5),))
    assert redacted.segments[2].text == "I do… hate you."


def test_several_spans_and_none() -> None:
    assert redact(SAID, ()) is SAID
    both = redact(SAID, (Span(start=0, end=0.5), Span(start=1.5, end=2)))
    assert both.segments[0].text == "…name is… I am nine."


def test_a_segment_without_word_times_goes_whole() -> None:
    bare = replace(SAID, segments=tuple(replace(one, words=()) for one in SAID.segments))
    assert [one.start for one in redact(bare, (Span(start=3.4, end=3.5),)).segments] == [10, 20]


def test_a_span_grows_to_whole_words() -> None:
    assert widened(Span(start=1.2, end=2.3), SAID.segments) == Span(start=1.0, end=2.5)
    assert widened(Span(start=5.0, end=6.0), SAID.segments) == Span(start=5.0, end=6.0)


def sound(*, rate: int, layout: str, options: dict[str, str], kilobits: int = 0, seconds: int = 8) -> bytes:
    """A real MP3 of noise that gets louder and softer, so that its frames borrow bits from each other."""
    channels = 2 if layout == "stereo" else 1
    noise = np.random.default_rng(7).normal(0, 0.1, rate * seconds * channels)
    loud = 0.3 + np.abs(np.sin(np.arange(len(noise)) / rate / channels * 5))
    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout=layout, options=options)
        if kilobits:
            stream.bit_rate = kilobits * 1000
        frame = av.AudioFrame.from_ndarray(
            (noise * loud * 20000).clip(-32767, 32767).astype(np.int16)[None, :], format="s16", layout=layout
        )
        frame.sample_rate = rate
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return target.getvalue()


def decoded(data: bytes) -> np.ndarray:
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([np.atleast_2d(one.to_ndarray()) for one in container.decode(audio=0)], axis=1)


@pytest.mark.parametrize(
    ("rate", "layout", "kilobits", "options"),
    [
        (44_100, "stereo", 320, {}),
        (44_100, "stereo", 128, {}),
        (48_000, "stereo", 64, {}),
        (44_100, "mono", 0, {"qscale": "4"}),  # variable
        (22_050, "mono", 32, {}),
        (11_025, "mono", 16, {}),
        (44_100, "stereo", 128, {"reservoir": "0"}),
    ],
)
def test_a_stretch_of_an_mp3_is_silent_and_nothing_else_has_changed(
    rate: int, layout: str, kilobits: int, options: dict[str, str]
) -> None:
    data = sound(rate=rate, layout=layout, kilobits=kilobits, options=options)
    quiet = mp3.silenced(data, (Span(start=2, end=3), Span(start=5, end=5.2)))
    assert len(quiet) == len(data)
    before, after = decoded(data), decoded(quiet)
    assert before.shape == after.shape
    for start, end in ((2, 3), (5, 5.2)):
        inside = slice(int(start * rate), int(end * rate))
        assert np.abs(before[:, inside]).max() > 0.01
        assert np.abs(after[:, inside]).max() == 0
    for start, end in ((0, 1.7), (3.3, 4.7), (5.5, 8)):
        outside = slice(int(start * rate), int(end * rate))
        assert np.array_equal(before[:, outside], after[:, outside])


def test_tags_and_cover_art_around_the_sound_stay() -> None:
    data = sound(rate=22_050, layout="mono", kilobits=32, options={}, seconds=3)
    art = b"\xff\xfb\x90\x00" * 200  # in a picture anything may look like a frame
    head = b"ID3\x04\x00\x00" + bytes([0, 0, len(art) >> 7, len(art) & 0x7F]) + art
    tail = b"TAG" + b"A title".ljust(125, b"\0")
    body = data[data.index(b"\xff", 10) :] if data[:3] == b"ID3" else data
    quiet = mp3.silenced(head + body + tail, (Span(start=1, end=2),))
    assert quiet.startswith(head)
    assert quiet.endswith(tail)
    assert quiet != head + body + tail


@pytest.mark.parametrize("data", [b"", b"RIFF" + bytes(4000), b"<html>no</html>" * 400, bytes(100_000)])
def test_what_is_no_mp3_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InvalidError, match="not an MP3"):
        mp3.silenced(data, (Span(start=0, end=1),))

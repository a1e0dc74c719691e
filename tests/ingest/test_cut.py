"""A moment cut out of an episode: as long as it should be, and the very second that was asked for."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from sounds import SPEECH, noise, write

from companion.errors import AudioError
from companion.timecode import Span
from ingest.audio import RATE, blocks, cut

KINDS = [
    ("a.mp3", "libmp3lame", 44_100, "stereo", 44_100),
    ("a.mp3", "libmp3lame", 22_050, "mono", 22_050),
    ("a.m4a", "aac", 44_100, "stereo", 44_100),
    ("a.ogg", "libopus", 48_000, "mono", 48_000),
    ("a.flac", "flac", 96_000, "stereo", 48_000),
]


def heard(body: bytes) -> tuple[np.ndarray, int, int]:
    """What another decoder makes of an MP3: mono samples at 16 kHz, the file's own rate, and its channels."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(io.BytesIO(body), format="mp3") as container:
        stream = container.streams.audio[0]
        frames = [frame for whole in container.decode(stream) for frame in resampler.resample(whole)]
        frames += resampler.resample(None)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames]), stream.rate, stream.channels


def shift(sound: np.ndarray, whole: np.ndarray) -> tuple[float, float]:
    """Where in the whole a sound fits best, in seconds, and how well: 1 is exactly."""
    size = 1 << (len(whole) + len(sound)).bit_length()
    product = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(sound, size)), size)[
        : len(whole) - len(sound) + 1
    ]
    place = int(product.argmax())
    there = whole[place : place + len(sound)]
    return place / RATE, float(np.corrcoef(there, sound)[0, 1])


@pytest.mark.parametrize(("name", "codec", "rate", "layout", "expected"), KINDS)
@pytest.mark.parametrize("span", [Span(start=0, end=3.4), Span(start=17.123, end=21.5), Span(start=26.5, end=30)])
def test_the_right_second_of_every_usual_format(
    tmp_path: Path, name: str, codec: str, rate: int, layout: str, expected: int, span: Span
) -> None:
    sound = np.convolve(noise(30, rate), np.ones(8) / 8, "same").astype(np.float32)  # no two seconds of noise are alike
    path = write(tmp_path / name, sound * 3, codec=codec, rate=rate, layout=layout)
    body = cut(path, span)
    made, own, channels = heard(body)
    assert (own, channels) == (expected, 2 if layout == "stereo" else 1)
    assert len(made) / RATE == pytest.approx(span.length, abs=0.1)
    place, likeness = shift(made[800:-800], np.concatenate(list(blocks(path))))
    assert place - 800 / RATE == pytest.approx(span.start, abs=0.01)
    assert likeness > 0.9


def test_speech_and_the_length_that_ffprobe_sees(tmp_path: Path) -> None:
    span = Span(start=12.34, end=19.9)
    body = cut(SPEECH, span)
    made, _, _ = heard(body)
    place, likeness = shift(made[800:-800], np.concatenate(list(blocks(SPEECH))))
    assert place - 800 / RATE == pytest.approx(span.start, abs=0.01) and likeness > 0.95
    if shutil.which("ffprobe") is None:
        pytest.skip("no ffprobe here: its word on the length was NOT asked")
    file = tmp_path / "cut.mp3"
    file.write_bytes(body)
    asked = ["ffprobe", "-v", "error", "-show_entries", "format=duration,format_name", "-of", "json", str(file)]
    told = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)["format"]
    assert told["format_name"] == "mp3" and float(told["duration"]) == pytest.approx(span.length, abs=0.1)


def test_a_span_past_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", noise(10), codec="libmp3lame")
    made, _, _ = heard(cut(path, Span(start=8, end=20)))
    assert len(made) / RATE == pytest.approx(2, abs=0.1)
    with pytest.raises(AudioError, match="no sound at 0:12"):
        cut(path, Span(start=12, end=20))
    with pytest.raises(AudioError, match="cannot be read"):
        cut(tmp_path / "gone.mp3", Span(start=0, end=1))

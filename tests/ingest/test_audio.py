"""Every kind of file an enclosure can turn out to be, and samples that stay where they are."""

import wave
from pathlib import Path

import numpy as np
import pytest
from sounds import noise, silence, tone, write, write_video

from companion.errors import AudioError
from ingest.audio import RATE, blocks, check_length, measure, peaks

FORMATS = [
    ("a.mp3", "libmp3lame", 44_100, "stereo", "audio/mpeg"),
    ("a.m4a", "aac", 44_100, "stereo", "audio/mp4"),
    ("a.ogg", "libopus", 48_000, "stereo", "audio/ogg"),
    ("a.opus", "libopus", 48_000, "mono", "audio/ogg"),
    ("a.wav", "pcm_s16le", 22_050, "mono", "audio/wav"),
    ("a.flac", "flac", 44_100, "stereo", "audio/flac"),
]


@pytest.mark.parametrize(("name", "codec", "rate", "layout", "kind"), FORMATS)
def test_every_usual_format_is_measured_and_heard(
    tmp_path: Path, name: str, codec: str, rate: int, layout: str, kind: str
) -> None:
    path = write(tmp_path / name, tone(12, rate), codec=codec, rate=rate, layout=layout)
    measured = measure(path)
    assert measured.type == kind
    assert measured.seconds == pytest.approx(12, abs=0.1)
    sound = np.concatenate(list(blocks(path)))
    assert sound.dtype == np.float32 and sound.ndim == 1
    assert len(sound) / RATE == pytest.approx(measured.seconds, abs=0.01)
    middle = np.abs(np.fft.rfft(sound[RATE * 5 : RATE * 6]))
    assert middle.argmax() == 440  # the tone, at its pitch, so the rate is right


def test_the_announced_length_is_the_headers_not_a_guess(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tone(10), codec="libmp3lame")
    assert measure(path).announced == pytest.approx(10, abs=0.1)
    data = path.read_bytes()
    header = max(data.find(b"Info"), data.find(b"Xing"))
    assert header > 0
    path.write_bytes(data[:header] + b"\0\0\0\0" + data[header + 4 :])
    assert measure(path).announced is None


def test_a_start_gives_the_same_samples_as_the_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", noise(40, 44_100), codec="libmp3lame", rate=44_100)
    whole = np.concatenate(list(blocks(path)))
    for first in (1, RATE * 7 + 3, RATE * 30, len(whole) - 1):
        assert np.array_equal(np.concatenate(list(blocks(path, start=first / RATE))), whole[first:])
    assert list(blocks(path, start=len(whole) / RATE)) == []


def test_blocks_stay_small(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", silence(100), codec="pcm_s16le")
    assert max(len(block) for block in blocks(path)) <= 35 * RATE


def test_a_spliced_file_that_changes_rate_and_channels_is_read_through(tmp_path: Path) -> None:
    first = write(tmp_path / "1.mp3", tone(5, 44_100), codec="libmp3lame", rate=44_100, layout="stereo")
    second = write(tmp_path / "2.mp3", tone(6, 24_000), codec="libmp3lame", rate=24_000)
    spliced = tmp_path / "spliced.mp3"
    spliced.write_bytes(first.read_bytes() + second.read_bytes())
    assert measure(spliced).seconds == pytest.approx(11, abs=0.3)
    sound = np.concatenate(list(blocks(spliced)))
    assert len(sound) / RATE == pytest.approx(11, abs=0.3)
    assert np.abs(np.fft.rfft(sound[RATE * 8 : RATE * 9])).argmax() == 440


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("page.mp3", b"\n<!DOCTYPE html><html><body>Please log in</body></html>", "web page"),
        ("feed.mp3", b"<?xml version='1.0'?><rss/>", "web page"),
        ("text.mp3", "Nothing to hear — só texto.".encode(), "text, not audio"),
        ("list.mp3", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "text, not audio"),
        ("list2.mp3", b"\0ffconcat version 1.0\nfile a.wav\n", "not an audio file"),
        ("empty.mp3", b"", "empty"),
        ("picture.mp3", b"\x89PNG\r\n\x1a\n" + bytes(100), "not an audio file"),
        ("archive.mp3", b"PK\x03\x04" + bytes(3000), "not an audio file"),
    ],
)
def test_what_is_not_audio_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioError, match=says):
        measure(path)
    with pytest.raises(AudioError, match=says):
        list(blocks(path))


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(np.random.default_rng(1).bytes(200_000))
    with pytest.raises(AudioError, match=r"a\.mp3"):
        measure(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"gone\.mp3"):
        measure(tmp_path / "gone.mp3")


@pytest.mark.parametrize("with_sound", [True, False])
def test_a_video_is_refused(tmp_path: Path, with_sound: bool) -> None:
    with pytest.raises(AudioError, match="is a video"):
        measure(write_video(tmp_path / "a.mp4", with_sound=with_sound))


def test_no_seconds_is_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    with pytest.raises(AudioError, match=r"a\.wav holds no sound: it plays for 0 seconds"):
        measure(path)


def test_half_an_mp3_is_not_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tone(60), codec="libmp3lame")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError, match=r"not whole.* 0:(29|30)\b.* 1:00"):
        measure(path)


def test_half_an_m4a_cannot_be_decoded(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", tone(60), codec="aac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError, match="cut short"):
        measure(path)


def test_a_few_damaged_bytes_are_survived(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tone(60), codec="libmp3lame")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 800] = bytes(800)
    path.write_bytes(data)
    assert measure(path).seconds == pytest.approx(60, abs=1)


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    import av

    sound = write(tmp_path / "a.mp3", tone(5), codec="libmp3lame")
    covered = tmp_path / "covered.mp3"
    with av.open(str(sound)) as source, av.open(str(covered), "w") as out:
        audio = out.add_stream_from_template(source.streams.audio[0])
        picture = out.add_stream("png", width=16, height=16, pix_fmt="rgb24")
        for packet in picture.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), "rgb24")):
            out.mux(packet)
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = audio
                out.mux(packet)
    with av.open(str(covered)) as check:
        assert check.streams.video
    assert measure(covered).seconds == pytest.approx(5, abs=0.2)


def test_length_against_the_feed() -> None:
    check_length(2990, 3000)
    check_length(3600, 3000)  # advertisements were spliced in
    check_length(2400, 3000)
    check_length(10, None)
    check_length(10, 0)
    with pytest.raises(AudioError, match=r"25:00.*50:00"):
        check_length(1500, 3000)


def test_peaks_are_how_loud_it_is_fifty_times_a_second(tmp_path: Path) -> None:
    sound = np.concatenate([silence(1), tone(1.5), silence(0.51)])
    loud = peaks(write(tmp_path / "a.wav", sound, codec="pcm_s16le"), rate=50)
    assert len(loud) == 151
    assert max(loud[:49]) == 0 and max(loud[127:]) == 0
    assert {round(0.3 * 255) - 1, round(0.3 * 255), round(0.3 * 255) + 1} >= set(loud[51:124])

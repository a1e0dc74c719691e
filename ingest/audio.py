"""Audio files: what one holds, how long it really is, and its sound as 16 kHz samples. The only file that uses PyAV."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from companion.errors import AudioError
from companion.timecode import Span, clock

if TYPE_CHECKING:
    import numpy as np
    from av import AudioFrame, AudioResampler, AudioStream
    from av.container import InputContainer

RATE = 16_000  # samples a second, what speech models hear
BLOCK = 10 * 48_000  # samples before resampling; a block is about ten seconds, so memory stays small
SHORTEST_OF_CONTAINER = 0.9  # of the length in the file's own header; less is half a file, a little less a stale header
SHORTEST_OF_FEED = 0.75  # of itunes:duration, which was measured with other advertisements spliced in
_AGAIN = 1.0  # seconds by which a recording that is fetched again may differ: its host may have packed it anew

# FFmpeg demuxers we let loose on a stranger's file, and the type each is served as. Playlists (HLS, concat) are not
# among them: those open other files and addresses.
TYPES = {
    "mp3": "audio/mpeg",
    "mov,mp4,m4a,3gp,3g2,mj2": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "matroska,webm": "audio/webm",
    "aiff": "audio/aiff",
    "asf": "audio/x-ms-wma",
}
MP3_RATES = {8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000}
PICTURES = {"mjpeg", "png", "gif", "bmp", "webp"}  # cover art and chapter pictures come as streams of these codecs


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A file decoded to its end: `seconds` it plays, seconds its own header `announced`, the `type` to serve it as."""

    seconds: float
    announced: float | None
    type: str


def measure(path: Path) -> Measured:
    """Decode the whole file, a frame at a time, and say how long it is.

    `AudioError` if it is not audio, is a video, plays for 0 s, is damaged, or is shorter than its own header says.
    """
    seconds, good, bad = 0.0, 0, 0
    with _opened(path) as (container, stream):
        for frame in _frames(container, stream):
            if frame is None:
                bad += 1
            else:
                good += 1
                seconds += frame.samples / frame.sample_rate
        announced = _announced(container, stream, path)
        kind = TYPES[container.format.name]
    if not seconds:
        raise AudioError(f"{path.name} holds no sound: it plays for 0 seconds.")
    if bad > good:
        raise AudioError(f"{path.name} is damaged: more of it cannot be decoded than can.")
    if announced is not None and seconds < announced * SHORTEST_OF_CONTAINER:
        raise AudioError(
            f"{path.name} is not whole: it plays for {clock(seconds)}, but its own header says {clock(announced)}."
        )
    return Measured(seconds=seconds, announced=announced, type=kind)


def check_length(decoded: float, feed_duration: float | None) -> None:
    """`AudioError` if the decoded seconds are far fewer than the feed announces (None or 0: it announces nothing)."""
    if feed_duration and decoded < feed_duration * SHORTEST_OF_FEED:
        raise AudioError(
            f"The audio plays for {clock(decoded)}, but its feed announces {clock(feed_duration)}: "
            "part of it is missing. It will be fetched again."
        )


def check_same(seconds: float, known: float) -> None:
    """`AudioError` if a file that was fetched again plays for another time than the one that was transcribed."""
    if abs(seconds - known) > _AGAIN:
        raise AudioError(
            f"The audio was lost, and its host now has another: it plays for {clock(seconds)}, not {clock(known)}. "
            "Nothing of the transcript would be where it is heard; put the old file back."
        )


def blocks(path: Path, *, start: float = 0.0) -> "Iterator[np.ndarray]":
    """The sound from `start` seconds on: float32 arrays of shape (samples,), mono, 16 kHz, about ten seconds each.

    Decodes from the beginning and drops what lies before `start`: seeking in an MP3 is inexact, and sample n must be
    the same sample whatever the start. Raises `AudioError` like `measure`, but late, for what it meets on the way.
    """
    skip = round(start * RATE)
    with _opened(path) as (container, stream):
        for block in _resampled(_frames(container, stream), _for_speech):
            if skip < len(block):
                yield block[skip:]
            skip = max(0, skip - len(block))


def cut(path: Path, span: Span) -> bytes:
    """A stretch of a file as an MP3, in its own rate where MP3 has that, and in stereo if it has more than one channel.

    Decodes from the beginning, as `blocks` does: a second here is the same second everywhere. `AudioError` like
    `measure` for what it meets on the way, and if the sound ends before the span begins.
    """
    import av
    import numpy as np

    with _opened(path) as (container, stream):
        frames, before = _within(_frames(container, stream), span)
    if not frames or not span.length:
        raise AudioError(f"{path.name} holds no sound at {clock(span.start)}.")
    rate = frames[0].sample_rate if frames[0].sample_rate in MP3_RATES else 48_000
    channels = min(frames[0].layout.nb_channels, 2)
    form = {"format": "s16", "layout": ("mono", "stereo")[channels - 1], "rate": rate}
    sound = np.concatenate([*_resampled(iter(frames), partial(av.AudioResampler, **form))]).reshape(-1, channels)
    first = round((span.start - before) * rate)
    wanted = sound[first : first + round(span.length * rate)].reshape(1, -1)
    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as made:
        track = made.add_stream("libmp3lame", rate=rate, layout=form["layout"])
        track.bit_rate = 64_000 * channels
        frame = av.AudioFrame.from_ndarray(wanted, format="s16", layout=form["layout"])
        frame.sample_rate = rate
        made.mux([*track.encode(frame), *track.encode(None)])
    return target.getvalue()


def silenced(path: Path, spans: Sequence[Span], target: Path) -> None:
    """Writes a file's sound as an MP3 of the same length, with these stretches silent; `AudioError` like `measure`."""
    import av
    import numpy as np

    with _opened(path) as (container, stream), av.open(f"file:{target}", "w", format="mp3") as made:
        context = stream.codec_context
        rate = context.sample_rate if context.sample_rate in MP3_RATES else 48_000
        channels = min(context.layout.nb_channels, 2) or 1
        form = {"format": "s16", "layout": ("mono", "stereo")[channels - 1], "rate": rate}
        track = made.add_stream("libmp3lame", rate=rate, layout=form["layout"])
        track.bit_rate = 96_000 * channels
        at = 0  # samples
        for block in _resampled(_frames(container, stream), partial(av.AudioResampler, **form)):
            sound = np.array(block).reshape(-1, channels)
            for span in spans:
                first, last = (round(edge * rate) - at for edge in (span.start, span.end))
                sound[max(first, 0) : max(last, 0)] = 0
            at += len(sound)
            frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout=form["layout"])
            frame.sample_rate = rate
            made.mux(track.encode(frame))
        made.mux(track.encode(None))


def _within(frames: "Iterator[AudioFrame | None]", span: Span) -> "tuple[list[AudioFrame], float]":
    """The frames that sound during the span, and the second at which the first of them begins."""
    heard, at, before = [], 0.0, 0.0
    for frame in frames:
        if frame is None:
            continue
        begins, at = at, at + frame.samples / frame.sample_rate
        if begins >= span.end:
            break
        if at > span.start:
            before = before if heard else begins
            heard.append(frame)
    return heard, before


def peaks(path: Path, *, rate: int) -> bytes:
    """How loud the sound is: `rate` bytes a second, each the size of its loudest sample, 0 to 255 for full scale.

    `rate` divides `RATE`. Raises `AudioError` like `measure`.
    """
    import numpy as np

    step, found, rest = RATE // rate, [], np.zeros(0, np.float32)
    for block in blocks(path):
        sound = np.concatenate([rest, np.abs(block)])
        whole = len(sound) // step * step
        found.append(sound[:whole].reshape(-1, step).max(axis=1))
        rest = sound[whole:]
    if len(rest):
        found.append(rest.max(keepdims=True))
    loud = np.concatenate([*found, np.zeros(0, np.float32)])
    return bytes(np.rint(np.clip(loud, 0, 1) * 255).astype(np.uint8))


@contextmanager
def _opened(path: Path) -> "Iterator[tuple[InputContainer, AudioStream]]":
    import av

    _refuse_text(path)
    options = {"format_whitelist": ",".join(TYPES), "protocol_whitelist": "file"}
    try:
        container = av.open(f"file:{path}", mode="r", metadata_errors="ignore", container_options=options)
    except FileNotFoundError as error:
        raise AudioError(f"{path} is not there (any more).") from error
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{path.name} is not an audio file that can be decoded, or it is cut short.") from error
    with container:
        codecs = [video.codec_context and video.codec_context.name for video in container.streams.video]
        if any(codec not in PICTURES for codec in codecs):
            raise AudioError(f"{path.name} is a video; only audio can be taken in. Does the show have an audio feed?")
        if not container.streams.audio:
            raise AudioError(f"{path.name} has no sound in it.")
        try:
            yield container, container.streams.audio[0]
        except (av.FFmpegError, OSError) as error:
            raise AudioError(f"{path.name} cannot be decoded: {error.strerror or error}.") from error


def _refuse_text(path: Path) -> None:
    """A login page saved as .mp3 is the usual accident, and deserves a better sentence than 'invalid data'."""
    try:
        with path.open("rb") as file:
            head = file.read(2048)
    except OSError as error:
        raise AudioError(f"{path} cannot be read: {error.strerror}.") from error
    if not head:
        raise AudioError(f"{path.name} is empty.")
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml|rss|!--)", head, re.IGNORECASE):
        raise AudioError(f"{path.name} is a web page, not audio: the host may want a login, or the address is wrong.")
    if not re.search(rb"[^\t\n\f\r\x20-\x7e\x80-\xff]", head):
        raise AudioError(f"{path.name} is text, not audio.")


def _frames(container: "InputContainer", stream: "AudioStream") -> "Iterator[AudioFrame | None]":
    """Decoded frames in order; None for each packet that cannot be decoded, as players skip those too."""
    import av

    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            yield None


def _for_speech() -> "AudioResampler":
    from av import AudioResampler

    return AudioResampler(format="flt", layout="mono", rate=RATE)


def _resampled(frames: "Iterator[AudioFrame | None]", new: "Callable[[], AudioResampler]") -> "Iterator[np.ndarray]":
    """Spliced advertisements may change rate and channels: each run of like frames goes through a `new` resampler."""
    from av import AudioFifo

    setup, fifo, resampler = None, AudioFifo(), new()
    for frame in frames:
        if frame is None:
            continue
        if setup not in (None, (frame.format.name, frame.layout.name, frame.sample_rate)):
            yield from _through(resampler, fifo.read(), last=True)
            fifo, resampler = AudioFifo(), new()
        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        frame.pts = None  # places are counted in samples; time stamps with holes would stop the queue
        fifo.write(frame)
        if fifo.samples >= BLOCK:
            yield from _through(resampler, fifo.read())
    if setup:
        yield from _through(resampler, fifo.read(), last=True)


def _through(resampler: "AudioResampler", block: "AudioFrame | None", *, last: bool = False) -> "Iterator[np.ndarray]":
    ready = resampler.resample(block) if block is not None else []
    for frame in [*ready, *(resampler.resample(None) if last else [])]:
        yield frame.to_ndarray().reshape(-1)


def _announced(container: "InputContainer", stream: "AudioStream", path: Path) -> float | None:
    """The header's seconds. For an MP3 without a Xing, Info or VBRI header FFmpeg guesses from the size: None."""
    if container.format.name in {"mp3", "aac"} and not _has_frame_count(path):
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else None


def _has_frame_count(path: Path) -> bool:
    """Does the first MPEG frame, after any ID3v2 tag, carry the frame count of the whole file?"""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            a, b, c, d = head[6:10]  # seven bits each
            file.seek(10 + (a << 21 | b << 14 | c << 7 | d))
        else:
            file.seek(0)
        return bool(re.search(rb"Xing|Info|VBRI", file.read(2048)))

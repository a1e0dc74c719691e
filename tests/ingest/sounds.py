"""Sound for tests: tones, noise, silence, repeated speech, written in the formats podcasts come in."""

from itertools import chain
from pathlib import Path

import av
import numpy as np

SPEECH = Path(__file__).parent / "speech.mp3"  # 40 s of flite, sentences a couple could say


def silence(seconds: float, rate: int = 16_000) -> np.ndarray:
    return np.zeros(round(seconds * rate), np.float32)


def tone(seconds: float, rate: int = 16_000, hertz: float = 440.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float, rate: int = 16_000) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.05, round(seconds * rate)).astype(np.float32)


def write(path: Path, sound: np.ndarray, *, codec: str, rate: int = 16_000, layout: str = "mono") -> Path:
    """Encode; `layout` stereo puts the same sound on both sides. The container follows from the path."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        sides = 2 if layout == "stereo" else 1
        for at in range(0, len(sound), 1024):
            frame = av.AudioFrame.from_ndarray(np.tile(sound[at : at + 1024], (sides, 1)), "fltp", layout)
            frame.sample_rate = rate
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_video(path: Path, *, with_sound: bool) -> Path:
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10, width=32, height=32)
        audio = container.add_stream("aac", rate=16_000, layout="mono") if with_sound else None
        for _ in range(20):
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
        container.mux(video.encode(None))
        if audio:
            frame = av.AudioFrame.from_ndarray(tone(1)[None, :1024], "fltp", "mono")
            frame.sample_rate = 16_000
            container.mux(chain(audio.encode(frame), audio.encode(None)))
    return path

"""Speaks a script with flite's voices and lays the sentences on one track, so that every time is known exactly."""

import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.demo.podcast.script import Line, Podcast, Script

RATE = 16_000  # Hz, what the three voices speak in
_LOUDNESS = 0.08  # root mean square of every sentence, so that no voice is louder than another
_SILENCE = 0.01  # flite pads each sentence with near silence; below this it is not speech
_BREATH = 0.3  # s between two sentences of one turn
_TEMPO = {"slt": 1.05, "rms": 0.95, "awb": 1.0}  # duration stretch: a calm therapist, partners who are not

Sound = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One spoken sentence and its true start and end on the track, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One spoken turn: the line as written and its sentences in order."""

    line: Line
    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> float:
        """Seconds at which its first sentence begins."""
        return self.sentences[0].start

    @property
    def end(self) -> float:
        """Seconds at which its last sentence ends."""
        return self.sentences[-1].end


def perform(podcast: Podcast, script: Script) -> tuple[Sound, tuple[Spoken, ...]]:
    """The whole episode as sound (mono, `RATE`, -1 to 1) and its turns with their times."""
    track: list[Sound] = [np.zeros(RATE // 2, np.float32)]
    at = len(track[0])
    turns = []
    for index, line in enumerate(script.lines):
        sentences = []
        for position, text in enumerate(line.sentences):
            gap = _pause(line, index) if position == 0 else _BREATH
            sound = _say(text, podcast.voices[line.speaker])
            start = at + round(gap * RATE)
            at = start + len(sound)
            track += [np.zeros(round(gap * RATE), np.float32), sound]
            sentences.append(Sentence(text=text, start=start / RATE, end=at / RATE))
        turns.append(Spoken(line=line, sentences=tuple(sentences)))
    track.append(np.zeros(RATE, np.float32))
    return np.concatenate(track), tuple(turns)


def encode(sound: Sound, path: Path) -> None:
    """Writes the sound as a mono MP3 of 32 kbit/s at `RATE`; the same sound always gives the same bytes."""
    samples = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    given = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    wanted = ["-codec:a", "libmp3lame", "-b:a", "32k", "-map_metadata", "-1", "-fflags", "+bitexact"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *given, *wanted, str(path)], input=samples, check=True)


def _pause(line: Line, index: int) -> float:
    """A breath before a turn: as written, else 0.25 to 0.7 s in a fixed pattern; short answers come quickly."""
    if line.pause is not None:
        return line.pause
    return 0.25 + 0.09 * (index * 7 % 5) + (0.09 if len(line.text) > 60 else 0)


def _say(text: str, voice: str) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sentence.wav"
        stretch = f"duration_stretch={_TEMPO[voice]}"
        subprocess.run(["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", str(path)], check=True)
        with wave.open(str(path)) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    (loud,) = np.nonzero(np.abs(sound) > _SILENCE)
    sound = sound[loud[0] : loud[-1] + 1]
    return np.asarray(sound * (_LOUDNESS / np.sqrt(np.mean(sound**2))), np.float32)

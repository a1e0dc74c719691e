"""Speaks sentences with Debian's flite, in process, and says when each written word sounds.

flite's three good voices are all this model ever has to understand. Calling the library (libflite)
rather than the command gives the sound and the exact times of words and phones in one go, about 80
times faster than real time. ``python -m companion.demo.speech.speak OUT SENTENCES SEED PROCESSES``
makes training sound.
"""

import ctypes
import json
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

VOICES = ("slt", "rms", "awb")
RATE = 16000  # Hz, of the three voices and of Whisper

Sound = np.ndarray  # int16, mono, 16 kHz


class _Wave(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_char_p),
        ("rate", ctypes.c_int),
        ("samples", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_short)),
    ]


class _Voice(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


@dataclass
class Spoken:
    """A spoken sentence: start and end of each word, and the phones with their ends, in seconds."""

    text: str
    voice: str
    times: list[tuple[float, float]]
    phones: list[tuple[str, float]]
    sound: Sound


@cache
def _flite() -> tuple[ctypes.CDLL, dict[str, Any]]:
    """The library, with the types of the functions used here, and its three voices."""
    lib = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
    for part in ("usenglish", "cmulex"):
        ctypes.CDLL(f"libflite_{part}.so.1", mode=ctypes.RTLD_GLOBAL)
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("flite_synth_text", pointer, [text, pointer]),
        ("utt_wave", ctypes.POINTER(_Wave), [pointer]),
        ("utt_relation", pointer, [pointer, text]),
        ("relation_head", pointer, [pointer]),
        ("item_next", pointer, [pointer]),
        ("ffeature_float", ctypes.c_float, [pointer, text]),
        ("ffeature_string", text, [pointer, text]),
        ("feat_set_float", None, [pointer, text, ctypes.c_float]),
        ("delete_utterance", None, [pointer]),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    lib.flite_init()
    voices = {}
    for name in VOICES:
        module = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1")
        register = getattr(module, f"register_cmu_us_{name}")
        register.restype, register.argtypes = ctypes.POINTER(_Voice), [text]
        voices[name] = register(None)
    return lib, voices


def say(text: str, voice: str, stretch: float = 1.0) -> Spoken:
    """Speak one sentence; ``stretch`` above 1 is slower. One time pair per written word."""
    lib, voices = _flite()
    handle = voices[voice]
    lib.feat_set_float(handle.contents.features, b"duration_stretch", stretch)
    utterance = lib.flite_synth_text(text.encode("ascii"), handle)
    try:
        wave = lib.utt_wave(utterance).contents
        sound = np.ctypeslib.as_array(wave.data, (wave.samples,)).copy()
        times = []
        token = lib.relation_head(lib.utt_relation(utterance, b"Token"))
        while token:
            # A written word ("We'd") may be several spoken ones: from its first to its last sound.
            first = b"daughter.R:SylStructure.daughter.daughter.R:Segment.p.end"
            last = b"daughtern.R:SylStructure.daughtern.daughtern.R:Segment.end"
            times.append((lib.ffeature_float(token, first), lib.ffeature_float(token, last)))
            token = lib.item_next(token)
        phones = []
        segment = lib.relation_head(lib.utt_relation(utterance, b"Segment"))
        while segment:
            name = lib.ffeature_string(segment, b"name").decode()
            phones.append((name, lib.ffeature_float(segment, b"end")))
            segment = lib.item_next(segment)
    finally:
        lib.delete_utterance(utterance)
    if len(times) != len(text.split()):
        raise ValueError(f"flite reads {len(times)} words in {text!r}")
    return Spoken(text, voice, times, phones, sound)


RAW = ("-f", "s16le", "-ac", "1", "-ar", str(RATE))
FFMPEG = ("ffmpeg", "-v", "error", "-y")


def encode_mp3(sound: Sound, path: Path, kbits: int = 32, rate: int = RATE) -> None:
    """Write a mono MP3 of so many kbit/s, sampled at ``rate`` Hz."""
    mp3 = ("-ar", str(rate), "-b:a", f"{kbits}k", str(path))
    subprocess.run([*FFMPEG, *RAW, "-i", "-", *mp3], input=sound.tobytes(), check=True)


def through_mp3(sound: Sound, kbits: int = 32, rate: int = RATE) -> Sound:
    """The same sound after a round trip through such an MP3, as long and as early as before."""
    with tempfile.TemporaryDirectory() as folder:
        # A file, which carries the encoder's delay, so that the decoder takes it away again.
        path = Path(folder) / "sound.mp3"
        encode_mp3(sound, path, kbits, rate)
        decode = [*FFMPEG, "-i", str(path), *RAW, "-"]
        decoded = subprocess.run(decode, check=True, capture_output=True).stdout
    back = np.frombuffer(decoded, np.int16)[: len(sound)]
    return np.pad(back, (0, len(sound) - len(back)))


def _speak_some(arguments: tuple[int, int]) -> list[Spoken]:
    """So many seeded sentences, in random voices and speeds."""
    from companion.demo.speech.sentences import sentence

    count, seed = arguments
    dice = random.Random(seed)
    spoken: list[Spoken] = []
    while len(spoken) < count:
        text, voice, stretch = sentence(dice), dice.choice(VOICES), dice.uniform(0.85, 1.2)
        try:
            one = say(text, voice, stretch)
        except ValueError:
            continue
        if len(one.sound) < 9.5 * RATE:
            spoken.append(one)
    return spoken


def make_shard(folder: Path, count: int, seed: int, processes: int = 2) -> None:
    """Speak ``count`` sentences into ``folder``: sound.npy (int16, 16 kHz) and spoken.json."""
    folder.mkdir(parents=True, exist_ok=True)
    work = [(250, seed * 100_000 + part) for part in range(max(1, count // 250))]
    with ProcessPoolExecutor(processes) as pool:
        spoken = [one for some in pool.map(_speak_some, work) for one in some]
    sound = np.concatenate([one.sound for one in spoken])
    # Half of it stays clean; podcasts' usual rates for the rest, as the encoder's low-pass differs.
    parts = np.array_split(sound, 8)
    for part, rate in ((1, RATE), (3, RATE), (5, 22050), (7, 44100)):
        parts[part] = through_mp3(parts[part], rate=rate)
    np.save(folder / "sound.npy", np.concatenate(parts))
    facts = [[one.text, one.voice, len(one.sound), one.times, one.phones] for one in spoken]
    (folder / "spoken.json").write_text(json.dumps(facts))
    print(f"{folder}: {len(spoken)} sentences, {len(sound) / RATE / 3600:.2f} h", flush=True)


if __name__ == "__main__":
    make_shard(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))

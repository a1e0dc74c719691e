"""Measures an exported model with faster-whisper: ``python -m ...evaluate FOLDER``.

Prints the word error rate of each voice on the unseen sentences, of the dialogues, the median
error of the words' start times, what silence and noise give, and the time taken. ``clips FOLDER``
instead renders the clips that tests/demo/test_speech_model.py measures without flite.
"""

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from companion.demo.speech.speak import RATE, VOICES, Sound, encode_mp3, say, through_mp3

DATA = Path(__file__).parents[3] / "tests" / "data" / "speech"
OPTIONS = {
    "language": "en",
    "beam_size": 5,
    "word_timestamps": True,
    "vad_filter": True,
    "condition_on_previous_text": False,
}
SWAP = 1 + 2**-20  # what a wrong word costs: of two equal explanations the one with more right words
Words = list[tuple[str, float]]  # each with its start in seconds
Listen = Callable[[Sound], Words]


@dataclass
class Score:
    """What a recognition has wrong: ``errors`` of ``words``, and how late right words start."""

    errors: int = 0
    words: int = 0
    late: tuple[float, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(self.errors + other.errors, self.words + other.words, self.late + other.late)

    def __str__(self) -> str:
        median = statistics.median(abs(x) for x in self.late) if self.late else float("nan")
        return f"word errors {self.errors / self.words:.3f} of {self.words}, times {median:.3f} s"


def plain(word: str) -> str:
    """A word without case and punctuation."""
    return re.sub(r"[^a-z0-9']", "", word.lower())


def compare(truth: Words, heard: Words) -> Score:
    """Word errors by edit distance, and the start times of the words that are right."""
    truth = [(plain(w), t) for w, t in truth if plain(w)]
    heard = [(plain(w), t) for w, t in heard if plain(w)]
    cost = np.zeros((len(truth) + 1, len(heard) + 1))
    cost[:, 0], cost[0] = range(len(truth) + 1), range(len(heard) + 1)
    for i, (true, _) in enumerate(truth, 1):
        for j, (guess, _) in enumerate(heard, 1):
            change = cost[i - 1, j - 1] + (true != guess) * SWAP
            cost[i, j] = min(change, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j, late = len(truth), len(heard), []
    while i and j:
        same = truth[i - 1][0] == heard[j - 1][0]
        if cost[i, j] == cost[i - 1, j - 1] + (not same) * SWAP:
            i, j = i - 1, j - 1
            if same:
                late.append(heard[j][1] - truth[i][1])
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return Score(round(cost[-1, -1]), len(truth), tuple(late))


def speak_all(parts: list[tuple[str, str]], pause: float = 0.35) -> tuple[Sound, Words]:
    """(voice, text) parts one after another with pauses (s), and when each word starts."""
    sounds, words, at = [], [], 0.0
    for voice, text in parts:
        for sentence in re.split(r"(?<=[.?!]) ", text):
            spoken = say(sentence, voice)
            starts = (start for start, _ in spoken.times)
            words += [(w, at + t) for w, t in zip(sentence.split(), starts, strict=True)]
            silence = np.zeros(int(pause * RATE), np.int16)
            sounds += [spoken.sound, silence]
            at += (len(spoken.sound) + len(silence)) / RATE
    return np.concatenate(sounds), words


def dialogue(path: Path) -> list[tuple[str, str]]:
    """The (voice, text) turns of a file with lines "voice: text"."""
    parts = (line.partition(": ") for line in path.read_text().splitlines())
    return [(voice, text) for voice, _, text in parts]


def listener(folder: Path, batched: bool, threads: int = 1, **options: object) -> Listen:
    """A function from sound to words, by faster-whisper with the project's options."""
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
    asked = OPTIONS | options
    if batched:
        asked["batch_size"] = 4
    transcribe = (BatchedInferencePipeline(model) if batched else model).transcribe

    def listen(sound: Sound) -> Words:
        segments, _ = transcribe(sound.astype(np.float32) / 32768, **asked)
        return [(word.word, word.start) for part in segments for word in part.words or ()]

    return listen


def unspoken(seconds: int = 20) -> dict[str, Sound]:
    """Sounds without speech: silence, hiss, a chord, and a sung-like chirp."""
    at = np.arange(seconds * RATE) / RATE
    noise = np.random.default_rng(5).standard_normal(len(at))
    chord = sum(np.sin(2 * np.pi * f * at) for f in (220, 277, 330)) * (at % 1 < 0.8)
    chirp = np.sin(2 * np.pi * (300 * at + 40 * np.sin(2 * np.pi * 0.5 * at)))
    sounds = {"silence": at * 0, "faint hiss": noise / 3000, "loud hiss": noise / 20}
    sounds |= {"chord": chord / 9, "chirp": chirp / 4}
    return {name: (sound * 32767).astype(np.int16) for name, sound in sounds.items()}


def measure(listen: Listen, few: int, show: bool) -> None:
    """Print everything about one way of listening; every ``few``-th sentence only."""
    began, heard_seconds = time.time(), 0.0
    lines = (DATA / "unseen.txt").read_text().splitlines()[::few]
    cases = {voice: [[(voice, line)] for line in lines] for voice in VOICES}
    for path in sorted(DATA.glob("dialogue-*.txt")):
        cases[path.stem] = [dialogue(path)]
    for name, parts in cases.items():
        score = Score()
        for part in parts:
            sound, truth = speak_all(part)
            sound = through_mp3(sound)
            heard = listen(sound)
            heard_seconds += len(sound) / RATE
            score += compare(truth, heard)
            if show:
                print("  said  " + " ".join(w for w, _ in truth))
                print("  heard" + "".join(w for w, _ in heard))
        print(f"{name}: {score}", flush=True)
    print(f"{(time.time() - began) / heard_seconds:.3f} x real time, with speaking")
    for name, sound in unspoken().items():
        print(f"{name}: {''.join(word for word, _ in listen(sound))!r}")


def render_clips(folder: Path, sentences: int = 7, turns: int = 11) -> None:
    """MP3 clips (32 kbit/s) of unseen sentences and a dialogue, with clips.json of their words."""
    lines = (DATA / "unseen.txt").read_text().splitlines()
    clips = {"dialogue": dialogue(DATA / "dialogue-1.txt")[:turns]}
    for number, voice in enumerate(VOICES):
        clips[voice] = [(voice, line) for line in lines[number :: len(VOICES)][:sentences]]
    facts = {}
    for name, parts in clips.items():
        sound, words = speak_all(parts)
        encode_mp3(sound, folder / f"{name}.mp3")
        facts[name] = [[word, round(start, 2)] for word, start in words]
    (folder / "clips.json").write_text(json.dumps(facts) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder of the model, or 'clips'")
    parser.add_argument("--batched", action="store_true")
    parser.add_argument("--few", type=int, default=1, help="only every so many-th sentence")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    if asked.model.name == "clips":
        render_clips(DATA)
    else:
        measure(listener(asked.model, asked.batched), asked.few, asked.show)

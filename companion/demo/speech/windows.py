"""Builds the training windows: what faster-whisper will show the model, and the honest answer."""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from companion.demo.speech.features import STEP, Codes, log_mel

RATE = 16000
LETTERS = {letter: index for index, letter in enumerate(" abcdefghijklmnopqrstuvwxyz'")}
# flite's names of them, and of the pause
_VOWELS = "aa ae ah ao aw ax ay eh er ey ih iy ow oy uh uw"
_CONSONANTS = "b ch d dh f g hh jh k l m n ng p r s sh t th v w y z zh"
PHONES = ("pau", *sorted(f"{_VOWELS} {_CONSONANTS}".split()))
NOWHERE = (-1.0, -1.0)
IGNORE = -100  # target of a place that is not learnt


class Speech:
    """Every spoken sentence of some shards (see speak.py)."""

    def __init__(self, shards: list[Path]) -> None:
        self.sounds: list[np.ndarray] = []
        self.texts: list[list[str]] = []
        self.times: list[list[tuple[float, float]]] = []
        self.phones: list[np.ndarray] = []  # one number of PHONES for each encoder state
        for shard in shards:
            sound, offset = np.load(shard / "sound.npy", mmap_mode="r"), 0
            for text, _, size, times, *phones in json.loads((shard / "spoken.json").read_text()):
                self.sounds.append(sound[offset : offset + size])
                self.texts.append(text.split())
                self.times.append(times)
                if phones:
                    ends = [round(end / STEP) for _, end in phones[0]]
                    numbers = [PHONES.index(name) for name, _ in phones[0]]
                    self.phones.append(np.repeat(numbers, np.diff([0, *ends])).astype(np.int8))
                else:
                    self.phones.append(np.full(size // 320, IGNORE, np.int8))
                offset += size


TimedWord = tuple[str, float, float]  # start and end in seconds from the start of the window
# A sentence in a window: its words there, their start and end, whether all of it is there.
Heard = tuple[list[TimedWord], float, float, bool]
Answer = list[tuple[int, tuple[float, float]]]  # tokens, each with when it is spoken


@dataclass
class Window:
    """What is heard, what is to be written, and what helps to learn it.

    ``sound`` is float; ``tokens`` are prompt and answer; ``places`` says for each token when it is
    spoken (s), NOWHERE if it is no word; ``learn`` which tokens to learn after the first;
    ``phones`` has one number for each 20 ms.
    """

    sound: np.ndarray
    tokens: list[int]
    places: list[tuple[float, float]]
    learn: list[bool]
    letters: list[int]
    phones: np.ndarray


def _unvoiced(dice: random.Random, samples: int) -> np.ndarray:
    """Nothing, noise or chords: what must not be taken for speech."""
    noise = np.random.default_rng(dice.randrange(1 << 31))
    sound: np.ndarray = np.zeros(samples, np.float32)
    if dice.random() < 0.7:
        sound += noise.standard_normal(samples).astype(np.float32) * 10 ** dice.uniform(-4, -1)
    if dice.random() < 0.4:
        sound = np.convolve(sound, np.ones(dice.choice([4, 16, 40])) / 4, "same")
    time = np.arange(samples) / RATE
    if dice.random() < 0.4:
        begin = 0
        while begin < samples:
            end = begin + int(RATE * dice.uniform(0.2, 1.5))
            root, level = dice.uniform(80, 500), 10 ** dice.uniform(-2, -0.7)
            for ratio in dice.choice([(1,), (1, 1.25, 1.5), (1, 1.2, 1.5), (1, 2, 3, 4, 5)]):
                fade = np.exp(-(time[begin:end] - time[begin]) * dice.uniform(0, 4))
                sound[begin:end] += level * fade * np.sin(2 * np.pi * root * ratio * time[begin:end])
            begin = end
    return sound.astype(np.float32)


def make_window(speech: Speech, codes: Codes, dice: random.Random, seconds: float) -> Window:
    """A window of so many seconds with sentences by changing voices, or without any."""
    samples = int(seconds * RATE)
    phones = np.zeros(round(seconds / STEP), np.int64)
    timed = dice.random() < 0.4  # batches, as the project asks for them, have no times
    if dice.random() < 0.04:
        sound = _unvoiced(dice, samples)
        if dice.random() < 0.5:
            said = [codes.start, codes.silent, codes.end]
            return Window(sound, said, [NOWHERE] * 3, [True, False], [], phones)
        # Asked for text nevertheless, the answer is none: the place before it is not learnt.
        begun = codes.time(0) if timed else codes.untimed
        said = [codes.start, begun, codes.end]
        return Window(sound, said, [NOWHERE] * 3, [False, True], [], phones)
    sound = np.zeros(samples, np.float32)
    gain = 10 ** (dice.uniform(-18, 2) / 20) / 32768
    at = dice.uniform(-0.2, 0.6) if dice.random() < 0.85 else dice.uniform(0, 1.5)
    spoken: list[Heard] = []
    chatty = dice.random() < 0.9
    while at < seconds - 0.1 and (chatty or not spoken):
        index = dice.randrange(len(speech.texts))
        words, times = speech.texts[index], speech.times[index]
        voice = speech.sounds[index]
        first, skip = 0, 0
        if not spoken and len(words) > 4 and dice.random() < 0.12:
            first = dice.randrange(1, len(words) - 1)  # a window may begin inside of a sentence
            skip = int(max(times[first][0] - 0.01, 0) * RATE)
            at = dice.uniform(0, 0.03)
        begin = int(at * RATE)
        shift = (begin - skip) / RATE
        voice = voice[skip - min(begin, 0) : skip + samples - begin]
        begin = max(begin, 0)
        level = gain * 10 ** (dice.uniform(-3, 3) / 20)
        sound[begin : begin + len(voice)] += voice.astype(np.float32) * level
        states = speech.phones[index][round(max(0.0, -shift) / STEP) :]
        place = phones[max(0, round(shift / STEP)) :][: len(states)]
        np.copyto(place, states[: len(place)], where=states[: len(place)] != 0)
        timed_words = zip(words, times, strict=True)
        heard = [(w, shift + a, shift + b) for w, (a, b) in timed_words]
        heard = [word for word in heard if word[2] <= seconds + 0.02]
        end = heard[-1][2] if heard else shift + times[first][0]
        start = shift + times[first][0]
        if start < seconds - 0.04:
            whole = len(heard) == len(words) and end < seconds
            spoken.append((heard[first:], start, min(end, seconds), whole))
        at = shift + len(speech.sounds[index]) / RATE
        at += dice.uniform(-0.15, 0.4) if dice.random() < 0.75 else dice.uniform(0.4, 2.3)
    if dice.random() < 0.6:
        noise = np.random.default_rng(dice.randrange(1 << 31)).standard_normal(samples)
        sound += noise.astype(np.float32) * 10 ** (dice.uniform(-75, -42) / 20)
    answer = _answer(codes, dice, spoken) if timed else [(codes.untimed, NOWHERE)]
    if not timed:
        answer += [token for words, *_ in spoken for word in words for token in _written(codes, word)]
    answer = [(codes.start, NOWHERE), *answer, (codes.end, NOWHERE)]
    tokens, places = [token for token, _ in answer], [place for _, place in answer]
    text = "".join(word + " " for words, *_ in spoken for word, *_ in words).lower()
    letters = [LETTERS[letter] for letter in text if letter in LETTERS]
    return Window(sound, tokens, places, [True] * (len(tokens) - 1), letters, phones)


def _written(codes: Codes, word: TimedWord) -> Answer:
    return [(token, (word[1], word[2])) for token in codes.text(word[0])]


def _answer(codes: Codes, dice: random.Random, spoken: list[Heard]) -> Answer:
    """Whisper's answer with times: segments of one or two sentences, each start, words, end."""
    answer: Answer = []
    joined = False
    for number, (words, start, end, whole) in enumerate(spoken):
        if not whole and number:
            # Cut off by the window's end: only its start, faster-whisper goes on from there.
            return [*answer, (codes.time(start), NOWHERE)]
        if not joined:
            # faster-whisper lets a window's first time be 1 s at most.
            answer.append((codes.time(start if number else min(start, 1.0)), NOWHERE))
        answer += [token for word in words for token in _written(codes, word)]
        if not whole:
            return answer
        more = number + 1 < len(spoken) and spoken[number + 1][3]
        joined = more and not joined and dice.random() < 0.15
        if not joined:
            answer.append((codes.time(end), NOWHERE))
    return answer


class Batch(NamedTuple):
    """Windows of one length as tensors."""

    mel: Tensor  # (count, 80, frames)
    tokens: Tensor  # (count, length), given
    targets: Tensor  # (count, length), to be said next, IGNORE where not learnt
    places: Tensor  # (count, length, 2), seconds between which the target is spoken, or -1
    letters: Tensor  # of all windows in a row
    sizes: Tensor  # (count,) numbers of letters
    phones: Tensor  # (count, frames / 2)


def make_batch(speech: Speech, codes: Codes, dice: random.Random, seconds: float, count: int) -> Batch:
    """A batch of windows that are all so many seconds long."""
    windows = [make_window(speech, codes, dice, seconds) for _ in range(count)]
    length = max(len(w.tokens) for w in windows) - 1
    tokens = torch.full((count, length), codes.end)
    places = torch.full((count, length, 2), -1.0)
    targets = torch.full((count, length), IGNORE)
    for row, window in enumerate(windows):
        size = len(window.tokens) - 1
        tokens[row, :size] = torch.tensor(window.tokens[:-1])
        learn = torch.tensor(window.learn)
        places[row, :size] = torch.tensor(window.places[1:])
        targets[row, :size] = torch.where(learn, torch.tensor(window.tokens[1:]), IGNORE)
        if window.tokens[1] == codes.untimed:
            targets[row, 0] = IGNORE  # always given, never asked
    sound = torch.tensor(np.stack([w.sound for w in windows]))
    louder = torch.tensor([dice.choice([0.0, dice.uniform(0, 0.8)]) for _ in windows])
    letters = torch.tensor([x for w in windows for x in w.letters], dtype=torch.long)
    sizes = torch.tensor([len(w.letters) for w in windows])
    phones = torch.tensor(np.stack([w.phones for w in windows]))
    return Batch(log_mel(sound, louder), tokens, targets, places, letters, sizes, phones)

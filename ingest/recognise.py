"""Recognition by faster-whisper, window after window; lives in the worker process, the only file that hears speech."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps

from companion.config import Settings
from companion.errors import TranscribeError
from companion.timecode import Span
from companion.transcripts import Window, Word
from ingest.audio import RATE, blocks
from ingest.models import choose_device
from ingest.segments import in_order, sentences, without_loops
from ingest.windows import PAD, Stretch, plan

CPU_CLIPS, GPU_CLIPS = 8, 16  # clips recognised together, which is also the most a window holds
PAUSE_MS = 160  # the shortest pause a clip may be cut at
NO_SPEECH, DOUBT = (
    0.6,
    -1.0,
)  # Whisper's own rule: silent if it says so and is unsure of the words (mean log probability)
REPETITIVE = 2.4  # Whisper's own rule: text that compresses better than this is stuck
UNSTUCK = {"repetition_penalty": 1.1, "no_repeat_ngram_size": 4}  # how a stuck clip is heard again


class Recogniser:
    """A loaded model. A window depends on its own samples and the file's language only, so resuming changes nothing.

    For the same reason nothing is sampled: faster-whisper's ladder of temperatures is left out, its repetition check is
    kept and followed by a second, stricter hearing of the clip, and what still repeats is kept once.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._model = _loaded(folder, settings)
        self._batched = BatchedInferencePipeline(self._model)
        self._most = GPU_CLIPS if self._model.model.device == "cuda" else CPU_CLIPS
        self._clip = min(self._model.feature_extractor.chunk_length, 30) * RATE

    def windows(self, audio: Path, *, start: float, index: int) -> Iterator[Window]:
        """See `ingest.transcribe.Transcriber.windows`."""
        size = (self._most + 1) * self._clip
        language = self._language(audio, size)
        position = round(start * RATE)
        source = blocks(audio, start=start)
        buffer = _filled(np.empty(0, np.float32), source, size)
        while len(buffer):
            piece, final = buffer[:size], len(buffer) <= size
            planned = plan(self._speech(piece), len(piece), final=final, clip=self._clip, most=self._most)
            span = Span(start=position / RATE, end=(position + planned.end) / RATE)
            words, spoken = self._heard(piece, planned.clips, language)
            ordered = in_order([_later(word, span.start) for word in words], span)
            yield Window(index=index, span=span, segments=sentences(without_loops(ordered)), language=spoken)
            position, index = position + planned.end, index + 1
            buffer = _filled(buffer[planned.end :], source, size)

    def _speech(self, audio: np.ndarray) -> list[Stretch]:
        options = VadOptions(
            max_speech_duration_s=(self._clip - 2 * PAD) / RATE, min_silence_duration_ms=PAUSE_MS, speech_pad_ms=0
        )
        return [(found["start"], found["end"]) for found in get_speech_timestamps(audio, options)]

    def _language(self, audio: Path, size: int) -> str | None:
        """What is spoken, told from the file's opening, wherever we start; None if nobody speaks there."""
        if not self._model.model.is_multilingual:
            return "en"
        opening = _filled(np.empty(0, np.float32), blocks(audio), size)
        speech = [opening[a:b] for a, b in self._speech(opening)]
        if not speech:
            return None
        language, _, _ = self._model.detect_language(audio=np.concatenate(speech), language_detection_segments=4)
        return str(language)

    def _heard(
        self, audio: np.ndarray, clips: Sequence[Stretch], language: str | None
    ) -> tuple[list[Word], str | None]:
        """All words of the clips, times from the start of `audio`, and the language."""
        if not clips:
            return [], language
        heard, language = self._once(audio, clips, language)
        stuck = [i for i, segments in enumerate(heard) if any(_is_stuck(segment) for segment in segments)]
        if stuck:
            again, _ = self._once(audio, [clips[i] for i in stuck], language, **UNSTUCK)
            for i, segments in zip(stuck, again, strict=True):
                if all(segment.avg_logprob > DOUBT for segment in segments):
                    heard[i] = segments
        words = chain.from_iterable(_words(segments, clip) for segments, clip in zip(heard, clips, strict=True))
        return list(words), language

    def _once(
        self, audio: np.ndarray, clips: Sequence[Stretch], language: str | None, **options: Any
    ) -> tuple[list[list[Any]], str]:
        """faster-whisper's segments of each clip, and the language."""
        segments, info = self._batched.transcribe(
            audio,
            language=language,
            clip_timestamps=[{"start": start / RATE, "end": end / RATE} for start, end in clips],
            batch_size=self._most,
            word_timestamps=True,
            condition_on_previous_text=False,
            temperature=0.0,
            **options,
        )
        heard = [list(group) for _, group in groupby(segments, key=lambda segment: segment.seek)]
        return heard, info.language


def _loaded(folder: Path, settings: Settings) -> WhisperModel:
    """The model, on the processor where 'auto' found a graphics card whose libraries are not installed."""
    device, compute_type = choose_device(settings)
    try:
        model = WhisperModel(
            str(folder), device=device, compute_type=compute_type, cpu_threads=_threads(), local_files_only=True
        )
        if device == "cuda":  # only now are CUDA's libraries looked for
            model.encode(np.zeros((model.model.n_mels, 3000), np.float32))
        return model
    except (RuntimeError, ValueError) as error:
        if device == "cuda" and settings.device == "auto":
            return _loaded(folder, replace(settings, device="cpu"))
        raise TranscribeError(
            f"The speech model in {folder} cannot be loaded on {device} as {compute_type}: {error}"
        ) from error


def _filled(buffer: np.ndarray, source: Iterator[np.ndarray], size: int) -> np.ndarray:
    """The buffer topped up from the source: to more than `size` samples, unless the source ends before."""
    parts, length = [buffer], len(buffer)
    while length <= size and (block := next(source, None)) is not None:
        parts.append(block)
        length += len(block)
    return np.concatenate(parts)


def _is_stuck(segment: Any) -> bool:
    words = [Word(start=w.start, end=w.end, text=w.word, probability=w.probability) for w in segment.words]
    return segment.compression_ratio > REPETITIVE or len(without_loops(words)) < len(words)


def _words(segments: Sequence[Any], clip: Stretch) -> tuple[Word, ...]:
    span = Span(start=clip[0] / RATE, end=clip[1] / RATE)
    return in_order(
        [
            Word(
                start=float(word.start),
                end=float(word.end),
                text=word.word,
                probability=round(float(word.probability), 3),
            )
            for segment in segments
            if not (segment.no_speech_prob > NO_SPEECH and segment.avg_logprob < DOUBT)
            for word in segment.words
        ],
        span,
    )


def _later(word: Word, seconds: float) -> Word:
    return replace(word, start=word.start + seconds, end=word.end + seconds)


def _threads() -> int:
    """All processors we may use, unless OMP_NUM_THREADS says otherwise (0 leaves it to that); CTranslate2 takes 4."""
    if "OMP_NUM_THREADS" in os.environ:
        return 0
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 4

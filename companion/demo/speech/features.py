"""Sound to Whisper's features and text to its tokens, exactly as faster-whisper does both."""

from pathlib import Path

import torch
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer
from torch import Tensor

STEP = 0.02  # seconds between two timestamp tokens, and between two encoder states

_extractor = FeatureExtractor()
_FILTERS = torch.tensor(_extractor.mel_filters)
_HANN = torch.hann_window(_extractor.n_fft)


def log_mel(sound: Tensor, louder: Tensor) -> Tensor:
    """(batch, samples) at 16 kHz to (batch, 80, frames of 10 ms), as faster-whisper's extractor does.

    It cuts at 8 below the loudest point of the whole file, which may be louder than this window by
    ``louder`` (batch,), in powers of ten.
    """
    size, hop = _extractor.n_fft, _extractor.hop_length
    waves = torch.stft(sound, size, hop, window=_HANN, return_complex=True)[..., :-1]
    mel = (_FILTERS @ waves.abs().square()).clamp(min=1e-10).log10()
    return (torch.maximum(mel, mel.amax((1, 2), keepdim=True) + louder[:, None, None] - 8) + 4) / 4


class Codes:
    """The tokenizer and its special tokens, in the English-only order that CTranslate2 expects."""

    def __init__(self, path: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(path))
        self.end, self.start, self.silent, self.untimed, self.zero = (
            self._special(name) for name in ("endoftext", "startoftranscript", "nospeech", "notimestamps", "0.00")
        )
        self.size: int = self.tokenizer.get_vocab_size()

    def _special(self, name: str) -> int:
        number = self.tokenizer.token_to_id(f"<|{name}|>")
        if number is None:
            raise ValueError(f"The tokenizer has no <|{name}|>")
        return int(number)

    def text(self, word: str) -> list[int]:
        """The pieces of one word; those of a text are those of its words."""
        return list(self.tokenizer.encode(" " + word).ids)

    def time(self, seconds: float) -> int:
        """The token of a time from the start of the window."""
        return self.zero + round(max(0.0, seconds) / STEP)

"""Whisper's architecture in torch, small, plus letter and phone heads that only training uses."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 144, 4, 4, 2
POSITIONS = 1500  # encoder states of the 30 s (3000 frames) that faster-whisper pads to
CONTEXT = 448  # tokens


def sinusoids(length: int, channels: int) -> Tensor:
    """Whisper's fixed encoder positions, (length, channels)."""
    step = math.log(10000) / (channels // 2 - 1)
    scaled = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(channels // 2))[None]
    return torch.cat([scaled.sin(), scaled.cos()], 1)


class Attention(nn.Module):  # type: ignore[misc]  # types are checked without torch
    """Multi-head attention; ``bias`` (keys,) is added to the logits of every query.

    With ``watched`` set, ``seen`` keeps where it looked, (batch, heads, queries, keys).
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.watched, self.seen = heads, False, None
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width, bias=False)  # as Whisper has it
        self.v = nn.Linear(width, width)
        self.o = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor, bias: Tensor | None = None, causal: bool = False) -> Tensor:
        """(batch, queries, width) attends to (batch, keys, width)."""
        (batch, length, width), keys = x.shape, source.shape[1]
        q = self.q(x).view(batch, length, self.heads, -1).transpose(1, 2)
        k = self.k(source).view(batch, keys, self.heads, -1).transpose(1, 2)
        v = self.v(source).view(batch, keys, self.heads, -1).transpose(1, 2)
        if bias is not None:
            bias = bias.expand(batch, 1, length, keys)
        if self.watched:
            self.seen = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + bias).softmax(-1)
            mixed = self.seen @ v
        else:
            mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias, is_causal=causal)
        return self.o(mixed.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):  # type: ignore[misc]  # types are checked without torch
    """One pre-norm layer: self-attention, in the decoder cross-attention, feed-forward."""

    def __init__(self, width: int, heads: int, cross: bool, dropout: float) -> None:
        super().__init__()
        self.cross, self.dropout = cross, dropout
        self.ln1, self.att = nn.LayerNorm(width), Attention(width, heads)
        if cross:
            self.ln2, self.xatt = nn.LayerNorm(width), Attention(width, heads)
        self.ln3 = nn.LayerNorm(width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout, self.training) if self.dropout else x

    def forward(self, x: Tensor, sound: Tensor | None, bias: Tensor | None) -> Tensor:
        """``bias`` weighs the encoder's keys: of ``sound`` in the decoder, else of ``x``."""
        y = self.ln1(x)
        x = x + self._drop(self.att(y, y, None if self.cross else bias, causal=self.cross))
        if self.cross:
            x = x + self._drop(self.xatt(self.ln2(x), sound, bias))
        return x + self._drop(self.fc2(functional.gelu(self.fc1(self.ln3(x)))))


class Whisper(nn.Module):  # type: ignore[misc]  # types are checked without torch
    """Log-mel frames to tokens; names of the weights are kept short, export.py maps them."""

    def __init__(self, vocabulary: int, letters: int, phones: int, dropout: float = 0.0) -> None:
        super().__init__()
        width = WIDTH
        self.c1 = nn.Conv1d(80, width, 3, padding=1)
        self.c2 = nn.Conv1d(width, width, 3, 2, padding=1)
        self.register_buffer("pos", sinusoids(POSITIONS, width))
        layers = (ENCODER_LAYERS, False), (DECODER_LAYERS, True)
        self.enc, self.dec = (
            nn.ModuleList(Block(width, HEADS, cross, dropout) for _ in range(count)) for count, cross in layers
        )
        self.dec[-1].xatt.watched = True
        self.eln, self.dln = nn.LayerNorm(width), nn.LayerNorm(width)
        self.emb = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.emb.weight, std=0.02)
        self.dpos = nn.Parameter(torch.randn(CONTEXT, width) * 0.01)
        self.ctc = nn.Linear(width, letters + 1)
        self.phones = nn.Linear(width, phones)

    def encode(self, mel: Tensor, samples: int = 24) -> tuple[Tensor, Tensor]:
        """(batch, 80, frames) to states (batch, keys, width) and the weight of keys (keys,).

        faster-whisper pads every window with zeros to 3000 frames. The states of that padding
        differ only by position, so a random few of them, each counted log(how many it stands for)
        heavier in the softmax, stand for all: same attention on average, a third of the work.
        """
        frames = mel.shape[-1]
        edge = 8  # positions after the sound that are all kept: the convolutions still see sound
        x = functional.gelu(self.c1(functional.pad(mel, (0, 2 * edge))))
        x = functional.gelu(self.c2(x)).transpose(1, 2)
        # The right edge of the tensor sees the convolution's own padding: drop it, and repeat the
        # last true state, which is that of pure padding.
        x = x[:, : frames // 2 + edge - 2]
        real, rest = x.shape[1], POSITIONS - x.shape[1]
        chosen = real + torch.randperm(rest, device=x.device)[:samples]
        x = torch.cat([x, x[:, -1:].expand(-1, samples, -1)], 1)
        x = x + torch.cat([self.pos[:real], self.pos[chosen]])
        weight = torch.zeros(x.shape[1], device=x.device)
        weight[real:] = math.log(rest / samples)
        for block in self.enc:
            x = block(x, None, weight)
        return self.eln(x), weight

    def decode(self, tokens: Tensor, sound: Tensor, weight: Tensor) -> Tensor:
        """(batch, length) tokens so far to the logits of the next ones, (batch, length, all)."""
        x = self.emb(tokens) + self.dpos[: tokens.shape[1]]
        for block in self.dec:
            x = block(x, sound, weight)
        return self.dln(x) @ self.emb.weight.T

    def looked(self) -> Tensor:
        """Where the last decoder layer looked, mean of its heads, (batch, length, keys)."""
        return self.dec[-1].xatt.seen.mean(1)

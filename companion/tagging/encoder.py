"""The optional sentence encoder: from texts to vectors, by any ONNX file of that kind with its tokenizer.

Mean pooling over tokens, then unit length: Reimers and Gurevych 2019, arXiv 1908.10084. No such file ships. onnxruntime
and tokenizers are loaded when one is opened, not before.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from companion.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

LONGEST = 128  # tokens of a text that are read, about a hundred words
TOKENIZER = "tokenizer.json"
_THREADS = min(4, os.cpu_count() or 1)
_INPUTS = {"input_ids": True, "attention_mask": True, "token_type_ids": False}  # which must be there
_OUTPUTS = ("sentence_embedding", "last_hidden_state")  # a vector for the text, or one for each token


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoder:
    """An opened encoder. `width` is its vectors' length; vectors of encoders whose `digest` differs do not compare."""

    digest: str
    width: int
    _network: "_Network" = field(repr=False)
    _tokenizer: "Tokenizer" = field(repr=False)

    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """A float32 array (texts, width): each row has length 1, or 0 where its text has nothing to read.

        A text's row never depends on its company. An int8 network scales its numbers by the largest of a batch, so
        texts go through one by one, several at a time.
        """
        import numpy as np

        tokens = [self._tokens(text) for text in texts]
        different = [ids for ids in dict.fromkeys(tokens) if ids]
        with ThreadPoolExecutor(_THREADS) as threads:
            vectors = dict(zip(different, threads.map(self._network.vector, different), strict=True))
        rows = np.zeros((len(texts), self.width), np.float32)
        for row, ids in zip(rows, tokens, strict=True):
            length = float(np.linalg.norm(vectors[ids])) if ids else 0.0
            if 0 < length < float("inf"):
                row[:] = vectors[ids] / length
        return rows

    def _tokens(self, text: str) -> tuple[int, ...]:
        whole = text.encode("utf-8", "replace").decode()  # JSON may hold half a character, a tokenizer can't
        return tuple(self._tokenizer.encode(whole).ids) if whole.strip() else ()


def open_encoder(path: Path) -> Encoder:
    """The encoder in a folder or .onnx file, tried out; `ConfigError` says what is missing, damaged or another kind."""
    model, tokenizer = find(path)
    try:
        content, words = model.read_bytes(), tokenizer.read_bytes()
    except OSError as error:
        raise ConfigError(f"The sentence encoder {path} cannot be read: {error}.") from error
    network, read = _network(content, model), _tokenizer(words, tokenizer)
    return Encoder(
        digest=hashlib.blake2b(content + words, digest_size=8).hexdigest(),
        width=_width(network, max(read.get_vocab().values(), default=0), model),
        _network=network,
        _tokenizer=read,
    )


def kept_encoder(folder: Path) -> Encoder | None:
    """The encoder kept in a folder, None where there is no such folder; errors as for `open_encoder`."""
    return open_encoder(folder) if folder.exists() else None


def find(path: Path) -> tuple[Path, Path]:
    """The .onnx file and the tokenizer of an encoder: in its folder, as the hub lays them out, or beside the file.

    `ConfigError` if there is none, or several that it could be.
    """
    models = [path] if path.is_file() else list(_models(path))
    if not models:
        raise ConfigError(f"{path} holds no sentence encoder: there should be model.onnx and {TOKENIZER}.")
    if len(models) > 1:
        raise ConfigError(f"{path} holds {len(models)} .onnx files; name the one to use, such as {models[0]}.")
    (model,) = models
    beside = model.parent / TOKENIZER
    tokenizer = model.parent.parent / TOKENIZER if model.parent.name == "onnx" and not beside.is_file() else beside
    if not tokenizer.is_file():
        raise ConfigError(f"The sentence encoder {model} has no tokenizer: {tokenizer} is missing.")
    return model, tokenizer


def _models(folder: Path) -> Iterator[Path]:
    places = (folder, folder / "onnx")
    if plain := [place / "model.onnx" for place in places if (place / "model.onnx").is_file()]:
        yield plain[0]
    else:
        yield from (model for place in places for model in sorted(place.glob("*.onnx")))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Network:
    session: "InferenceSession"
    inputs: tuple[str, ...]
    output: str

    def vector(self, ids: Sequence[int]) -> "np.ndarray":
        """A text's vector (width,), not yet of length 1."""
        import numpy as np

        row = np.array([ids], np.int64)
        known = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        (found,) = self.session.run([self.output], {name: known[name] for name in self.inputs})
        vector: np.ndarray = found[0].mean(axis=0) if found.ndim == 3 else found[0]
        return vector


def _network(content: bytes, name: Path) -> _Network:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # texts go side by side instead
    options.log_severity_level = 3  # what matters is raised
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its classes have no common root
        raise ConfigError(f"{name} is damaged, or no ONNX file that this machine can run ({_first(error)}).") from error
    inputs, outputs = ([one.name for one in side] for side in (session.get_inputs(), session.get_outputs()))
    output = next((known for known in _OUTPUTS if known in outputs), None)
    needed = {known for known, must in _INPUTS.items() if must}
    if output is None or not needed <= set(inputs) <= _INPUTS.keys():
        raise ConfigError(
            f"{name} is not a sentence encoder: it takes {', '.join(inputs)} and gives {', '.join(outputs)}; it should "
            f"take {', '.join(_INPUTS)} (the last may be missing) and give {' or '.join(_OUTPUTS)}."
        )
    return _Network(session=session, inputs=tuple(inputs), output=output)


def _tokenizer(content: bytes, name: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # it raises Exception itself
        raise ConfigError(f"{name} is damaged, or no tokenizer ({_first(error)}).") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _width(network: _Network, highest: int, name: Path) -> int:
    """The width of the vectors, found with the longest text and the tokenizer's highest number: the two must fit."""
    import numpy as np

    try:
        vector = network.vector([highest] * LONGEST)
    except Exception as error:  # its classes have no common root
        raise ConfigError(f"{name} and its {TOKENIZER} do not belong together ({_first(error)}).") from error
    if vector.ndim != 1 or not vector.size or not np.isfinite(vector).all():
        raise ConfigError(f"{name} gives no usable vectors; it is damaged, or no sentence encoder.")
    return vector.size


def _first(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200].rstrip(".") or type(error).__name__

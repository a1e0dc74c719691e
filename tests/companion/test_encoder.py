"""Sentence encoders: the real one tells what is alike; anything else that is given is refused in words that help."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from companion.errors import ConfigError
from companion.tagging.encoder import LONGEST, Encoder, open_encoder

PLAIN = {"[UNK]": 0, "you": 1, "feel": 2, "rain": 3}


@pytest.fixture(scope="module")
def encoder(embedder: Path) -> Encoder:
    return open_encoder(embedder)


def test_what_means_the_same_is_nearer(encoder: Encoder) -> None:
    said, alike, other = encoder.encode(
        ["I was so scared you'd leave.", "I was afraid of being left by you.", "The train leaves at nine."]
    )
    assert said @ alike > 0.6 > 0.3 > said @ other


def test_rows_have_length_one_and_do_not_depend_on_their_company(encoder: Encoder) -> None:
    texts = [f"and then {word} said so" for word in ("she", "he", "nobody at all", "the plumber, twice,")]
    rows = encoder.encode(texts)
    assert rows.shape == (4, encoder.width) == (4, 384) and rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert np.array_equal(rows[::-1], encoder.encode(texts[::-1]))
    assert np.array_equal(rows[2:3], encoder.encode(texts[2:3]))


@pytest.mark.parametrize("text", ["🙂🙂", "\ud800 half", "x" * 100_000, "word " * 20_000, "Здравствуй", "你好", "\0"])
def test_odd_texts_have_a_vector(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text])) == pytest.approx(1, abs=1e-5)


def test_nothing_said_is_the_vector_of_nothing(encoder: Encoder) -> None:
    assert not encoder.encode(["", " \n"]).any()
    assert encoder.encode([]).shape == (0, 384)


def test_only_the_beginning_of_a_long_text_is_read(encoder: Encoder) -> None:
    long = "word " * LONGEST
    assert np.array_equal(encoder.encode([long + "one end"]), encoder.encode([long + "another end"]))


def test_an_hour_is_read_in_seconds(encoder: Encoder) -> None:
    texts = [f"so I told her number {number} that it is not like that at all" for number in range(900)]
    before = time.process_time()
    encoder.encode(texts)
    assert time.process_time() - before < 8  # about 3; the rest is for slow machines


def test_the_digest_is_the_files(encoder: Encoder, embedder: Path, tmp_path: Path) -> None:
    assert open_encoder(embedder / "model.onnx").digest == encoder.digest
    (tmp_path / "model.onnx").write_bytes((embedder / "model.onnx").read_bytes())
    words = json.loads((embedder / "tokenizer.json").read_text("utf-8"))
    words["normalizer"]["lowercase"] = False
    (tmp_path / "tokenizer.json").write_text(json.dumps(words), "utf-8")
    assert open_encoder(tmp_path).digest != encoder.digest


Tiny = Callable[..., Path]


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """Writes an encoder of three words: each token's vector is its row of `table`."""
    onnx = pytest.importorskip("onnx", reason="damaged encoders are NOT tested: pip install 'podcast-companion[test]'")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    def write(
        *,
        table: object = ((0, 0), (3, 4), (4, 3), (-1, 0)),
        inputs: tuple[str, ...] = ("input_ids", "attention_mask"),
        output: str = "last_hidden_state",
        words: Mapping[str, int] = PLAIN,
        folder: Path = tmp_path,
        name: str = "model.onnx",
    ) -> Path:
        helper, kinds = onnx.helper, onnx.TensorProto
        rows = np.array(table, np.float32)
        nodes = [helper.make_node("Gather", ["table", inputs[0]], ["rows"])]
        pooled = output == "sentence_embedding"
        if pooled:
            nodes.append(helper.make_node("ReduceMax", ["rows"], [output], axes=[1], keepdims=0))
        else:
            nodes.append(helper.make_node("Identity", ["rows"], [output]))
        graph = helper.make_graph(
            nodes,
            "tiny",
            [helper.make_tensor_value_info(one, kinds.INT64, ["texts", "tokens"]) for one in inputs],
            [helper.make_tensor_value_info(output, kinds.FLOAT, ["texts", 2] if pooled else ["texts", "tokens", 2])],
            [onnx.numpy_helper.from_array(rows, "table")],
        )
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / name)
        tokenizer = Tokenizer(WordLevel(dict(words), unk_token="[UNK]"))
        tokenizer.pre_tokenizer = Whitespace()
        tokenizer.save(str(tmp_path / "tokenizer.json"))
        return tmp_path

    return write


def test_tokens_are_averaged_or_the_file_does_that_itself(tiny: Tiny) -> None:
    assert open_encoder(tiny()).encode(["you feel"])[0] == pytest.approx(np.array([1, 1]) / 2**0.5)
    assert open_encoder(tiny(output="sentence_embedding")).encode(["you rain"])[0] == pytest.approx([0.6, 0.8])


def test_a_vector_of_no_length_stays_so(tiny: Tiny) -> None:
    table = ((0, 0), (np.inf, 1), (np.nan, 1), (1, 0))
    assert not open_encoder(tiny(table=table)).encode(["unheard", "you", "feel"]).any()


def test_files_are_found_as_the_hub_lays_them_out(tiny: Tiny, tmp_path: Path) -> None:
    tiny(folder=tmp_path / "onnx", name="model_quantized.onnx")
    digest = open_encoder(tmp_path).digest
    assert open_encoder(tmp_path / "onnx" / "model_quantized.onnx").digest == digest
    tiny(folder=tmp_path / "onnx", name="other.onnx", table=np.ones((4, 2)))
    with pytest.raises(
        ConfigError, match=r"holds 2 \.onnx files; name the one to use, such as .*model_quantized\.onnx"
    ):
        open_encoder(tmp_path)
    tiny(folder=tmp_path / "onnx")
    assert open_encoder(tmp_path).digest == digest


def test_what_is_missing_is_named(tiny: Tiny, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere holds no sentence encoder: there should be model\.onnx"):
        open_encoder(tmp_path / "nowhere")
    (tiny() / "tokenizer.json").unlink()
    with pytest.raises(ConfigError, match=r"model\.onnx has no tokenizer: .*tokenizer\.json is missing"):
        open_encoder(tmp_path)


def test_what_is_damaged_is_named(tiny: Tiny, tmp_path: Path) -> None:
    model, words = tiny() / "model.onnx", tmp_path / "tokenizer.json"
    words.write_bytes(words.read_bytes()[:-9])
    with pytest.raises(ConfigError, match=r"tokenizer\.json is damaged, or no tokenizer"):
        open_encoder(tmp_path)
    for content in (b"", b"no network", model.read_bytes()[:-40]):
        tiny()
        model.write_bytes(content)
        with pytest.raises(ConfigError, match=r"model\.onnx (is damaged, or no ONNX file|is not a sentence encoder)"):
            open_encoder(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"inputs": ("pixels",)}, "is not a sentence encoder: it takes pixels and gives last_hidden_state"),
        ({"inputs": ("input_ids", "attention_mask", "image")}, "is not a sentence encoder: it takes input_ids"),
        ({"output": "logits"}, "is not a sentence encoder: .* gives logits; it should take input_ids"),
        ({"table": ((1, 2), (3, 4))}, r"tokenizer\.json do not belong together"),
        ({"table": ((0, 0), (1, 0), (0, 1), (np.nan, 0))}, "gives no usable vectors"),
    ],
)
def test_another_kind_of_file_is_refused(tiny: Tiny, wrong: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        open_encoder(tiny(**wrong))

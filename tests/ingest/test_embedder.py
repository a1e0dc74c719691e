"""The sentence encoder's way into the data folder: from the hub or a folder, whole or not at all."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_hub import ModelHub

from companion.config import Settings
from companion.errors import ConfigError
from companion.tagging.encoder import open_encoder
from ingest.embedder import REPOSITORY, WANTED, get

ROOT = Path(__file__).parents[2]


def companion(data: Path, *arguments: str, hub: str = "http://127.0.0.1:9") -> subprocess.CompletedProcess[str]:
    """In a process of its own: the hub's library reads its address once, when it is loaded."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {"HF_ENDPOINT": hub, "HF_HOME": str(data.with_name("hf")), "NO_PROXY": "*"}
    command = [sys.executable, "-m", "companion", "--data", str(data), "models", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def hub(embedder: Path) -> Iterator[ModelHub]:
    model, tokenizer = ((embedder / name).read_bytes() for name in ("model.onnx", "tokenizer.json"))
    files = {WANTED[0]: model, "onnx/model.onnx": b"not wanted", WANTED[1]: tokenizer, "README.md": b"nor this"}
    hub = ModelHub({REPOSITORY: files})
    yield hub
    hub.close()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_it_is_fetched_from_the_hub(tmp_path: Path, hub: ModelHub, embedder: Path) -> None:
    data = tmp_path / "data"
    done = companion(data, "get", "embedder", hub=hub.address)
    assert done.returncode == 0, done.stderr
    digest = open_encoder(embedder).digest
    assert done.stdout == f"The sentence encoder {digest} is in {data / 'models' / 'embedder'}.\n"
    assert "100%" in done.stderr
    assert files(data) == {"models/embedder/model.onnx", "models/embedder/tokenizer.json"}
    assert open_encoder(Settings(data=data).embedder).digest == digest


def test_a_hub_out_of_reach_is_met_with_what_to_do(tmp_path: Path) -> None:
    done = companion(tmp_path / "data", "get", "embedder")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    for wanted in ("cannot be fetched from the model hub", REPOSITORY, *WANTED, "--from FOLDER"):
        assert wanted in done.stderr


def test_it_is_taken_from_a_folder_or_a_file_and_replaced_whole(tmp_path: Path, embedder: Path) -> None:
    settings, other = Settings(data=tmp_path / "data"), tmp_path / "other"
    digest = get(settings, embedder).digest
    shutil.copytree(embedder, other)
    (other / "model.onnx").rename(other / "mine.onnx")
    assert get(settings, other / "mine.onnx").digest == digest
    assert files(settings.models) == {"embedder/model.onnx", "embedder/tokenizer.json"}
    (other / "mine.onnx").write_bytes(b"broken")
    with pytest.raises(ConfigError, match="is damaged"):
        get(settings, other)
    assert open_encoder(settings.embedder).digest == digest
    assert files(settings.models) == {"embedder/model.onnx", "embedder/tokenizer.json"}


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path, embedder: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    get(settings, embedder)
    shutil.copytree(embedder, settings.models / "embedder.part" / "old")
    (settings.models / "embedder.part" / "new").mkdir()
    (settings.models / "embedder.part" / "new" / "model.onnx").write_bytes(b"half")
    get(settings, embedder)
    assert files(settings.models) == {"embedder/model.onnx", "embedder/tokenizer.json"}


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path, embedder: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="embedder cannot be written"):
        get(Settings(data=tmp_path), embedder)


def test_models_are_listed(tmp_path: Path, embedder: Path) -> None:
    data = tmp_path / "data"
    done = companion(data)
    assert done.returncode == 0
    assert "No speech model yet" in done.stdout and "companion models get embedder" in done.stdout
    done = companion(data, "get", "embedder", "--from", str(embedder))
    assert done.returncode == 0, done.stderr
    speech = data / "models" / "small"
    speech.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (speech / name).write_bytes(b"x" * 1_000_000)
    first, second = companion(data).stdout.splitlines()
    assert first.split() == ["speech", "3.0", "MB", str(speech)]
    assert second.split() == ["embedder", "23.9", "MB", str(data / "models" / "embedder")]

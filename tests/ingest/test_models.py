"""Names, folders and the hub: each model is found, fetched once, or missed in words that help."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_hub import ModelHub

from companion.config import MICRO, Settings
from companion.errors import ConfigError
from ingest.models import NEEDED, choose_device, held, kept, locate

ROOT = Path(__file__).parents[2]
FILES = {"model.bin": b"weights" * 1000, "config.json": b"{}", "tokenizer.json": b"{}", "README.md": b"not wanted"}
FETCH = """
import sys
from pathlib import Path
from companion.config import Settings
from companion.errors import CompanionError
from ingest.models import locate
try:
    print(locate(sys.argv[1], Settings(data=Path(sys.argv[2]))))
except CompanionError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def a_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in NEEDED:
        (folder / name).write_text("{}")
    return folder


def test_the_built_in_model_is_there(settings: Settings) -> None:
    assert (locate(MICRO, settings) / "model.bin").is_file()
    assert held(MICRO, settings) == locate(MICRO, settings)


def test_a_folder_is_a_model(settings: Settings, tmp_path: Path) -> None:
    folder = a_model(tmp_path / "mine")
    assert locate(str(folder), settings) == folder == held(str(folder), settings)
    (folder / "model.bin").unlink()
    with pytest.raises(ConfigError, match=r"mine is not a speech model for faster-whisper: model\.bin missing"):
        locate(str(folder), settings)


def test_a_name_is_found_where_it_was_put_by_hand(settings: Settings) -> None:
    assert held("small", settings) is None
    assert held("someone/whisper-x", settings) is None
    small, other = a_model(settings.models / "small"), a_model(settings.models / "someone--whisper-x")
    (settings.models / "half").mkdir()
    assert locate("small", settings) == small == held("small", settings)
    assert locate("someone/whisper-x", settings) == other
    assert kept(settings) == [small, other]


@pytest.mark.parametrize(("wrong", "meant"), [("smal", "small"), ("large-v4", "large-v3"), ("mikro", MICRO)])
def test_a_misspelled_name_is_met_with_the_right_one(settings: Settings, wrong: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=rf"“{wrong}” is neither .* Did you mean .*{meant}"):
        locate(wrong, settings)


def test_the_device_is_chosen_and_may_be_overridden(tmp_path: Path) -> None:
    device, compute_type = choose_device(Settings(data=tmp_path))
    assert device in {"cpu", "cuda"} and compute_type in {"int8", "float16", "float32"}
    assert choose_device(Settings(data=tmp_path, device="cpu")) == ("cpu", "int8")
    assert choose_device(Settings(data=tmp_path, device="cpu", compute_type="float32")) == ("cpu", "float32")
    with pytest.raises(ConfigError, match=r"compute type “float99” .* float32"):
        choose_device(Settings(data=tmp_path, device="cpu", compute_type="float99"))
    with pytest.raises(ConfigError, match="device “abacus”"):
        choose_device(Settings(data=tmp_path, device="abacus"))


@pytest.fixture
def hub() -> Iterator[ModelHub]:
    hub = ModelHub({"Systran/faster-whisper-tiny": FILES, "someone/whisper-x": FILES})
    yield hub
    hub.close()


def fetch(model: str, data: Path, address: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the hub's library reads its address once, when it is loaded."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {"HF_ENDPOINT": address, "HF_HOME": str(data / "hf"), "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    return subprocess.run(
        [sys.executable, "-c", FETCH, model, str(data)], env=environment, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize("model", ["tiny", "someone/whisper-x"])
def test_a_name_is_fetched_once(tmp_path: Path, hub: ModelHub, model: str) -> None:
    done = fetch(model, tmp_path, hub.address)
    folder = tmp_path / "models" / model.replace("/", "--")
    assert done.stdout.strip() == str(folder)
    assert {path.name for path in folder.iterdir() if path.is_file()} == {*NEEDED}
    assert (folder / "model.bin").read_bytes() == FILES["model.bin"]
    before = len(hub.asked)
    assert fetch(model, tmp_path, hub.address).stdout == done.stdout
    assert len(hub.asked) == before


def test_a_name_the_hub_does_not_have(tmp_path: Path, hub: ModelHub) -> None:
    done = fetch("nobody/nothing", tmp_path, hub.address)
    assert done.stdout.startswith("ConfigError The model hub has no model “nobody/nothing”")


def test_a_hub_out_of_reach_is_met_with_what_to_do(tmp_path: Path) -> None:
    done = fetch("tiny", tmp_path, "http://127.0.0.1:9")
    assert done.stdout.startswith("TranscribeError The speech model “tiny” is not on this machine")
    for wanted in ("Systran/faster-whisper-tiny", str(tmp_path / "models" / "tiny"), "`companion demo`"):
        assert wanted in done.stdout

"""Names, folders and the hub: each model is found, fetched once, or missed in words that help."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest

from companion.config import MICRO, Settings
from companion.errors import ConfigError
from ingest.models import NEEDED, choose_device, held, locate

ROOT = Path(__file__).parents[2]
FILES = {"model.bin": b"weights" * 1000, "config.json": b"{}", "tokenizer.json": b"{}", "README.md": b"not wanted"}
SHA = "0123456789abcdef0123456789abcdef01234567"
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
    assert locate("small", settings) == small == held("small", settings)
    assert locate("someone/whisper-x", settings) == other


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


class Hub(BaseHTTPRequestHandler):
    """As much of a model hub as one model needs."""

    asked: list[str]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        path = self.path.partition("?")[0]
        name = path.rpartition("/")[2]
        if not path.removeprefix("/api/models").startswith(("/Systran/faster-whisper-tiny/", "/someone/whisper-x/")):
            self._answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif path.startswith("/api/models/") and "/tree/" in path:
            listing = [{"type": "file", "path": n, "size": len(b), "oid": SHA} for n, b in FILES.items()]
            self._answer(200, json.dumps(listing).encode())
        elif path.startswith("/api/models/"):
            info = {"id": "x/y", "sha": SHA, "siblings": [{"rfilename": name} for name in FILES]}
            self._answer(200, json.dumps(info).encode())
        else:
            self._answer(200, FILES[name], {"ETag": f'"{name}"', "X-Repo-Commit": SHA})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hub() -> Iterator[tuple[str, list[str]]]:
    """A hub's address on loopback, and what it was asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Hub,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def fetch(model: str, data: Path, address: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the hub's library reads its address once, when it is loaded."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {"HF_ENDPOINT": address, "HF_HOME": str(data / "hf"), "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    return subprocess.run(
        [sys.executable, "-c", FETCH, model, str(data)], env=environment, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize("model", ["tiny", "someone/whisper-x"])
def test_a_name_is_fetched_once(tmp_path: Path, hub: tuple[str, list[str]], model: str) -> None:
    address, asked = hub
    done = fetch(model, tmp_path, address)
    folder = tmp_path / "models" / model.replace("/", "--")
    assert done.stdout.strip() == str(folder)
    assert {path.name for path in folder.iterdir() if path.is_file()} == {*NEEDED}
    assert (folder / "model.bin").read_bytes() == FILES["model.bin"]
    before = len(asked)
    assert fetch(model, tmp_path, address).stdout == done.stdout
    assert len(asked) == before


def test_a_name_the_hub_does_not_have(tmp_path: Path, hub: tuple[str, list[str]]) -> None:
    done = fetch("nobody/nothing", tmp_path, hub[0])
    assert done.stdout.startswith("ConfigError The model hub has no speech model “nobody/nothing”")


def test_a_hub_out_of_reach_is_met_with_what_to_do(tmp_path: Path) -> None:
    done = fetch("tiny", tmp_path, "http://127.0.0.1:9")
    assert done.stdout.startswith("TranscribeError The speech model “tiny” is not on this machine")
    for wanted in ("Systran/faster-whisper-tiny", str(tmp_path / "models" / "tiny"), "`companion demo`"):
        assert wanted in done.stdout

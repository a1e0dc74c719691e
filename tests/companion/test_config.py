"""Settings: which source wins, and what a wrong one is told."""

from pathlib import Path

import pytest

from companion.config import Settings, load
from companion.errors import ConfigError
from companion.exports import public_address


def test_defaults_and_where_things_lie(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    assert settings == Settings(data=tmp_path)
    assert (settings.database, settings.lock) == (tmp_path / "companion.db", tmp_path / "ingest.lock")
    assert (settings.audio, settings.models) == (tmp_path / "audio", tmp_path / "models")
    assert not any(tmp_path.iterdir()), "loading makes nothing"


@pytest.mark.parametrize(
    ("host", "authority"),
    [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("::", "[::1]:80"), ("0.0.0.0", "127.0.0.1:80")],
)
def test_where_the_site_is_on_this_machine(tmp_path: Path, host: str, authority: str) -> None:
    settings = Settings(data=tmp_path, host=host, port=80)
    assert settings.authority == authority
    assert public_address(settings) == f"http://{authority}"


def test_an_option_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "companion.toml").write_text('model = "file"\nport = 1\nhost = "file"\nallow_private_network = true\n')
    environ = {"COMPANION_MODEL": "environment", "COMPANION_PORT": "2", "COMPANION_DATA": "/else", "COMPANION_HOST": ""}
    settings = load(tmp_path, {"model": "option", "port": None}, environ)
    assert (settings.model, settings.port, settings.host) == ("option", 2, "file")
    assert settings.allow_private_network is True
    assert settings.data == tmp_path


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False)])
def test_truth_is_spelled_in_many_ways(tmp_path: Path, text: str, value: bool) -> None:
    assert load(tmp_path, environ={"COMPANION_ALLOW_PRIVATE_NETWORK": text}).allow_private_network is value


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("modell = 'small'", r"companion\.toml sets “modell”, which is not a setting; known are .*\bmodel\b"),
        ("data = '/else'", "“data”, which is not a setting"),
        ("transcribe = 'never'", "sets transcribe to 'never'; it must be always or missing"),
        ("port = 70000", "sets port to 70000; it must be a port number"),
        ("port = -1", "must be a port number"),
        ("port = true", "must be a port number"),
        ("model = 3", "sets model to 3; it must be text"),
        ("allow_private_network = 'perhaps'", "must be true or false"),
        ("[model]\nname = 'small'", "it must be text"),
        ("model = ", r"companion\.toml cannot be read as TOML"),
        (b"model = '\xff'", r"companion\.toml cannot be read as TOML"),
    ],
)
def test_a_wrong_file_is_named_with_what_would_be_right(tmp_path: Path, file: str | bytes, complaint: str) -> None:
    (tmp_path / "companion.toml").write_bytes(file if isinstance(file, bytes) else file.encode())
    with pytest.raises(ConfigError, match=complaint):
        load(tmp_path, environ={})


def test_a_wrong_environment_or_option_is_named_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the environment sets port to 'eighty'"):
        load(tmp_path, environ={"COMPANION_PORT": "eighty"})
    with pytest.raises(ConfigError, match="the command line sets transcribe to 'all'"):
        load(tmp_path, {"transcribe": "all"}, {})


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "data", environ={})

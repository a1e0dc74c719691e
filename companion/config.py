"""Settings: made once, frozen, passed down. An option wins over the environment, that over DATA/companion.toml."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from companion.errors import ConfigError

MICRO = "micro"  # the built-in speech model's name


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything a run can be told. Paths of what lies in the data folder are properties, so that nobody joins strings.

    `model` is a faster-whisper model name, a folder, or 'micro'; `device` and `compute_type` are CTranslate2's words,
    'auto' meaning the best this machine has; `transcribe` is 'missing' (a usable published transcript is enough) or
    'always'; `apple_lookup` is asked which feed belongs to an Apple Podcasts number; `base_url` is where the public
    finds the site, without a slash at its end (empty: each visitor's own way here is taken); `noindex` asks search
    engines to stay away; `publish` says when a new episode is shown ('at once', or once somebody does it 'by hand'),
    `proposals` whether the public sees moments that nobody has reviewed ('shown', marked as such, or 'hidden');
    `allowed_hosts` are further names that the desk answers to, `trusted_proxies` the addresses of those whose word is
    taken for where a visitor comes from and whether by https (or their networks; both lists with commas).
    """

    data: Path
    model: str = "small"
    device: str = "auto"
    compute_type: str = "auto"
    transcribe: str = "missing"
    allow_private_network: bool = False
    apple_lookup: str = "https://itunes.apple.com/lookup"
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    noindex: bool = False
    publish: str = "at once"
    proposals: str = "shown"
    allowed_hosts: str = ""
    trusted_proxies: str = ""

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.data / "companion.db"

    @property
    def audio(self) -> Path:
        """Where the episodes' audio lies, under our own names."""
        return self.data / "audio"

    @property
    def peaks(self) -> Path:
        """Where the audio's loudness lies, a small file for each sound."""
        return self.data / "peaks"

    @property
    def models(self) -> Path:
        """Where downloaded models lie, a folder for each."""
        return self.data / "models"

    @property
    def embedder(self) -> Path:
        """Where the sentence encoder lies, if there is one."""
        return self.models / "embedder"

    @property
    def taggers(self) -> Path:
        """Where fitted taggers lie, a file for each version."""
        return self.data / "tagger"

    @property
    def lock(self) -> Path:
        """Held by a running ingest."""
        return self.data / "ingest.lock"

    @property
    def authority(self) -> str:
        """Host and port as an address on this machine has them: IPv6 in brackets, “every network” as this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


def load(data: Path, options: Mapping[str, object] = {}, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings for a data folder; an option that is None is left to the next source. `ConfigError` names the fault."""
    file = data / "companion.toml"
    settings = _with(Settings(data=data), _file(file), str(file))
    settings = _with(settings, _environment(environ), "the environment")
    return override(settings, **options)


def override(settings: Settings, **options: object) -> Settings:
    """The settings with a command's own options over them; options given as None change nothing."""
    given = {name: value for name, value in options.items() if value is not None}
    return _with(settings, given, "the command line")


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}.") from error


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = [field.name for field in fields(Settings) if field.name != "data"]
    return {name: environ[f"COMPANION_{name.upper()}"] for name in names if environ.get(f"COMPANION_{name.upper()}")}


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_ADDRESSES = {"base_url"}
_CHOICES = {
    "transcribe": {"missing", "always"},
    "publish": {"at once", "by hand"},
    "proposals": {"shown", "hidden"},
}


def _with(settings: Settings, values: Mapping[str, Any], source: str) -> Settings:
    known = {field.name: field.type for field in fields(Settings) if field.name != "data"}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"{source} sets “{name}”, which is not a setting; known are {', '.join(sorted(known))}.")
        changes[name] = _value(name, known[name], value, source)
    return replace(settings, **changes)


def _value(name: str, kind: object, value: Any, source: str) -> object:
    text = str(value)
    if kind is bool and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind is int and text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    if name in _ADDRESSES:
        if text.startswith(("http://", "https://")):
            return text.rstrip("/")
        raise ConfigError(f"{source} sets {name} to {value!r}; it must be an address such as https://example.org.")
    if kind is str and isinstance(value, str) and text and text in _CHOICES.get(name, {text}):
        return text
    choices = " or ".join(sorted(_CHOICES.get(name, ())))
    expected = choices or {"bool": "true or false", "int": "a port number"}.get(getattr(kind, "__name__", ""), "text")
    raise ConfigError(f"{source} sets {name} to {value!r}; it must be {expected}.")

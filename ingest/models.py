"""The speech model: where it lies, how it gets there from the model hub, and what this machine can run it on."""

import difflib
import re
from pathlib import Path

from companion.config import MICRO, Settings
from companion.errors import ConfigError, FetchError, TranscribeError
from ingest import hub

NEEDED = ("model.bin", "config.json", "tokenizer.json")  # without the last, faster-whisper would ask the network for it
WANTED = [*NEEDED, "preprocessor_config.json", "vocabulary.*"]


def locate(model: str, settings: Settings) -> Path:
    """The folder of the model: for 'micro', for a folder, or for a faster-whisper name or the hub's 'owner/name'.

    A name is looked for in `settings.models` and otherwise downloaded there, with progress on standard error; an
    interrupted download is taken up again. `ConfigError` if there can be no such model, `TranscribeError` if there may
    be one but it cannot be had now.
    """
    folder, repository = _place(model, settings)
    if repository and _missing(folder):
        _download(model, repository, folder)
    return _checked(folder)


def held(model: str, settings: Settings) -> Path | None:
    """The model's folder if it is on this machine, None if it would have to be downloaded; errors as for `locate`."""
    folder, repository = _place(model, settings)
    return None if repository and _missing(folder) else _checked(folder)


def kept(settings: Settings) -> list[Path]:
    """The folders of the speech models that are whole in `settings.models`, by name."""
    return [folder for folder in sorted(settings.models.glob("*")) if not _missing(folder)]


def choose_device(settings: Settings) -> tuple[str, str]:
    """(device, compute type) in CTranslate2's words; 'auto' becomes the fastest that hears as well.

    That is float16 on a graphics card, int8 on a processor. `ConfigError` for what this machine cannot do.
    """
    import ctranslate2

    device = settings.device
    if device == "auto":
        device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    try:
        supported = ctranslate2.get_supported_compute_types(device)
    except (RuntimeError, ValueError) as error:
        raise ConfigError(f"device “{device}” cannot be used here ({error}); it may be auto, cpu or cuda.") from error
    if settings.compute_type != "auto":
        if settings.compute_type not in supported:
            raise ConfigError(
                f"compute type “{settings.compute_type}” is nothing this {device} can do; "
                f"it may be auto or {', '.join(sorted(supported))}."
            )
        return device, settings.compute_type
    best = ("float16", "int8") if device == "cuda" else ("int8",)
    return device, next((kind for kind in best if kind in supported), "float32")


def _place(model: str, settings: Settings) -> tuple[Path, str | None]:
    """The folder the model is or would be in, and its name on the hub if it can be fetched from there."""
    if model == MICRO:
        import companion.demo

        return Path(companion.demo.__path__[0]) / "whisper-micro", None
    # The table behind available_models(), which does not tell where the hub has each.
    from faster_whisper.utils import _MODELS as known

    folder = Path(model).expanduser()
    if model not in known and folder.is_dir():
        return folder, None
    if model not in known and not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", model):
        close = difflib.get_close_matches(model, [*known, MICRO], n=3) or [MICRO, *known]
        raise ConfigError(
            f"“{model}” is neither a folder nor a known speech model. Did you mean {', '.join(close)}? "
            "Others of the model hub are named owner/name."
        )
    return settings.models / model.replace("/", "--"), known.get(model, model)


def _checked(folder: Path) -> Path:
    if missing := _missing(folder):
        raise ConfigError(
            f"{folder} is not a speech model for faster-whisper: {' and '.join(missing)} missing. "
            "Other kinds of Whisper models must be converted to CTranslate2's format first."
        )
    return folder.resolve()


def _missing(folder: Path) -> list[str]:
    return [name for name in NEEDED if not (folder / name).is_file()]


def _download(model: str, repository: str, folder: Path) -> None:
    try:
        hub.download(repository, folder, WANTED)
    except FetchError as error:
        raise TranscribeError(
            f"The speech model “{model}” is not on this machine and cannot be fetched from the model hub "
            f"({error.message}). Try again when it can be reached, or put the files of {repository} "
            f"({', '.join(WANTED)}) into {folder}. `companion demo` works without it."
        ) from error

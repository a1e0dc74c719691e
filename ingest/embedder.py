"""The sentence encoder's way into the data folder: from the model hub, or from a folder or file that is given."""

import shutil
from pathlib import Path

from companion.config import Settings
from companion.errors import ConfigError, FetchError
from companion.tagging.encoder import TOKENIZER, Encoder, find, open_encoder
from ingest import hub

REPOSITORY = "Xenova/all-MiniLM-L6-v2"  # int8 with a scale per column; the authors' own int8 files lose more
WANTED = ("onnx/model_quantized.onnx", TOKENIZER)


def get(settings: Settings, source: Path | None = None) -> Encoder:
    """Puts the encoder of `source`, or the hub's, into `settings.embedder` and opens it.

    It is tried out first and replaces the one before whole or not at all. `ConfigError` if it is no sentence encoder or
    cannot be written, `FetchError` if the hub cannot be reached.
    """
    part = settings.embedder.with_name("embedder.part")
    fetched, made, old = part / "hub", part / "new", part / "old"
    if source is None:
        _download(fetched)
    try:
        for left in (made, old):  # by a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        made.mkdir(parents=True)
        for file, name in zip(find(source or fetched), ("model.onnx", TOKENIZER), strict=True):
            shutil.copyfile(file, made / name)
        encoder = open_encoder(made)
        if settings.embedder.exists():
            settings.embedder.rename(old)
        made.rename(settings.embedder)
    except OSError as error:
        raise ConfigError(f"{settings.embedder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return encoder


def _download(folder: Path) -> None:
    try:
        hub.download(REPOSITORY, folder, WANTED)
    except FetchError as error:
        raise FetchError(
            f"The sentence encoder cannot be fetched from the model hub ({error.message}). Try again when it can be "
            f"reached, or bring {' and '.join(WANTED)} of {REPOSITORY} here another way and give their folder: "
            "companion models get embedder --from FOLDER. Everything works without it, only not quite as well.",
            url=error.url,
        ) from error

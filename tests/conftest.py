"""How many tests run side by side, and the sentence encoder that those of several rooms use, kept in pytest's cache."""

import hashlib
import os
from pathlib import Path

import minilm
import pytest
from filelock import FileLock


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three for every two cores: a browser is waited for as long as it works."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.fixture(scope="session")
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real int8 encoder; where it cannot be made, its tests are skipped and say so."""
    cache = getattr(request.config, "cache", None)  # pytest may run without
    shelf = Path(cache.mkdir("minilm")) if cache else tmp_path_factory.mktemp("minilm")
    folder = shelf / hashlib.blake2b(Path(minilm.__file__).read_bytes(), digest_size=4).hexdigest()
    with FileLock(shelf / "lock"):  # tests may run side by side
        try:
            return folder if folder.is_dir() else minilm.make(folder)
        except minilm.MissingError as error:
            pytest.skip(f"NOT tested with a sentence encoder: {error}")

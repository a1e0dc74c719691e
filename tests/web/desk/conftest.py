"""A desk of its own for each test, over the podcast of all the tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from entering import HERE, NORA, TOM, Clock, let_in
from litestar.testing import TestClient

from companion.config import Settings
from web.app import create_app


@pytest.fixture(scope="session")
def keys(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a producer and an editor have keys."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    shutil.copytree(settings.data, folder)
    let_in(Settings(data=folder), NORA, TOM)
    return folder


@pytest.fixture
def own(keys: Path, tmp_path: Path) -> Settings:
    """That folder, to be changed."""
    shutil.copytree(keys, tmp_path / "data")
    return Settings(data=tmp_path / "data")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visitor(own: Settings, clock: Clock) -> Iterator[TestClient]:
    """Somebody who has come to the desk's door."""
    with TestClient(create_app(own, clock), base_url=HERE, raise_server_exceptions=False) as client:
        yield client

"""The site over a small real podcast: in-process, and on loopback."""

from collections.abc import Iterator

import podcast
import pytest
from entering import serving
from litestar.testing import TestClient

from companion.config import Settings
from web.app import create_app


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data=tmp_path_factory.mktemp("data"))
    podcast.fill(made)
    return made


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def site(settings: Settings) -> Iterator[str]:
    """The address of the site, served by uvicorn on loopback."""
    with serving(create_app(settings)) as address:
        yield address

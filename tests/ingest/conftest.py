"""A web host on loopback, a fetcher that does not really sleep, and the shared real feeds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Host

from ingest.fetch import HttpFetcher


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


@pytest.fixture
def naps() -> list[float]:
    """The seconds the fetcher would have slept."""
    return []


@pytest.fixture
def fetcher(naps: list[float]) -> HttpFetcher:
    return HttpFetcher(allow_private=True, sleep=naps.append)


@pytest.fixture(scope="session")
def shared_feeds() -> Path:
    """Nine real feeds, which lie beside the project and are not part of it."""
    folder = Path(__file__).parents[2].parent / "shared" / "feeds"
    if not (folder / "manifest.json").exists():
        pytest.skip(f"no real feeds at {folder}: their facts are NOT checked")
    return folder

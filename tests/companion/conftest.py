"""A store with one episode in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import FEED, episode

from companion.store import Store, Validators


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "companion.db") as store:
        store.feeds.save(FEED, (episode(),), Validators(etag='"1"', modified=None))
        yield store

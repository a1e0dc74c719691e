"""The maker of large databases, in small: what it makes is a podcast like any other, and its words are found."""

from pathlib import Path

from bench import large
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from companion.themes import themes
from web.app import create_app


def test_what_is_made_is_a_podcast_like_any_other(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    large.make(settings, 3)
    with Store.open(settings.database) as store:
        episodes = store.feeds.episodes()
        assert len(episodes) == 3
        for episode in episodes:
            said = store.transcripts.get(episode.id)
            assert said is not None
            assert len(said.segments) == large.SEGMENTS
            lengths = [len(segment.text.split()) for segment in said.segments]
            assert 10 < sum(lengths) / len(lengths) < 13
            spoken = {(segment.start, segment.text) for segment in said.segments}
            for clip in store.moments.of_episode(episode.id):
                assert (clip.moment.span.start, clip.moment.quote) in spoken
                assert clip.moment.theme in themes()
        quote = store.moments.find()[0].moment.quote
    with TestClient(create_app(settings)) as client:
        found = client.get("/api/search", params={"q": f'"{quote}"'}).json()
        assert quote in [hit["text"] for hit in found["hits"]]


def test_the_same_is_made_again(tmp_path: Path) -> None:
    first, second = Settings(data=tmp_path / "1"), Settings(data=tmp_path / "2")
    for settings in (first, second):
        large.make(settings, 2)
    with Store.open(first.database) as one, Store.open(second.database) as other:
        assert one.moments.find() == other.moments.find()
        assert [one.transcripts.get(episode.id) for episode in one.feeds.episodes()] == [
            other.transcripts.get(episode.id) for episode in other.feeds.episodes()
        ]

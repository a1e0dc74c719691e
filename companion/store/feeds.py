"""Feeds and their episodes, as last published."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from companion.errors import GoneError, NotFoundError
from companion.feeds import Enclosure, Episode, Feed, Person, PublishedTranscript, Soundbite, plain_text
from companion.store.connection import Connection, Row
from companion.store.gone import is_gone
from companion.store.vocabulary import Vocabulary

_FEED = "id, url, title, link, language, description, image, author"
_EPISODE = (
    "id, feed, guid, title, published, duration, season, number, type, explicit, image, link, notes, "
    "enclosure, transcripts, chapters, soundbites, persons"
)
_NEWEST_FIRST = "published desc, season desc, number desc, key"
_AT_ONCE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What the host gave with the last good answer, for the next conditional request."""

    etag: str | None
    modified: str | None


class Feeds:
    """Reads and writes feeds and episodes."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def all(self) -> tuple[Feed, ...]:
        """Every feed, by id."""
        return tuple(Feed(**row) for row in self._c.all(f"select {_FEED} from feeds order by id"))

    def get(self, id: str) -> Feed:
        """One feed; `NotFoundError` if there is none."""
        row = self._c.one(f"select {_FEED} from feeds where id = :id", id=id)
        if row is None:
            known = ", ".join(feed.id for feed in self.all())
            raise NotFoundError("feed", id, f"Known are: {known}." if known else "Add one with: companion add WHAT")
        return Feed(**row)

    def validators(self, id: str) -> Validators:
        """The stored ETag and Last-Modified of a feed."""
        row = self._c.one("select etag, modified from feeds where id = :id", id=id)
        return Validators(**row) if row else Validators(etag=None, modified=None)

    def save(self, feed: Feed, episodes: tuple[Episode, ...], validators: Validators, *, drafts: bool = False) -> None:
        """Stores a feed and its episodes; what vanished from the feed is kept, what changed is updated.

        With `drafts`, new episodes wait until somebody publishes them.
        """
        with self._c.atomic():
            self._c.run(
                f"""
                insert into feeds ({_FEED}, etag, modified)
                values (:id, :url, :title, :link, :language, :description, :image, :author, :etag, :modified)
                on conflict (id) do update set url = excluded.url, title = excluded.title, link = excluded.link,
                    language = excluded.language, description = excluded.description, image = excluded.image,
                    author = excluded.author, etag = excluded.etag, modified = excluded.modified
                """,
                **asdict(feed),
                **asdict(validators),
            )
            for episode in episodes:
                self._save(episode, draft=drafts)

    def _save(self, episode: Episode, *, draft: bool) -> None:
        columns = [name.strip() for name in f"{_EPISODE}, notes_text".split(",")]
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in ("id", "feed", "guid"))
        vocabulary = Vocabulary(self._c)
        new = self._c.one("select 1 from episodes where id = :id", id=episode.id) is None
        before = vocabulary.notes(episode.id)
        self._c.run(
            f"insert into episodes ({', '.join(columns)}) values ({', '.join(f':{name}' for name in columns)}) "
            f"on conflict (id) do update set {changes}",
            **_episode_row(episode),
        )
        if draft and new:
            self._c.run("insert into drafts (episode) values (:id)", id=episode.id)
        vocabulary.exchange(before, vocabulary.notes(episode.id))

    def episodes(
        self, feed: str | None = None, season: int | None = None, *, limit: int | None = None, offset: int = 0
    ) -> tuple[Episode, ...]:
        """Episodes, newest first; of one feed or one season if asked."""
        rows = self._c.all(
            f"""
            select {_EPISODE} from episodes
            where (:feed is null or feed = :feed) and (:season is null or season = :season)
            order by {_NEWEST_FIRST} limit coalesce(:limit, -1) offset :offset
            """,
            feed=feed,
            season=season,
            limit=limit,
            offset=offset,
        )
        return tuple(_episode(row) for row in rows)

    def newest(self) -> Iterator[Episode]:
        """Every episode, newest first, read only as far as the caller goes."""
        offset = 0
        while some := self.episodes(limit=_AT_ONCE, offset=offset):
            yield from some
            offset += _AT_ONCE

    def order(self) -> tuple[tuple[str, int | None], ...]:
        """The id and season of every episode, newest first."""
        rows = self._c.all(f"select id, season from episodes order by {_NEWEST_FIRST}")
        return tuple((row["id"], row["season"]) for row in rows)

    def count(self, *, season: int | None = None) -> int:
        """How many episodes there are, in all or in one season."""
        row = self._c.one("select count(*) as n from episodes where :season is null or season = :season", season=season)
        assert row is not None  # count(*) always has a row
        return int(row["n"])

    def episode(self, id: str) -> Episode:
        """One episode; `NotFoundError` if there is none."""
        row = self._c.one(f"select {_EPISODE} from episodes where id = :id", id=id)
        if row is None:
            if is_gone(self._c, id):
                raise GoneError("episode", id)
            raise NotFoundError("episode", id, "companion status lists them.")
        return _episode(row)

    def some(self, ids: Iterable[str]) -> tuple[Episode, ...]:
        """The episodes with these ids, those that there are, in no order."""
        rows = self._c.all(
            f"select {_EPISODE} from episodes where id in (select value from json_each(:ids))", ids=json.dumps([*ids])
        )
        return tuple(_episode(row) for row in rows)


def _episode_row(episode: Episode) -> dict[str, Any]:
    row = asdict(episode)
    row["published"] = episode.published.isoformat() if episode.published else None
    row["notes_text"] = plain_text(episode.notes)
    row["enclosure"] = json.dumps(row["enclosure"]) if episode.enclosure else None
    for name in ("transcripts", "soundbites", "persons"):
        row[name] = json.dumps(row[name])
    return row


def _episode(row: Row) -> Episode:
    values = dict(row)
    values["published"] = datetime.fromisoformat(row["published"]) if row["published"] else None
    values["explicit"] = bool(row["explicit"])
    values["enclosure"] = Enclosure(**json.loads(row["enclosure"])) if row["enclosure"] else None
    values["transcripts"] = tuple(PublishedTranscript(**one) for one in json.loads(row["transcripts"]))
    values["soundbites"] = tuple(Soundbite(**one) for one in json.loads(row["soundbites"]))
    values["persons"] = tuple(Person(**one) for one in json.loads(row["persons"]))
    return Episode(**values)

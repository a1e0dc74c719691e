"""The chapters that a podcast publishes in a file of their own, as they were read."""

import json

from companion.chapters import Chapter
from companion.store.connection import Connection


class Parts:
    """Reads and writes the published chapters of episodes."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def get(self, episode: str) -> tuple[Chapter, ...] | None:
        """An episode's published chapters in order of time, None while none were read."""
        row = self._c.one("select chapters from parts where episode = :episode", episode=episode)
        return tuple(Chapter(start=start, title=title) for start, title in json.loads(row["chapters"])) if row else None

    def save(self, episode: str, chapters: tuple[Chapter, ...]) -> None:
        """Keeps what the file says; a later one replaces it."""
        with self._c.atomic():
            self._c.run(
                """
                insert into parts (episode, chapters) values (:episode, :chapters)
                on conflict (episode) do update set chapters = excluded.chapters
                """,
                episode=episode,
                chapters=json.dumps([[one.start, one.title] for one in chapters], ensure_ascii=False),
            )

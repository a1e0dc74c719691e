"""The audio files that were fetched: their names, sizes and decoded lengths (the files lie in `Settings.audio`)."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from companion.store.connection import Connection

PEAKS = 50  # a second: fine enough to see where a word ends


@dataclass(frozen=True, kw_only=True, slots=True)
class Audio:
    """An episode's audio: `file` is our own name for it, `type` what it is served as, `seconds` its decoded length."""

    episode: str
    file: str
    type: str
    size: int
    seconds: float
    sha256: str

    @property
    def peaks(self) -> str:
        """The name of the file of its peaks: `PEAKS` bytes for each second, the loudest sample's size, 0 to 255."""
        return f"{self.sha256}.peaks"


class Media:
    """Reads and writes what is known of the audio files."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def get(self, episode: str) -> Audio | None:
        """The audio of an episode, None while there is none."""
        row = self._c.one(
            "select episode, file, type, size, seconds, sha256 from media where episode = :episode", episode=episode
        )
        return Audio(**row) if row else None

    def served(self, episode: str) -> Audio | None:
        """The audio that may be heard: silent where it is redacted; None while that copy is still to be made."""
        row = self._c.one(
            "select episode, file, type, size, seconds, sha256 from heard where episode = :episode", episode=episode
        )
        return Audio(**row) if row else None

    def some(self, episodes: Iterable[str]) -> tuple[Audio, ...]:
        """The audio of those of these episodes that have any, in no order."""
        rows = self._c.all(
            """
            select episode, file, type, size, seconds, sha256 from media
            where episode in (select value from json_each(:episodes))
            """,
            episodes=json.dumps([*episodes]),
        )
        return tuple(Audio(**row) for row in rows)

    def save(self, audio: Audio) -> None:
        """Records a fetched file. What was recognised in another file of this episode is begun anew."""
        with self._c.atomic():
            self._c.run("delete from windows where episode = :episode", episode=audio.episode)
            self._c.run(
                """
                insert into media (episode, file, type, size, seconds, sha256)
                values (:episode, :file, :type, :size, :seconds, :sha256)
                on conflict (episode) do update set file = excluded.file, type = excluded.type, size = excluded.size,
                    seconds = excluded.seconds, sha256 = excluded.sha256
                """,
                **asdict(audio),
            )

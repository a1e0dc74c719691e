"""The built-in podcast's script as types, read from script.toml."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One written turn: `theme` is what it shows, `near_miss` what it only looks like, `pause` seconds before it."""

    speaker: str
    text: str
    theme: str | None
    near_miss: str | None
    pause: float | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """The turn's sentences, each spoken and timed by itself."""
        return tuple(re.split(r"(?<=[.?!]) ", self.text))


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """One written episode. `published` is in UTC; `soundbite` are the words with which the soundbite begins."""

    guid: str
    season: int
    number: int
    title: str
    published: datetime
    prompt: str
    notes: str
    soundbite: str
    transcript: bool
    lines: tuple[Line, ...]

    @property
    def stem(self) -> str:
        """The name of the episode's files, without their ending."""
        return f"s{self.season}e{self.number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Podcast:
    """The podcast as written; `voices` gives each speaker's flite voice, the therapist first."""

    title: str
    author: str
    link: str
    description: str
    voices: dict[str, str]
    episodes: tuple[Script, ...]


def read(path: Path = FOLDER / "script.toml") -> Podcast:
    """The podcast that script.toml writes, episodes in order of publication."""
    toml = tomllib.loads(path.read_text("utf-8"))
    episodes = (
        Script(
            **{key: value for key, value in table.items() if key not in {"turns", "transcript"}},
            transcript=table.get("transcript", False),
            lines=tuple(_line(turn) for turn in table["turns"]),
        )
        for table in toml["episode"]
    )
    return Podcast(**toml["podcast"], voices=toml["voices"], episodes=tuple(episodes))


def _line(turn: dict[str, str | float]) -> Line:
    optional: dict[str, str | float | None] = {"theme": None, "near_miss": None, "pause": None}
    return Line(**(optional | turn))  # type: ignore[arg-type]  # a wrong key or type is the author's to see

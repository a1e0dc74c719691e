"""What the API answers: one frozen type per answer. Addresses are whole, times are seconds, days are in UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from companion.moments import State
from companion.themes import Kind
from companion.transcripts import Segment, Source


class Shown(StrEnum):
    """Whether a person has agreed to a moment (accepted), or nobody has looked at it yet (proposed)."""

    PROPOSED = State.PROPOSED
    ACCEPTED = State.ACCEPTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What went wrong (RFC 9457)."""

    status: int
    title: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """One podcast, as its feed describes it; the feed's address is not told, as it may hold a subscriber's key."""

    id: str
    title: str
    author: str
    description: str
    language: str | None
    link: str | None
    image: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Podcast:
    """What this site is about: its feeds (mostly one), and how much there is."""

    feeds: tuple[Feed, ...]
    episodes: int
    moments: int
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Audio:
    """The copy of an episode's audio that all times refer to; it answers byte ranges."""

    url: str
    type: str
    seconds: float
    bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """One episode. `notes` is sanitised HTML, `prompt` the week's prompt found in it; `moments` counts.

    `caution` is what is to be said before it is played, mostly empty.
    """

    id: str
    feed: str
    title: str
    published: datetime | None
    season: int | None
    number: int | None
    explicit: bool
    seconds: float | None
    notes: str
    prompt: str | None
    link: str | None
    image: str | None
    audio: Audio | None
    caution: str
    moments: int
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Episodes:
    """Episodes, newest first: one page of all `total`, and where the pages around it are."""

    total: int
    previous: str | None
    next: str | None
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """What is said in an episode. `words` of a segment are empty where no word times exist."""

    episode: str
    source: Source
    model: str
    language: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A stretch of talk that shows a theme. `score` is the tagger's, 0 to 1; `note` the reviewer's, mostly empty.

    `caution` is what is to be said before it is played, mostly empty.
    """

    id: str
    theme: str
    episode: str
    episode_title: str
    start: float
    end: float
    quote: str
    speaker: str | None
    before: str
    after: str
    state: Shown
    score: float
    why: str
    note: str
    caution: str
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """Moments, those that a person agreed to first, then by score: one page of all `total`."""

    total: int
    previous: str | None
    next: str | None
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """One theme: what it is and is not; `answered_by` names the skills that answer a block. `moments` counts."""

    slug: str
    name: str
    kind: Kind
    definition: str
    sounds_like: tuple[str, ...]
    is_not: tuple[str, ...]
    answered_by: tuple[str, ...]
    moments: int
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Themes:
    """All themes, in editorial order."""

    themes: tuple[Theme, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of an exercise; `hear` is the slug of a theme to hear an example of first, or null."""

    text: str
    hear: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise; `turns` is how many minutes each of the two has the floor, 0 where nobody takes turns."""

    slug: str
    title: str
    themes: tuple[str, ...]
    minutes: int
    turns: int
    together: bool
    why: str
    steps: tuple[Step, ...]
    prompts: tuple[str, ...]
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercises:
    """All exercises, in editorial order."""

    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Something found. `marks` are the places of the matched words in `text`, as [from, to) characters.

    `start` is the second at which they are said, null in show notes; `moment` is the id of the moment that it is.
    """

    kind: Literal["moment", "passage", "notes"]
    text: str
    marks: tuple[tuple[int, int], ...]
    episode: str
    episode_title: str
    start: float | None
    end: float | None
    speaker: str | None
    themes: tuple[str, ...]
    moment: str | None
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """What was found: moments first, then passages, then show notes; one page of all `total`."""

    total: int
    previous: str | None
    next: str | None
    hits: tuple[Hit, ...]

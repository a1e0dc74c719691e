"""What pages share: one frozen type per part of a page."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from companion.chapters import Chapter
from companion.feeds import Episode
from companion.moments import Clip
from companion.themes import Theme


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What every page says of the whole: the podcast's name and page, and where the static files lie.

    `noindex` asks search engines to leave the page out. `origin` is the site's address from outside and `path` the
    page's on it; both are "" for pages that are not to be passed on. `back` leads from a preview to the desk, and is
    "" elsewhere.
    """

    podcast: str
    link: str | None
    static: str
    noindex: bool
    origin: str
    path: str
    back: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Play:
    """What the player needs to play something: an audio address, seconds, and the words to show meanwhile.

    `end` is None to play on; `page` is where pressing the words leads.
    """

    audio: str
    start: float
    end: float | None
    words: str
    by: str
    theme: Theme | None
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentCard:
    """One moment, wherever it stands; `play` is None while its episode has no audio here.

    `caution` is what is said before it is played, "" for nothing.
    """

    clip: Clip
    theme: Theme
    episode: Episode
    play: Play | None
    caution: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One moment on a timeline: `at` is in percent of its length, `lane` how high it stands, from 0."""

    at: float
    lane: int
    start: float
    theme: Theme
    moment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeCard:
    """One episode in a list: `seconds` is None where its length is unknown; then it has no marks either."""

    episode: Episode
    seconds: float | None
    moments: int
    marks: tuple[Mark, ...]

    @property
    def lanes(self) -> int:
        """How many lanes its marks need."""
        return max((mark.lane for mark in self.marks), default=0) + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One segment of a transcript. `words` holds the start of each word in hundredths of a second after `start`.

    `themes` are those of the moments it belongs to, `cards` the moments that begin on it. `linked` says that the
    address asked for all of it; where it asked for a part, `pieces` holds the text with whether it was.
    """

    start: float
    end: float
    text: str
    words: str
    themes: tuple[str, ...]
    cards: tuple[MomentCard, ...]
    linked: bool
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Lines of one speaker; `speaker` is None where the one before goes on, `voice` numbers the speakers from 1.

    `chapter` is the one that begins here.
    """

    start: float
    chapter: Chapter | None
    speaker: str | None
    voice: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """One search hit that is no moment: pieces of text, each with whether it matched.

    `caution` is what is said before it is played, "" for nothing.
    """

    pieces: tuple[tuple[str, bool], ...]
    title: str
    start: float | None
    speaker: str | None
    page: str
    play: Play | None
    caution: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundMoment:
    """One search hit that is a moment, its words as pieces."""

    card: MomentCard
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """The week's prompt of an episode."""

    episode: Episode
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeCard:
    """One theme in a list, with how many moments it has."""

    theme: Theme
    moments: int


class Page(Protocol):
    """What any template is given."""

    template: ClassVar[str]

    @property
    def site(self) -> Site:
        """What every page says of the whole."""

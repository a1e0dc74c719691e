"""What each template is given: one frozen type per template, and the parts they share."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from companion.exercises import Exercise
from companion.feeds import Episode
from companion.moments import Clip
from companion.resources import Resource
from companion.themes import Theme


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What every page says of the whole: the podcast's name and page, and where the static files lie."""

    podcast: str
    link: str | None
    static: str


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
    """One moment, wherever it stands; `play` is None while its episode has no audio here."""

    clip: Clip
    theme: Theme
    episode: Episode
    play: Play | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One moment on a timeline: `at` is in percent of its length."""

    at: float
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One segment of a transcript. `words` holds the start of each word in hundredths of a second after `start`.

    `themes` are those of the moments it belongs to, `cards` the moments that begin on it, `linked` says that the
    address asked for this stretch.
    """

    start: float
    end: float
    text: str
    words: str
    themes: tuple[str, ...]
    cards: tuple[MomentCard, ...]
    linked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Lines of one speaker; `speaker` is None where the one before goes on, `voice` numbers the speakers from 1."""

    start: float
    speaker: str | None
    voice: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """One search hit that is no moment: pieces of text, each with whether it matched."""

    pieces: tuple[tuple[str, bool], ...]
    title: str
    start: float | None
    speaker: str | None
    page: str
    play: Play | None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """The first thing a visitor sees."""

    template: ClassVar[str] = "public/home.html"
    site: Site
    listen: MomentCard | None
    skills: tuple[ThemeCard, ...]
    blocks: tuple[ThemeCard, ...]
    patterns: tuple[ThemeCard, ...]
    newest: tuple[EpisodeCard, ...]
    prompt: Prompt | None
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """What was found: moments, passages, show notes; `total` counts all pages, `themes` can be chosen."""

    template: ClassVar[str] = "public/search.html"
    site: Site
    text: str
    theme: Theme | None
    themes: tuple[Theme, ...]
    total: int
    moments: tuple[FoundMoment, ...]
    passages: tuple[Passage, ...]
    notes: tuple[Passage, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodesPage:
    """All episodes, or one season's."""

    template: ClassVar[str] = "public/episodes.html"
    site: Site
    cards: tuple[EpisodeCard, ...]
    seasons: tuple[int, ...]
    season: int | None
    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodePage:
    """One episode: player, transcript, moments, notes. `play` starts where the address says."""

    template: ClassVar[str] = "public/episode.html"
    site: Site
    card: EpisodeCard
    play: Play | None
    paragraphs: tuple[Paragraph, ...]
    source: str
    moments: tuple[MomentCard, ...]
    notes: Markup
    prompt: Prompt | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentPage:
    """One moment, why it is one, and what to do with it."""

    template: ClassVar[str] = "public/moment.html"
    site: Site
    card: MomentCard
    reviewed: bool
    place: EpisodeCard
    exercises: tuple[Exercise, ...]
    previous: MomentCard | None
    next: MomentCard | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemesPage:
    """All themes by kind."""

    template: ClassVar[str] = "public/themes.html"
    site: Site
    skills: tuple[ThemeCard, ...]
    blocks: tuple[ThemeCard, ...]
    patterns: tuple[ThemeCard, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemePage:
    """One theme with its examples; `answers` are the skills that answer a block, or the blocks a skill answers."""

    template: ClassVar[str] = "public/theme.html"
    site: Site
    theme: Theme
    answers: tuple[Theme, ...]
    moments: tuple[MomentCard, ...]
    total: int
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExercisesPage:
    """All exercises, the themes of each by its slug, the newest prompts, and where else to look."""

    template: ClassVar[str] = "public/exercises.html"
    site: Site
    exercises: tuple[Exercise, ...]
    themes_of: dict[str, tuple[Theme, ...]]
    prompts: tuple[Prompt, ...]
    resources: tuple[Resource, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExercisePage:
    """One exercise with moments to hear first."""

    template: ClassVar[str] = "public/exercise.html"
    site: Site
    exercise: Exercise
    themes: tuple[Theme, ...]
    moments: tuple[MomentCard, ...]
    resources: tuple[Resource, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekPage:
    """The week's prompt of one episode as a small exercise."""

    template: ClassVar[str] = "public/week.html"
    site: Site
    prompt: Prompt
    moments: tuple[MomentCard, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorPage:
    """What went wrong and what to do."""

    template: ClassVar[str] = "error.html"
    site: Site
    status: int
    title: str
    message: str


Page = (
    HomePage
    | SearchPage
    | EpisodesPage
    | EpisodePage
    | MomentPage
    | ThemesPage
    | ThemePage
    | ExercisesPage
    | ExercisePage
    | WeekPage
    | ErrorPage
)

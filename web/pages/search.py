"""What the search page is given."""

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from companion.exercises import Exercise
from companion.themes import Theme
from web.pages.parts import FoundMoment, Passage, Site

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A link to another search; `count` is how much it would leave, None where that is not counted."""

    label: str
    href: str
    count: int | None = None
    theme: Theme | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """One thing that results differ in, with what to choose from."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Generic[T]):
    """The best results of one episode; `more` leads to its others, None where these are all."""

    results: tuple[T, ...]
    more: Option | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Section(Generic[T]):
    """Results of one kind, by episode; `all` leads to those that do not fit here."""

    groups: tuple[Group[T], ...]
    total: int
    all: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """A search for what was probably meant: what that is, and the way back to what was typed."""

    shown: Option
    typed: Option


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """What may help where nothing was found: other spelling, the same without quotation marks or filters, a theme."""

    spelling: Option | None
    unquoted: Option | None
    theme: Theme | None
    unfiltered: Option | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """What was found. `text` stands in the box, `asked` are its words alone; `filters` lead to the search without each.

    `total` counts results but for exercises, `capped` says that there are more. `also` are words that widened the
    search, `exactly` leads to it without them; `most` says that nothing has all of the words. `topic` is the theme they
    are a name for.
    """

    template: ClassVar[str] = "public/search.html"
    site: Site
    text: str
    asked: str
    started: bool
    filters: tuple[Option, ...]
    total: int
    capped: bool
    mended: Mended | None
    also: tuple[Option, ...]
    exactly: str | None
    most: bool
    topic: Theme | None
    facets: tuple[Facet, ...]
    moments: Section[FoundMoment]
    passages: Section[Passage]
    episodes: Section[Passage]
    exercises: tuple[Exercise, ...]
    nothing: Nothing | None
    whole: str | None
    previous: str | None
    next: str | None

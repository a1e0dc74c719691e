"""The language of the search box: words, "phrases", -left out, and speaker:, theme:, season:, episode:."""

import re
from dataclasses import dataclass, replace

from companion.themes import themes

_LONGEST = 2000  # characters that are read; nobody remembers more of a sentence
_MOST = 24  # words or phrases that are looked for

COMMON = frozenset(  # words that tell nothing of what is looked for beside any other
    """
    a about all am an and any are as at be been but by can could d did do does doing don for from get got had has have
    he her here him his how i if in into is it its just ll m may me my no nor not of on or our out re s shall she should
    so some t than that the their them then there these they this those to too up us ve was we were what when where
    which who whom whose why will with would you your
    """.split()  # noqa: SIM905
)

_CHUNK = re.compile(r'(-?)(?:(speaker|theme|season|episode):)?(?:"([^"]*)"|([^\s"]+))', re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A word or phrase: `text` as it was typed, `quoted` if its words were put in quotation marks."""

    text: str
    quoted: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Its words as the index knows them; “don't” is two."""
        return tuple(_WORD.findall(self.text.lower()))

    def __str__(self) -> str:
        return f'"{self.text}"' if self.quoted else self.text


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What was asked: all of `terms`, none of `without`, and only where the four filters fit.

    `theme` is a slug, or what was typed where there is no such theme; `episode` is an id, a number or words of a title.
    """

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    speaker: str | None = None
    theme: str | None = None
    season: int | None = None
    episode: str | None = None

    def __str__(self) -> str:
        """The query as it could have been typed; parsing this gives the same query."""
        parts = [str(term) for term in self.terms]
        parts += [f"-{term}" for term in self.without]
        for name in ("speaker", "theme", "season", "episode"):
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{name}:{value}" if re.fullmatch(r'[^\s"]+', str(value)) else f'{name}:"{value}"')
        return " ".join(parts)

    @property
    def text(self) -> str:
        """The words and phrases alone."""
        return " ".join(str(term) for term in self.terms)

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return any(value is not None for value in (self.speaker, self.theme, self.season, self.episode))

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing that could be found."""
        return not self.terms and not self.filtered

    def with_words(self, text: str) -> "Query":
        """The same filters with other words."""
        return replace(self, terms=parse(text).terms)


def parse(text: str) -> Query:
    """Any text as a query; what has no letters or digits is left out, and nothing is an error."""
    straight = re.sub("[“”„«»]", '"', text[:_LONGEST].replace("_", " ").replace("\x00", " "))
    terms: dict[tuple[str, ...], Term] = {}
    without: dict[tuple[str, ...], Term] = {}
    filters: dict[str, str] = {}
    for minus, field, quoted, bare in _CHUNK.findall(straight):
        value = (quoted or bare).strip()
        if field and not minus and _fits(field.lower(), value):
            filters[field.lower()] = value
            continue
        term = Term(text=f"{field}:{value}" if field else value, quoted=bool(quoted))
        if term.words:
            (without if minus else terms).setdefault(term.words, term)
    return Query(
        terms=tuple(terms.values())[:_MOST],
        without=tuple(without.values())[:_MOST],
        speaker=filters.get("speaker"),
        theme=theme_slug(filters["theme"]) if "theme" in filters else None,
        season=int(filters["season"]) if "season" in filters else None,
        episode=filters.get("episode"),
    )


def _fits(field: str, value: str) -> bool:
    if field == "season":
        return value.isascii() and value.isdigit() and len(value) < 6
    return bool(_WORD.search(value))


def theme_slug(text: str) -> str:
    """The slug of a theme by its slug, its name or how either begins; the text itself where there is none."""
    asked = _plain(text)
    for names in (lambda slug, name: asked in (slug, name), lambda slug, name: slug.startswith(asked)):
        for theme in themes().values():
            if asked and names(_plain(theme.slug), _plain(theme.name)):
                return theme.slug
    return text


def _plain(text: str) -> str:
    return "-".join(_WORD.findall(text.casefold()))

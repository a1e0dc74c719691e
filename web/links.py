"""The addresses of this site, in one place: handlers answer them, pages link to them."""

from urllib.parse import quote, urlencode

from companion.timecode import Span, fragment


def episode(id: str, at: float | Span | None = None) -> str:
    """An episode's page; `at` opens it at a second, or at a stretch that is played and then stops."""
    address = f"/episodes/{quote(id, safe='')}"
    if at is None:
        return address
    return f"{address}?t={fragment(at) if isinstance(at, Span) else fragment(Span(start=at, end=at)).split(',')[0]}"


def audio(id: str) -> str:
    """An episode's audio, answering ranges."""
    return f"{episode(id)}/audio"


def moment(id: str) -> str:
    """A moment's page."""
    return f"/moments/{quote(id, safe='')}"


def theme(slug: str) -> str:
    """A theme's page."""
    return f"/themes/{quote(slug, safe='')}"


def exercise(slug: str) -> str:
    """An exercise's page."""
    return f"/exercises/{quote(slug, safe='')}"


def week(id: str) -> str:
    """An episode's weekly prompt, as an exercise."""
    return f"/exercises/week/{quote(id, safe='')}"


def search(text: str, *, theme: str | None = None, page: int = 1) -> str:
    """A search; the address holds its whole state."""
    query = {"q": text} | ({"theme": theme} if theme else {}) | ({"page": str(page)} if page > 1 else {})
    return f"/search?{urlencode(query)}"


def episodes(*, season: int | None = None, page: int = 1) -> str:
    """The list of episodes, or of one season's."""
    query = ({"season": str(season)} if season is not None else {}) | ({"page": str(page)} if page > 1 else {})
    return "/episodes" + (f"?{urlencode(query)}" if query else "")

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


def publishing(id: str, section: str = "") -> str:
    """The desk's page on which an episode is published and protected, or one section of it."""
    return f"{review(id)}/publish" + (f"#{section}" if section else "")


def review(id: str) -> str:
    """The desk's page on which an episode's moments are decided; what else is done with it begins with this address."""
    return f"/desk{episode(id)}"


def peaks(id: str) -> str:
    """How loud an episode's audio is, for the desk's waveforms."""
    return f"{review(id)}/peaks"


def desk_audio(id: str) -> str:
    """An episode's audio as it came, whether or not the public hears it, for people at the desk."""
    return f"/desk{audio(id)}"


def preview(id: str) -> str:
    """An episode's page as the public would see it, for people at the desk."""
    return f"{review(id)}/preview"


def transcript(id: str, format: str) -> str:
    """An episode's transcript as a file: vtt, srt, json or txt."""
    return f"{episode(id)}/transcript.{format}"


def episode_theme(id: str, slug: str) -> str:
    """An episode's page with only the moments of one theme."""
    return f"{episode(id)}?{urlencode({'theme': slug})}"


def moment(id: str) -> str:
    """A moment's page."""
    return f"/moments/{quote(id, safe='')}"


def embed(id: str) -> str:
    """A moment as a small player for other people's pages."""
    return f"{moment(id)}/embed"


def oembed(url: str) -> str:
    """Where other sites ask how to embed an address (absolute) of this one."""
    return f"/oembed?{urlencode({'url': url, 'format': 'json'})}"


def theme(slug: str, *, who: str | None = None, season: int | None = None) -> str:
    """A theme's page, its examples only those by `who` ("partner", "therapist") or of a season."""
    query = ({"who": who} if who else {}) | ({"season": str(season)} if season is not None else {})
    return f"/themes/{quote(slug, safe='')}" + (f"?{urlencode(query)}" if query else "")


def news(of: str) -> str:
    """The Atom feed of what is new under an address: "/moments", "/episodes", or a theme's page."""
    return f"{of}/feed.xml"


def exercise(slug: str) -> str:
    """An exercise's page."""
    return f"/exercises/{quote(slug, safe='')}"


def week(id: str) -> str:
    """An episode's weekly prompt, as an exercise."""
    return f"/exercises/week/{quote(id, safe='')}"


def search(text: str, *, only: str | None = None, exact: bool = False, page: int = 1) -> str:
    """A search; the address holds its whole state: `only` one kind of result, `exact` the words as they are."""
    query = {"q": text} | ({"in": only} if only else {})
    query |= ({"exact": "1"} if exact else {}) | ({"page": str(page)} if page > 1 else {})
    return f"/search?{urlencode(query)}"


def episodes(*, season: int | None = None, theme: str | None = None, page: int = 1) -> str:
    """The list of episodes, or of those of one season, or with moments of one theme."""
    query = {"season": str(season)} if season is not None else {}
    query |= ({"theme": theme} if theme else {}) | ({"page": str(page)} if page > 1 else {})
    return "/episodes" + (f"?{urlencode(query)}" if query else "")


def exports(id: str, format: str | None = None) -> str:
    """The desk's page with all that an episode can be written out as, or one of those files."""
    return f"{review(id)}/exports" + (f"/{format}" if format else "")


def cut(id: str, moment: str) -> str:
    """A moment cut out of its episode, as MP3."""
    return f"{exports(id)}/mp3/{quote(moment, safe='')}"


def transcribed(id: str, at: float | None = None) -> str:
    """The desk's page where an episode's transcript is corrected, at a second if given."""
    return f"{review(id)}/transcript" + (f"#t={at:g}" if at is not None else "")

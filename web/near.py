"""What an address that leads nowhere may have meant: pages with nearly that name, and words to search for."""

import re
from difflib import get_close_matches
from urllib.parse import unquote

from companion.exercises import exercises
from companion.themes import themes
from web import links
from web.pages.error import Near

_ROOMS = {"search": "Search", "episodes": "Episodes", "themes": "Themes", "exercises": "Practise", "saved": "Saved"}
_NAMES = {"practise": "exercises", "practice": "exercises", "topics": "themes", "podcast": "episodes"}
_MOST = 3


def near(path: str) -> tuple[Near, ...]:
    """The pages whose address is nearest to `path`, nearest first; none if it is like nothing here."""
    known = {slug: Near(name=name, address=f"/{slug}") for slug, name in _ROOMS.items()}
    known |= {name: known[slug] for name, slug in _NAMES.items()}
    known |= {one.slug: Near(name=one.title, address=links.exercise(one.slug)) for one in exercises().values()}
    known |= {one.slug: Near(name=one.name, address=links.theme(one.slug)) for one in themes().values()}
    asked = re.sub(r"[\W_]+", "-", _last(path)).strip("-")
    found = [known[slug] for slug in get_close_matches(asked, known, n=_MOST, cutoff=0.7)]
    return tuple(dict.fromkeys(found))


def words(path: str) -> str:
    """The words in the last part of an address, "" if it has none: a name to search for, not an id."""
    last = _last(path)
    return "" if re.search(r"\d", last) else " ".join(re.findall(r"[^\W_]{3,}", last))


def _last(path: str) -> str:
    return unquote(path).rstrip("/").rpartition("/")[2].lower()[:60]

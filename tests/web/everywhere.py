"""Every public address of a site: all routes with every id put in, and all that links lead to."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import product
from urllib.parse import quote, urlsplit

from litestar import Litestar
from litestar.testing import TestClient

from companion.exercises import exercises
from companion.themes import themes

_LINK = re.compile(r'(?:href|src|content|url)"?[=:]\s*"([^"]+)"|<loc>([^<]+)</loc>|(?:href|src)=\'([^\']+)\'')
_PART = re.compile(r"\{(\w+)(?::\w+)?\}")


def addresses(app: Litestar, episodes: Iterable[str], moments: Iterable[str]) -> list[str]:
    """The paths of all routes, desk and static files excepted, with every known id in the place of its name."""
    ids = {"episode_id": [*episodes], "moment_id": [*moments], "slug": [*themes(), *exercises()]}
    ids["id"] = [*ids["episode_id"], *ids["moment_id"]]
    found = []
    for route in app.routes:
        path = route.path_format if hasattr(route, "path_format") else route.path
        if path.startswith(("/static", "/desk")):
            continue
        names = _PART.findall(path)
        if "path" in names:  # whatever else is asked for under /schema
            continue
        for values in product(*(ids[name] for name in names)):
            filled = path
            for name, value in zip(names, values, strict=True):
                filled = re.sub(rf"\{{{name}(:\w+)?\}}", quote(value, safe=""), filled, count=1)
            found.append(filled)
    return found


def bodies(client: TestClient, start: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """(address, status, text) of addresses and of all that their links lead to within the site; audio left out."""
    waiting, seen = [*start], set()
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/static", "/desk")) or address.endswith("/audio"):
            continue
        seen.add(address)
        answer = client.get(address)
        told = f"{answer.text} {unescape(answer.text)} {dict(answer.headers)}"
        yield address, answer.status_code, told
        if address.startswith("/search"):  # whose filters lead to ever more searches
            continue
        for link in (one for groups in _LINK.findall(answer.text) for one in groups if one):
            parts = urlsplit(unescape(link))
            if parts.path.startswith("/") and parts.netloc in ("", "testserver.local", "testserver", "127.0.0.1"):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))

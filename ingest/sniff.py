"""What fetched bytes seem to be, told by their first tag; and how to say that they are no feed."""

import re
from typing import Literal

_KIND = re.compile(rb"<\s*(?:(rss|feed|rdf:rdf)|html|!doctype\s+html)\b", re.IGNORECASE)


def kind(data: bytes) -> Literal["feed", "page", "other"]:
    """What fetched bytes seem to be, by the first tag that tells; not proof that they can be parsed."""
    match = _KIND.search(data[:65536].replace(b"\0", b""))  # UTF-16 is ASCII with zeros between
    return "other" if match is None else "feed" if match[1] else "page"


def complaint(data: bytes, url: str) -> str:
    """What to tell a person whose address brought these bytes instead of a feed."""
    if not data.strip():
        return f"{url} gave an empty answer where a podcast feed was expected."
    if kind(data) == "page":
        return (
            f"{url} is a web page (a login, an error, a home page?), not a podcast feed. Give the show's RSS address."
        )
    if data.lstrip()[:1] in (b"{", b"["):
        return f"{url} is JSON, not a podcast feed. Give the show's RSS address."
    return f"{url} is not a podcast feed: it is neither RSS nor Atom."

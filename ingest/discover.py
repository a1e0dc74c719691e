"""From what a person has at hand (an address, a web page, an Apple number) to the feed it stands for."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from companion.errors import FeedError, InvalidError
from companion.feeds import Episode, Feed
from ingest.fetch import MAX_BODY, Fetcher, Response
from ingest.podcast_namespace import web_address
from ingest.sandbox import parse_guarded
from ingest.sniff import kind

SECURE_LOVE = "1753342452"  # the Apple number of the show this is built for
_SHORT = {"secure-love": SECURE_LOVE}
_APPLE_HOSTS = ("podcasts.apple.com", "itunes.apple.com")
_APPLE_ID = re.compile(r"/id(\d{1,15})(?:$|[/?])")
_LINK = re.compile(r"<link\s[^<>]*>", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")


def resolve(what: str, fetcher: Fetcher, *, apple_lookup: str) -> str:
    """The feed address for an RSS address, a page that announces one, an Apple link or number, or 'secure-love'.

    `InvalidError` if `what` is none of these, `FeedError` if it leads to no feed, `FetchError` from the network.
    """
    return _find(what, fetcher, apple_lookup)[0]


def read_feed(
    source: str, fetcher: Fetcher, *, apple_lookup: str, feed_id: str = "preview"
) -> tuple[Feed, tuple[Episode, ...]]:
    """The feed in a file, or behind anything `resolve` takes; stores nothing. Errors as `resolve`'s."""
    path = Path(source)
    if "://" not in source and _is_here(source):
        return parse_guarded(_file(path), feed_id=feed_id, url=path.absolute().as_uri())
    address, response = _find(source, fetcher, apple_lookup)
    response = response or fetcher.get(address)
    return parse_guarded(response.body, feed_id=feed_id, url=address)


def _find(what: str, fetcher: Fetcher, apple_lookup: str) -> tuple[str, Response | None]:
    """The feed's address, and its answer if that had to be fetched to know."""
    what = what.strip()
    number = _SHORT.get(what) or _apple_number(what)
    if number is not None:
        return _ask_apple(number, fetcher, apple_lookup), None
    if web_address(what, "") is None:
        if _is_here(what):
            raise InvalidError(
                f"“{what}” is a file; to see what it holds: companion preview. Add a podcast by its address."
            )
        raise InvalidError(
            f"“{what}” is neither a file nor an address. Give an RSS address (https://…), the address of a page that "
            "announces one, an Apple Podcasts link or number, or secure-love."
        )
    response = fetcher.get(what)
    if kind(response.body) != "page":  # what is no feed either is told so by the parser, in its own words
        return response.permanent_url or what, response
    announced = _announced(response)
    if announced is None:
        raise FeedError(
            f"{what} is a web page that announces no feed. Look for the show's RSS address, or give its Apple Podcasts "
            "link."
        )
    return announced, None


def _apple_number(what: str) -> str | None:
    if what.isascii() and what.isdigit():
        return what
    try:
        parts = urlsplit(what)
        match = _APPLE_ID.search(parts.path) if parts.hostname in _APPLE_HOSTS else None
    except ValueError:
        return None
    return match[1] if match else None


def _ask_apple(number: str, fetcher: Fetcher, apple_lookup: str) -> str:
    """Apple's lookup service: https://performance-partners.apple.com/search-api, 'Lookup Examples'."""
    response = fetcher.get(f"{apple_lookup}?{urlencode({'id': number, 'entity': 'podcast'})}")
    try:
        results = json.loads(response.body)["results"]
        address = web_address(results[0].get("feedUrl"), "") if results else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"Apple's lookup service at {apple_lookup} gave an answer that makes no sense; try again later."
        raise FeedError(message) from error
    if not results:
        raise FeedError(f"Apple Podcasts knows no podcast with the number {number}; check the number.")
    if address is None:
        raise FeedError(
            f"Apple Podcasts tells no feed address for number {number}; give the show's RSS address instead."
        )
    return address


def _announced(page: Response) -> str | None:
    """The first feed that a page's <link rel="alternate"> names (the HTML standard's feed autodiscovery)."""
    for tag in _LINK.findall(page.body.decode("utf-8", "replace")):
        attributes = _attributes(tag)
        rel, kind_of = attributes.get("rel", "").lower().split(), attributes.get("type", "").strip().lower()
        if "alternate" in rel and kind_of in _FEED_TYPES:
            address = web_address(attributes.get("href"), page.url)
            if address is not None:
                return address
    return None


def _attributes(tag: str) -> dict[str, str]:
    """The attributes of one tag, entities decoded."""
    found: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update((name, value or "") for name, value in attrs)

    Reader().feed(tag)
    return found


def _is_here(what: str) -> bool:
    try:
        return bool(what) and Path(what).exists()
    except OSError:  # too long for a name
        return False


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BODY + 1)
    except OSError as error:
        raise InvalidError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BODY:
        raise InvalidError(f"{path} is larger than {MAX_BODY // 2**20} MB; no podcast feed is.")
    return data

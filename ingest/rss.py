"""RSS and Atom into our types: pure, bytes in, `Feed` and `Episode`s out, in the feed's own order.

feedparser reads what every feed has, also from broken XML. Where the XML is sound it is read a second time, with
defusedxml, for what feedparser loses: titles decoded exactly once, guids as written, and every one of repeated
podcast-namespace elements. Slow on hostile input: `ingest.sandbox` runs it where it can be killed.
"""

import calendar
import io
import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError, tostring

import defusedxml
import defusedxml.ElementTree
import feedparser

from companion.errors import FeedError, InvalidError
from companion.feeds import Enclosure, Episode, Feed, episode_id
from companion.timecode import parse_time
from ingest.notes import collapse, sanitise, text
from ingest.podcast_namespace import Tag, drop_live, extras, tags, web_address
from ingest.sniff import complaint

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_EPISODES = {
    "item",
    "{http://purl.org/rss/1.0/}item",
    "{http://my.netscape.com/rdf/simple/0.9/}item",
    "{http://www.w3.org/2005/Atom}entry",
}
_SPELLED = ((r"hours?|hrs?", "h"), (r"minutes?|mins?", "m"), (r"seconds?|secs?", "s"), (r"^pt|[\s,]", ""))
_CLOSED = re.compile(rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#([xX]?)([0-9a-fA-F]{1,20});")
_LARGEST = 2**53  # beyond this numbers are nonsense, and JavaScript cannot hold them


def parse(data: bytes, *, feed_id: str, url: str) -> tuple[Feed, tuple[Episode, ...]]:
    """The feed that `data`, fetched from `url`, describes, and all its episodes in document order.

    Two episodes of one identity both appear; `distinct` keeps the first. `FeedError` if this is no feed at
    all, or one that was cut off before its first episode.
    """
    tree = _tree(data)
    if tree is not None and drop_live(tree):  # feedparser would take their titles for the feed's own
        data = tostring(tree, "utf-8")
    if tree is None:
        data = _REFERENCE.sub(_sound_reference, data)
    try:
        parsed = feedparser.parse(
            io.BytesIO(data),  # bare bytes would be tried as a file's name first
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError, RecursionError) as error:
        raise FeedError(f"{url} is so malformed that it cannot be read ({error}).") from error
    if not parsed.get("version"):  # absent altogether when the data is empty
        raise FeedError(complaint(data, url))
    if tree is None and not parsed.entries and not _CLOSED.search(data.replace(b"\0", b"")):  # UTF-16 has such
        raise FeedError(f"{url} ends before its first episode, as if it had been cut off on its way. Try again later.")
    elements: list[Element | None] = [] if tree is None else [one for one in tree.iter() if one.tag in _EPISODES]
    if len(elements) != len(parsed.entries):  # the XML is broken, or of a kind only feedparser understands
        elements = [None] * len(parsed.entries)
    pairs = zip(parsed.entries, elements, strict=True)
    episodes = (_episode(found, element, feed_id, url) for found, element in pairs)
    return _feed(parsed.feed, tree, feed_id, url), tuple(episodes)


def distinct(episodes: tuple[Episode, ...]) -> tuple[Episode, ...]:
    """The episodes without those whose identity an earlier one already has."""
    first: dict[str, Episode] = {}
    for episode in episodes:
        first.setdefault(episode.id, episode)
    return tuple(first.values())


def seconds(spelled: str) -> float | None:
    """A duration in any of its spellings: 4385, 1:04, 1:02:03.5, 1h 2m, 62 minutes, PT1H2M; None for none and for 0."""
    spelled = spelled.strip().lower()
    for pattern, unit in _SPELLED:
        spelled = re.sub(pattern, unit, spelled)
    try:
        return parse_time(spelled) or None
    except InvalidError:
        return None


def _tree(data: bytes) -> Element | None:
    """The XML, or None where it is broken or declares entities."""
    try:
        root: Element = defusedxml.ElementTree.fromstring(data.lstrip())
    except (ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _sound_reference(match: re.Match[bytes]) -> bytes:
    """A character reference as it is; nothing for one to a character that does not exist, which stops feedparser."""
    try:
        chr(int(match[2], 16 if match[1] else 10)).encode()
    except (ValueError, OverflowError):
        return b""
    return match[0]


def _feed(channel: Any, tree: Element | None, feed_id: str, url: str) -> Feed:
    element = None if tree is None else tree.find("channel")
    author = _mapping(channel, "author_detail")  # apart from the mail address that `author` has in it
    return Feed(
        id=feed_id,
        url=url,
        title=_line(element, "title", _title(channel)) or urlsplit(url).hostname or url,
        link=web_address(_string(channel, "link"), url),
        language=collapse(_string(channel, "language")) or None,
        description=text(_notes(channel, element) or _string(channel, "subtitle")),
        image=web_address(_image(channel), url),
        author=collapse(_string(author, "name") or _string(channel, "author")),
    )


def _episode(found: Any, element: Element | None, feed_id: str, url: str) -> Episode:
    extra = extras(_tags_left(found) if element is None else tags(element), url)
    title = _line(element, "title", _title(found)) or collapse(_string(found, "itunes_title")) or "Untitled"
    enclosure = _enclosure(found, url)
    published = _published(found)
    announced_guid = _line(element, "guid", _string(found, "id"))
    guid = announced_guid or _identity(enclosure, published, title)
    link = _string(found, "link")
    stated = collapse(_string(found, "itunes_episodetype")).lower()
    return Episode(
        id=episode_id(feed_id, guid),
        feed=feed_id,
        guid=guid,
        title=title,
        published=published,
        duration=seconds(_string(found, "itunes_duration")),
        season=_number(_string(found, "itunes_season")),
        number=_number(_string(found, "itunes_episode")),
        type=stated if stated in ("trailer", "bonus") else "full",
        explicit=_explicit(found, element),
        image=web_address(_image(found), url),
        # feedparser makes a link of a guid that does not say it is none
        link=web_address(link, url) if link != announced_guid or "://" in link else None,
        notes=sanitise(_notes(found, element), base=url),
        enclosure=enclosure,
        transcripts=extra.transcripts,
        chapters=extra.chapters,
        soundbites=extra.soundbites,
        persons=extra.persons,
    )


def _tags_left(found: Any) -> list[Tag]:
    """Of the podcast namespace, what feedparser keeps: the last of each name, without its text."""
    names = [key for key in found if key.startswith("podcast_") and isinstance(found[key], dict)]
    return [(key.removeprefix("podcast_"), found[key], "") for key in names]


def _line(element: Element | None, tag: str, otherwise: str) -> str:
    """One line of plain text: the XML's where there is any, since feedparser may decode twice."""
    found = None if element is None else element.find(tag)
    return collapse(otherwise if found is None else "".join(found.itertext()))


def _title(thing: Any) -> str:
    """feedparser's title; Atom may have said that it is HTML."""
    title = _string(thing, "title")
    return text(title) if _string(_mapping(thing, "title_detail"), "type") == "text/html" else title


def _identity(enclosure: Enclosure | None, published: datetime | None, title: str) -> str:
    """What tells an episode without a guid from the others: its audio's address, else its date and title."""
    if enclosure is not None:
        return urlunsplit(urlsplit(enclosure.url)._replace(query="", fragment=""))
    return f"{published.isoformat() if published else ''} {title}".strip()


def _enclosure(found: Any, url: str) -> Enclosure | None:
    """The first enclosure that is audio, else the first that can be fetched at all."""
    usable = [
        Enclosure(url=address, type=collapse(_string(each, "type")).lower(), length=_number(_string(each, "length")))
        for each in found.get("enclosures", [])
        if (address := web_address(_string(each, "href") or _string(each, "url"), url))
    ]
    return next((each for each in usable if each.type.startswith("audio/")), usable[0] if usable else None)


def _published(found: Any) -> datetime | None:
    """UTC; feedparser reads every usual way of writing a date, and -0000 as UTC."""
    stated = (found[name] for name in ("published_parsed", "updated_parsed") if name in found)
    parts: time.struct_time | None = next(filter(None, stated), None)
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _notes(found: Any, element: Element | None) -> str:
    """The fullest text there is: content:encoded, else the description, else the iTunes summary."""
    names = (_CONTENT, "description", f"{_ITUNES}summary")
    for told in [] if element is None else map(element.find, names):
        if told is not None and not len(told) and (told.text or "").strip():
            return told.text or ""
    contents = [_string(content, "value") for content in found.get("content", [])]
    return next((content for content in contents if content.strip()), _string(found, "summary"))


def _explicit(found: Any, element: Element | None) -> bool:
    """feedparser knows only 'yes'."""
    stated = "" if element is None else _line(element, f"{_ITUNES}explicit", "")
    return stated.lower() in ("yes", "true", "explicit") or bool(found.get("itunes_explicit"))


def _image(thing: Any) -> str:
    return _string(_mapping(thing, "image"), "href")


def _number(stated: str) -> int | None:
    """A whole number from 0 up, None for anything else."""
    stated = stated.strip()
    if not (stated.isascii() and stated.isdigit() and len(stated) < 20):
        return None
    return int(stated) if int(stated) < _LARGEST else None


def _string(thing: Any, key: str) -> str:
    """A text feedparser found, '' for none; on broken feeds it can come up with other things in its place."""
    value = thing.get(key) if isinstance(thing, dict) else None
    return value if isinstance(value, str) else ""


def _mapping(thing: Any, key: str) -> dict[str, Any]:
    value = thing.get(key) if isinstance(thing, dict) else None
    return value if isinstance(value, dict) else {}

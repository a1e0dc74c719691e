"""What a podcast publishes: feeds, episodes, enclosures, and the podcast-namespace things beside them."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    """The audio file an episode points to, exactly as RSS has it; `length` is announced bytes, often a lie."""

    url: str
    type: str
    length: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedTranscript:
    """A `podcast:transcript`: a text the podcaster offers, not yet fetched."""

    url: str
    type: str
    language: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Soundbite:
    """A `podcast:soundbite`: seconds from the start, seconds long, and its title (may be empty)."""

    start: float
    duration: float
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A `podcast:person`; the specification's default role is host."""

    name: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """One episode as its feed describes it. `notes` is sanitised HTML; everything else is plain text.

    `published` is in UTC, `duration` in seconds as announced, `chapters` the address of a chapters file.
    """

    id: str
    feed: str
    guid: str
    title: str
    published: datetime | None
    duration: float | None
    season: int | None
    number: int | None
    type: str
    explicit: bool
    image: str | None
    link: str | None
    notes: str
    enclosure: Enclosure | None
    transcripts: tuple[PublishedTranscript, ...]
    chapters: str | None
    soundbites: tuple[Soundbite, ...]
    persons: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A podcast. `id` is the short name it was added under, `url` the address it is asked at."""

    id: str
    url: str
    title: str
    link: str | None
    language: str | None
    description: str
    image: str | None
    author: str


def episode_id(feed: str, guid: str) -> str:
    """The lasting id of an episode, safe in an address and a file name: feed plus 10 hex digits of its guid."""
    return f"{feed}-{hashlib.blake2b(guid.encode(), digest_size=5).hexdigest()}"


_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|div|blockquote|pre)>|<br\s*/?>")
_INLINE = re.compile(r"</?(?:a|abbr|b|cite|code|em|i|mark|q|s|small|span|strong|sub|sup|u)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


def plain_text(html: str) -> str:
    """Sanitised HTML as one line of plain text, for searching and for short descriptions."""
    return " ".join(unescape(_TAG.sub(" ", _INLINE.sub("", html))).split())


def blocks(html: str) -> list[str]:
    """Sanitised HTML cut at the ends of its paragraphs, items and lines; each still HTML."""
    return _BLOCK_END.split(html)

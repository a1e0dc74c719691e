"""Atom 1.0 (RFC 4287): a feed of news as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # of what has no day of its own: the format asks for one
# letters that XML can't hold, not even escaped
_UNSPEAKABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))

register_namespace("", _NAMESPACE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """Audio that belongs to what is new: its address, media type and bytes."""

    url: str
    type: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """One thing that is new. `name` makes its lasting id, `html` is its text, `updated` None where nobody knows."""

    name: str
    title: str
    url: str
    updated: datetime | None
    html: str
    about: tuple[tuple[str, str], ...]
    sound: Sound | None


def feed(*, name: str, title: str, author: str, url: str, page: str, news: Sequence[News]) -> bytes:
    """A feed found at `url`, of what `page` shows; `name` makes its lasting id. `about` are (slug, name) of topics."""
    root = Element(f"{{{_NAMESPACE}}}feed")
    _text(root, "id", lasting(name))
    _text(root, "title", title)
    _text(root, "updated", _time(max((one.updated or _LONG_AGO for one in news), default=_LONG_AGO)))
    _text(_child(root, "author"), "name", author)
    _child(root, "link", rel="self", type=TYPE, href=url)
    _child(root, "link", rel="alternate", type="text/html", href=page)
    for one in news:
        _tell(_child(root, "entry"), one)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def lasting(name: str) -> str:
    """An id that stays the same wherever the site is served from, and whatever its pages are called by then."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'companion:{name}')}"


def _tell(element: Element, news: News) -> None:
    _text(element, "id", lasting(news.name))
    _text(element, "title", news.title)
    _text(element, "updated", _time(news.updated or _LONG_AGO))
    _child(element, "link", rel="alternate", type="text/html", href=news.url)
    if news.sound:
        sound = news.sound
        _child(element, "link", rel="enclosure", type=sound.type, length=str(sound.size), href=sound.url)
    for term, label in news.about:
        _child(element, "category", term=term, label=label)
    _text(element, "content", news.html, type="html")


def _child(parent: Element, tag: str, **attributes: str) -> Element:
    clean = {name: value.translate(_UNSPEAKABLE) for name, value in attributes.items()}
    return SubElement(parent, f"{{{_NAMESPACE}}}{tag}", clean)


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    _child(parent, tag, **attributes).text = text.translate(_UNSPEAKABLE)


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

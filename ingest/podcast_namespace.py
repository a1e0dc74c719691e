"""The podcast namespace (podcastindex.org): every transcript, chapters file, soundbite and person of an episode."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from companion.feeds import Person, PublishedTranscript, Soundbite
from ingest.notes import collapse, legible

# The specification's address, and the one feeds took from its first home; both are seen with http and without a slash.
_NAMESPACES = ("podcastindex.org/namespace/", "github.com/podcastindex-org/podcast-namespace/")

Tag = tuple[str, Mapping[str, str], str]  # name in lower case, attributes, text


@dataclass(frozen=True, kw_only=True, slots=True)
class Extras:
    """What the podcast namespace says about an episode."""

    transcripts: tuple[PublishedTranscript, ...]
    chapters: str | None
    soundbites: tuple[Soundbite, ...]
    persons: tuple[Person, ...]


def extras(tags: Iterable[Tag], url: str) -> Extras:
    """The usable ones of an episode's tags, in document order; relative addresses start at `url`."""
    tags = list(tags)
    return Extras(
        transcripts=tuple(
            PublishedTranscript(
                url=address,
                type=collapse(attributes.get("type", "")).lower(),
                language=collapse(attributes.get("language", "")) or None,
            )
            for name, attributes, _ in tags
            if name == "transcript" and (address := web_address(attributes.get("url"), url))
        ),
        chapters=next(
            (
                found
                for name, attributes, _ in tags
                if name == "chapters" and (found := web_address(attributes.get("url"), url))
            ),
            None,
        ),
        soundbites=tuple(
            Soundbite(start=start, duration=duration, title=collapse(words))
            for name, attributes, words in tags
            if name == "soundbite"
            and (start := _float(attributes.get("startTime"))) is not None
            and (duration := _float(attributes.get("duration")))
        ),
        persons=tuple(
            Person(name=collapse(words), role=collapse(attributes.get("role", "")).lower() or "host")
            for name, attributes, words in tags
            if name == "person" and words.strip()
        ),
    )


def tags(element: Element) -> list[Tag]:
    """Every tag of the namespace directly in an element."""
    return [(name, child.attrib, "".join(child.itertext())) for child in element if (name := _name(child))]


def drop_live(tree: Element) -> bool:
    """Take every podcast:liveItem, a stream to come and no episode, out of the tree; True if there was one."""
    live = [(parent, child) for parent in tree.iter() for child in parent if _name(child) == "liveitem"]
    for parent, child in live:
        parent.remove(child)
    return bool(live)


def web_address(raw: str | None, base: str) -> str | None:
    """An http or https address, resolved against `base` and otherwise as written; None for anything else."""
    raw = "".join(legible(raw or "").splitlines()).strip()
    try:
        address = raw if raw.lower().startswith(("http://", "https://")) or not raw else urljoin(base, raw)
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _name(element: Element) -> str:
    """The local name in lower case of an element of the namespace, '' for any other."""
    namespace, _, name = element.tag.removeprefix("{").rpartition("}")
    place = namespace.lower().removeprefix("https://").removeprefix("http://").rstrip("/") + "/"
    return name.lower() if place.startswith(_NAMESPACES) else ""


def _float(stated: str | None) -> float | None:
    """Seconds from 0 up, None for anything else."""
    try:
        value = float(stated or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None

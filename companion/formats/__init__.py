"""One file per format that is read or written: text in, nouns out, and back.

`FORMATS` holds what a transcript can be written as; `read_published` reads what podcasters publish, and `usable` says
which of several published transcripts to try, best first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

from companion.errors import FeedError
from companion.feeds import PublishedTranscript
from companion.formats import plain, podcast_json, srt, webvtt
from companion.transcripts import Segment, Transcript


class Write(Protocol):
    """Writes a transcript; formats with no place for the episode's title leave it out."""

    def __call__(self, transcript: Transcript, *, title: str) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """Something a transcript can be written as; `extension` comes with its dot."""

    name: str
    media_type: str
    extension: str
    write: Write


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "vtt": Format(name="WebVTT", media_type="text/vtt", extension=".vtt", write=webvtt.write),
        "srt": Format(name="SubRip", media_type="application/x-subrip", extension=".srt", write=srt.write),
        "json": Format(name="podcast JSON", media_type="application/json", extension=".json", write=podcast_json.write),
        "txt": Format(name="plain text", media_type="text/plain", extension=".txt", write=plain.write),
    }
)

PREFERENCE = ("vtt", "json", "srt")
"""Which published format to take first: speakers are surest in WebVTT, and only guessed in SubRip. HTML and plain text
are not here: they have no times."""

_READERS: Mapping[str, Callable[[str], tuple[Segment, ...]]] = MappingProxyType(
    {"vtt": webvtt.read, "json": podcast_json.read, "srt": srt.read}
)

# What feeds really declare, next to the registered names.
_TYPES = {
    "text/vtt": "vtt",
    "text/webvtt": "vtt",
    "application/vtt": "vtt",
    "application/json": "json",
    "text/json": "json",
    "application/x-subrip": "srt",
    "application/srt": "srt",
    "application/x-srt": "srt",
    "text/srt": "srt",
}


def usable(published: Iterable[PublishedTranscript], *, language: str | None) -> tuple[PublishedTranscript, ...]:
    """Those whose format can be read, best first: the podcast's own language before others, then `PREFERENCE`."""

    def rank(transcript: PublishedTranscript) -> tuple[bool, int]:
        foreign = _primary(transcript.language or language) != _primary(language) if language else False
        return foreign, PREFERENCE.index(_declared(transcript.type, transcript.url) or "")

    return tuple(sorted((one for one in published if _declared(one.type, one.url)), key=rank))


def read_published(body: bytes, *, type: str, url: str) -> tuple[Segment, ...]:
    """The segments of a published transcript, in order of time; `type` is the one the feed declares.

    What the file plainly is wins over what it is called. `FeedError` if it is a web page, has no times or no words, or
    cannot be read.
    """
    text = _decode(body)
    if text[:400].lstrip().lower().startswith(("<!doctype html", "<html", "<head", "<body")):
        raise FeedError(f"The transcript at {url} is a web page, not a transcript file.")
    try:
        return _READERS[_recognise(text, type, url)](text)
    except FeedError as error:
        raise FeedError(f"The transcript at {url} cannot be used: {error.message}") from error


def _recognise(text: str, type: str, url: str) -> str:
    head = text[:400].lstrip()
    if head.startswith("WEBVTT"):
        return "vtt"
    if head.startswith("{") or head.replace(" ", "").replace("\n", "").startswith("[{"):
        return "json"
    found = _declared(type, url) or ("srt" if "-->" in text else None)
    if found is None:
        raise FeedError("it is neither WebVTT, SubRip nor podcast JSON, so its words have no times.")
    return found


def _declared(type: str, url: str) -> str | None:
    extension = urlsplit(url).path.rpartition(".")[2].lower()
    return _TYPES.get(type.partition(";")[0].strip().lower()) or (extension if extension in PREFERENCE else None)


def _decode(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("cp1252", "replace")  # what old editors on Windows save
    return text.replace("\0", "")


def _primary(language: str | None) -> str:
    return (language or "").replace("_", "-").partition("-")[0].lower()

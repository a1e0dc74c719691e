"""Everything an episode can be written out as, for its producer, and what may be written: nothing that is hidden.

Moments are all that nobody has rejected, each with its state where a format has one, whatever the public sees of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from companion.chapters import chapters_in
from companion.config import Settings
from companion.errors import GoneError, InvalidError, NotFoundError
from companion.formats import FORMATS, Format, chapters, csv, moments_json, notes, soundbites
from companion.formats.material import Material
from companion.moments import State
from companion.store import Audio, Store
from companion.timecode import Span

SOUND = "mp3"  # the one export that is no text


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """A text an episode can be written out as. `of_moments`: made of its moments, and so of a single one, too.

    `write` raises `NotFoundError` where there is nothing to write; `extension` comes with its dot.
    """

    name: str
    media_type: str
    extension: str
    of_moments: bool
    write: Callable[[Material], str]


def _transcript(format: Format, material: Material) -> str:
    if material.transcript is None:
        id = material.episode.id
        raise NotFoundError("transcript of episode", id, f"Make it with: companion ingest --episode {id}")
    return format.write(material.transcript, title=material.episode.title)


def _text(format: Format) -> Export:
    return Export(
        name=format.name,
        media_type=format.media_type,
        extension=format.extension,
        of_moments=False,
        write=partial(_transcript, format),
    )


def _moments(name: str, media_type: str, extension: str, write: Callable[[Material], str]) -> Export:
    return Export(name=name, media_type=media_type, extension=extension, of_moments=True, write=write)


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {name: _text(format) for name, format in FORMATS.items()}
    | {
        "chapters": _moments("chapters", "application/json+chapters", ".chapters.json", chapters.write),
        "soundbites": _moments("soundbites", "text/plain", ".soundbites.txt", soundbites.write),
        "notes": _moments("show notes, Markdown", "text/markdown", ".notes.md", notes.markdown),
        "html": _moments("show notes, HTML", "text/html", ".notes.html", notes.html),
        "csv": _moments("moments, CSV", "text/csv", ".moments.csv", csv.write),
        "moments": _moments("moments, JSON", "application/json", ".moments.json", moments_json.write),
    }
)


def opened(path: Path, episode: str) -> Store:
    """The database without what was redacted or taken down, this episode as if it was published.

    Proposals are in it even where the public does not see them (`Settings.proposals`): an export is for the producer.
    """
    return Store.public(path, preview=episode)


def gather(store: Store, episode: str, site: str) -> Material:
    """What may be written of an episode, from an `opened` store; `site` begins every address in it.

    `NotFoundError` if there is no such episode, `InvalidError` if it was taken down.
    """
    found = store.feeds.episode(episode)
    if store.protection.takedown(episode):
        raise InvalidError(f"“{found.title}” was taken down. Put it back at the desk before you export it.")
    audio = store.media.get(episode)
    hidden = tuple(one.span for one in store.protection.redactions(episode))
    clips = store.moments.of_episode(episode)
    seconds = audio.seconds if audio else found.duration
    return Material(
        podcast=store.feeds.get(found.feed).title,
        episode=found,
        seconds=seconds,
        chapters=store.parts.get(episode) or chapters_in(found.notes, seconds=seconds),
        transcript=store.transcripts.get(episode),
        moments=tuple(clip for clip in clips if not any(clip.moment.span.overlaps(one) for one in hidden)),
        hidden=hidden,
        site=site,
    )


def single(store: Store, material: Material, moment: str) -> Material:
    """The same with one moment alone; `InvalidError` if it may not be told, `NotFoundError` if there is none."""
    try:
        return material.only(moment)
    except NotFoundError as error:
        if not _is_withheld(store, material, moment):
            raise
        raise InvalidError(
            "This moment can't be exported: it was taken down, or it reaches into a stretch that is redacted."
        ) from error


def stretch(store: Store, material: Material, moment: str) -> tuple[Audio, Span]:
    """The audio a moment is cut from, and where; raises like `single`, and `NotFoundError` if there is no audio."""
    (clip,) = single(store, material, moment).moments
    audio = store.media.get(material.episode.id)
    if audio is None:
        id = material.episode.id
        raise NotFoundError("audio to be heard of episode", id, f"Fetch it with: companion ingest --episode {id}")
    return audio, clip.moment.span


def _is_withheld(store: Store, material: Material, moment: str) -> bool:
    try:
        clip = store.moments.get(moment)
    except GoneError:
        return True
    except NotFoundError:
        return False
    return clip.moment.episode == material.episode.id and clip.state is not State.REJECTED


def public_address(settings: Settings) -> str:
    """Where the public finds the site; as long as nobody has set that (`base_url`), where it is on this machine."""
    return settings.base_url or f"http://{settings.authority}"

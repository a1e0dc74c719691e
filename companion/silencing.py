"""The copy of an episode's audio that the site serves: silent where something was redacted."""

import hashlib
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from companion import mp3
from companion.errors import InvalidError
from companion.store import Audio, Silence

if TYPE_CHECKING:
    from companion.config import Settings
    from companion.store import Store

_ABANDONED = 3600.0  # seconds without a word to an unfinished copy after which its run is dead


def silence_mp3(settings: "Settings", store: "Store", episode: str) -> bool:
    """Makes the silent copy if one is still to be made; False if that can't be done without decoding the audio.

    Until it is saved, the episode has no audio for the public.
    """
    copy = wanted(settings, store, episode)
    if copy is None:
        return True
    try:
        made = mp3.silenced((settings.audio / copy.original.file).read_bytes(), copy.spans)
    except (InvalidError, FileNotFoundError):
        return False
    part = unfinished(settings, copy)
    part.write_bytes(made)
    keep(settings, store, copy, part, type=copy.original.type, seconds=copy.original.seconds)
    return True


def ready(settings: "Settings", store: "Store", episode: str) -> bool:
    """Whether nothing is missing for the public to hear an episode: its silent copy is there, or it needs none."""
    if store.protection.silence(episode) is not None:
        return False
    copy = store.media.served(episode)
    return not copy or not store.protection.redactions(episode) or (settings.audio / copy.file).exists()


def wanted(settings: "Settings", store: "Store", episode: str) -> Silence | None:
    """The silent copy that is to be made, again if its file was lost; None if there is nothing to do."""
    if store.protection.silence(episode) is None and not ready(settings, store, episode):
        store.protection.lose_silenced(episode)
    return store.protection.silence(episode)


def unfinished(settings: "Settings", wanted: Silence) -> Path:
    """Where a silent copy is written: a place of its own for every worker, since several may make the same one."""
    target = _place(settings, wanted)
    return target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.part")


def keep(settings: "Settings", store: "Store", wanted: Silence, part: Path, *, type: str, seconds: float) -> None:
    """Makes a finished copy the one that is served, and removes those of before.

    Nothing of it is kept where another one has become the wanted one meanwhile, or another worker was faster.
    """
    target = _place(settings, wanted)
    with part.open("rb") as sound:
        digest = hashlib.file_digest(sound, "sha256").hexdigest()
    copy = Audio(
        episode=wanted.original.episode,
        file=target.name,
        type=type,
        size=part.stat().st_size,
        seconds=seconds,
        sha256=digest,
    )
    with store.atomic():  # file and row change together, one worker at a time
        if not store.protection.save_silenced(wanted, copy):
            part.unlink()
            return
        part.rename(target)
    with store.atomic():
        if store.media.served(copy.episode) == copy:  # else whoever made a newer one removes them
            _remove_others(target, copy.episode)


def _place(settings: "Settings", wanted: Silence) -> Path:
    """Where a silent copy lies: another name for other audio or other redactions, so that none is ever taken for it."""
    told = f"{wanted.original.sha256} {wanted.mark}"
    digest = hashlib.blake2b(told.encode(), digest_size=6).hexdigest()
    return settings.audio / f"{wanted.original.episode}.silent-{digest}.mp3"


def _remove_others(kept: Path, episode: str) -> None:
    """Removes an episode's other silent copies, and unfinished ones that nobody has written to for long."""
    for old in kept.parent.glob(f"{episode}.silent-*"):
        with suppress(FileNotFoundError):  # an unfinished one may be done with at this moment
            if old != kept and (old.suffix != ".part" or time.time() - old.stat().st_mtime > _ABANDONED):
                old.unlink()

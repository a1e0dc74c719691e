"""The copy of an episode's audio that the site serves: silent where something was redacted."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from companion import mp3
from companion.errors import InvalidError
from companion.store import Audio, Silence

if TYPE_CHECKING:
    from companion.config import Settings
    from companion.store import Store


def silence_mp3(settings: "Settings", store: "Store", episode: str) -> bool:
    """Makes the silent copy if one is still to be made; False if that can't be done without decoding the audio.

    Until it is saved, the episode has no audio for the public.
    """
    wanted = store.protection.silence(episode)
    if wanted is None:
        return True
    try:
        made = mp3.silenced((settings.audio / wanted.original.file).read_bytes(), wanted.spans)
    except (InvalidError, FileNotFoundError):
        return False
    target = place(settings, wanted, ".mp3")
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(made)
    part.rename(target)
    keep(settings, store, wanted, target, type=wanted.original.type, seconds=wanted.original.seconds)
    return True


def place(settings: "Settings", wanted: Silence, suffix: str) -> Path:
    """Where a silent copy lies: another name for other audio or other redactions, so that none is ever taken for it."""
    told = f"{wanted.original.sha256} {wanted.mark}"
    digest = hashlib.blake2b(told.encode(), digest_size=6).hexdigest()
    return settings.audio / f"{wanted.original.episode}.silent-{digest}{suffix}"


def keep(settings: "Settings", store: "Store", wanted: Silence, file: Path, *, type: str, seconds: float) -> None:
    """Records a finished copy, and removes those of before."""
    with file.open("rb") as sound:
        digest = hashlib.file_digest(sound, "sha256").hexdigest()
    store.protection.save_silenced(
        wanted,
        Audio(
            episode=wanted.original.episode,
            file=file.name,
            type=type,
            size=file.stat().st_size,
            seconds=seconds,
            sha256=digest,
        ),
    )
    for old in settings.audio.glob(f"{wanted.original.episode}.silent-*"):
        if old != file:
            old.unlink(missing_ok=True)

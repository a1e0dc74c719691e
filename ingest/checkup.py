"""What doctor looks at: whether this machine can do the work, and what to do where it can't."""

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from companion import __version__
from companion.config import MICRO, Settings
from companion.errors import CompanionError
from companion.store import Store

_ROOM = 2_000_000_000  # bytes; a season of hour-long episodes


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at, and whether it is as it should be."""

    good: bool
    text: str


def checkup(settings: Settings) -> list[Finding]:
    """Looks at everything a run needs; changes nothing but makes an empty database where none is."""
    looks = (_versions, _folder, _database, _device, _model, _micro)
    return [_safely(look, settings) for look in looks]


def _safely(look: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return look(settings)
    except CompanionError as error:
        return Finding(good=False, text=error.message)


def _versions(settings: Settings) -> Finding:
    return Finding(good=True, text=f"companion {__version__} on Python {platform.python_version()}")


def _folder(settings: Settings) -> Finding:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.data).free
    except OSError as error:
        return Finding(good=False, text=f"The data folder {settings.data} cannot be used: {error.strerror}.")
    advice = "" if free > _ROOM else " That is little: an hour of audio takes about 60 MB, a speech model up to 3 GB."
    return Finding(good=free > _ROOM, text=f"The data folder is {settings.data}, {free / 1e9:.1f} GB free.{advice}")


def _database(settings: Settings) -> Finding:
    with Store.open(settings.database) as store:
        feeds, episodes = store.feeds.all(), store.feeds.episodes()
    return Finding(good=True, text=f"The database opens; podcasts: {len(feeds)}, episodes: {len(episodes)}.")


def _device(settings: Settings) -> Finding:
    from ingest.models import choose_device

    device, compute_type = choose_device(settings)
    return Finding(good=True, text=f"Speech is recognised on {device} with {compute_type} arithmetic.")


def _model(settings: Settings) -> Finding:
    from ingest.models import held

    folder = held(settings.model, settings)
    where = f"is in {folder}" if folder else "is fetched from the model hub when first needed"
    return Finding(good=True, text=f"The speech model “{settings.model}” {where}.")


def _micro(settings: Settings) -> Finding:
    from ingest.models import held

    folder = held(MICRO, settings)
    return Finding(
        good=folder is not None,
        text=f"The built-in model “{MICRO}” is for the demo and the tests: it knows three synthetic voices, "
        "not real speech. For a real podcast use small, medium or large-v3.",
    )

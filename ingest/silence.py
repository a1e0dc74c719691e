"""Silent copies of audio that was redacted, of any format; `python -m ingest.silence DATA EPISODE` makes one."""

import sys
from pathlib import Path

from companion.config import Settings, load
from companion.errors import CompanionError
from companion.silencing import keep, silence_mp3, unfinished, wanted
from companion.store import Store
from ingest import audio


def silence(settings: Settings, store: Store, episode: str) -> None:
    """Makes the silent copy of an episode's audio if one is still to be made; `AudioError` if it can't be decoded.

    An MP3 stays as it was but for the silence; anything else becomes one.
    """
    copy = wanted(settings, store, episode)
    if copy is None or silence_mp3(settings, store, episode):
        return
    part = unfinished(settings, copy)
    audio.silenced(settings.audio / copy.original.file, copy.spans, part)
    keep(settings, store, copy, part, type=audio.TYPES["mp3"], seconds=audio.measure(part).seconds)


def main() -> None:
    """For the desk, which may not decode: it runs this as a program of its own."""
    data, episode = sys.argv[1:]
    settings = load(Path(data))
    try:
        with Store.open(settings.database) as store:
            silence(settings, store, episode)
    except CompanionError as error:
        print(f"companion: {error.message}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

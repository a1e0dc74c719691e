"""Where fitted taggers are kept: one JSON file a version in a folder, and a note of the one in use.

One ships, fitted to the written material as it is (`python -m companion.tagging.shelf` makes it anew); where that has
been edited, or there is a sentence encoder, the like is fitted on first use. What people taught stays until trained
again.
"""

import gzip
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

from companion import tables
from companion.errors import ConfigError, NotFoundError
from companion.tagging import cues as ear
from companion.tagging import dialogues, examples, mending
from companion.tagging.encoder import Encoder
from companion.tagging.examples import Lesson
from companion.tagging.fit import RULES, fit, version
from companion.tagging.model import Model, read
from companion.tagging.teaching import teach
from companion.themes import themes

_SHIPPED = Path(__file__).with_name("built_in.json.gz")


class Shelf:
    """The taggers of a data folder, which need not exist yet, and the sentence encoder at hand, if any."""

    def __init__(self, folder: Path, encoder: Encoder | None = None) -> None:
        self.encoder = encoder
        self._folder = folder
        self._note = folder / "current"

    def current(self) -> Model:
        """The tagger in use: the one chosen last, or the built-in one while none is. `ConfigError` if it can't be read.

        A choice made under other rules than this program's is passed over: its features mean something else now.
        `ConfigError` if it was fitted with an encoder that is not at hand.
        """
        model = self._read(self.in_use())
        if model.encoder not in ("", self.encoder.digest if self.encoder else ""):
            raise ConfigError(
                f"The tagger {model.version} was fitted with a sentence encoder that is not here. "
                "Bring it back (companion models get embedder), or take another: companion tagger use VERSION"
            )
        return model

    def in_use(self) -> str:
        """The name of the version that `current` gives or would give, were its encoder here."""
        return self._in_force() or self.built_in().version

    @property
    def ready(self) -> bool:
        """Whether a tagger is at hand; else the first to ask for one waits until it is fitted, as `FITTING` says."""
        name = version((), editorial(), self.encoder)
        return self._in_force() is not None or self._file(name).exists() or shipped().version == name

    def built_in(self) -> Model:
        """The tagger of the written material alone, from its file or fitted now and kept."""
        name = version((), editorial(), self.encoder)
        if not self._file(name).exists():
            self.keep(built_in() if self.encoder is None else written(self.encoder))
        return self._read(name)

    def taught(self, verdicts: Sequence[Lesson]) -> Model:
        """The built-in tagger after these verdicts; it is not kept."""
        return taught(self.built_in(), verdicts, self.encoder)

    def get(self, name: str) -> Model:
        """One version; `NotFoundError` if there is none."""
        if name == version((), editorial(), self.encoder):
            return self.built_in()
        if name not in self.names():
            raise NotFoundError("tagger version", name, f"There are: {', '.join(self.names()) or 'none'}.")
        return self._read(name)

    def names(self) -> tuple[str, ...]:
        """The versions kept, oldest first."""
        files = sorted(self._folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return tuple(path.stem for path in files)

    def made(self, name: str) -> datetime:
        """When a version that is kept was put here, in UTC."""
        return datetime.fromtimestamp(self._file(name).stat().st_mtime, UTC)

    def keep(self, model: Model) -> None:
        """Writes a model's file whole or not at all; `ConfigError` if the folder can't be written."""
        write(self._file(model.version), model.write())

    def use(self, name: str) -> Model:
        """Makes a version the one in use and gives it."""
        model = self.get(name)
        write(self._note, model.version + "\n")
        return model

    def _in_force(self) -> str | None:
        """The version chosen last, None while none is, or where it was made under other rules."""
        chosen = self._chosen()
        return chosen if chosen and self._read(chosen).rules == RULES else None

    def _chosen(self) -> str | None:
        try:
            name = self._note.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        if name not in self.names():
            raise ConfigError(
                f"{self._note} names the tagger “{name}”, which is not there. Choose with: companion tagger use VERSION"
            )
        return name

    def _read(self, name: str) -> Model:
        path = self._file(name)
        try:
            return _opened(path, path.stat().st_mtime_ns)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} cannot be read: {error}.") from error

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def write(path: Path, text: str) -> None:
    """Writes a file of a folder of taggers whole or not at all; `ConfigError` if it can't be written."""
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(text, "utf-8")
        half.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error


@cache
def shipped() -> Model:
    """The tagger that ships, which may be of other material than now's."""
    return read(gzip.decompress(_SHIPPED.read_bytes()).decode(), _SHIPPED.name)


@lru_cache(maxsize=4)
def _opened(path: Path, changed: int) -> Model:
    """The model of a file last `changed` then: reading one takes half a second, and pages of the desk ask again."""
    return read(path.read_text("utf-8"), str(path))


FITTING = "Fitting the tagger anew, since what it learns from has changed. It takes half a minute, with an encoder two."


def ship() -> None:
    """Puts the lexicon and the tagger of the written material in the place of those that ship."""
    mending.LEXICON.write_text(mending.lexicon(lesson.text for lesson in lessons()), "utf-8")
    _SHIPPED.write_bytes(gzip.compress(written().write().encode(), mtime=0))


@cache
def built_in() -> Model:
    """The tagger of the written material alone: the one that ships, or fitted now (some seconds), once a process."""
    model = shipped()
    return model if model.version == version((), editorial(), None) else written()


def written(encoder: Encoder | None = None) -> Model:
    """The tagger of the written material, fitted now."""
    return fit(lessons(), ear.cues(), themes=tuple(themes()), editorial=editorial(), encoder=encoder)


def taught(model: Model, verdicts: Sequence[Lesson], encoder: Encoder | None = None) -> Model:
    """A tagger of the written material after these verdicts."""
    plain = [lesson for lesson in examples.parse(examples.shipped(), tuple(themes())) if not lesson.shows]
    return teach(model, verdicts, ear.cues(), plain=plain, encoder=encoder)


def lessons() -> tuple[Lesson, ...]:
    """All that is written to learn from."""
    slugs = tuple(themes())
    return examples.parse(examples.shipped(), slugs) + dialogues.parse(dialogues.shipped(), slugs)


def editorial() -> str:
    """The digest of what is written by hand: themes, examples, dialogues, cues, forms."""
    files = ("themes.toml", "examples.toml", "dialogues.txt", "cues.toml", "forms.toml")
    return ear.digest("".join(map(tables.shipped, files)))


if __name__ == "__main__":
    ship()

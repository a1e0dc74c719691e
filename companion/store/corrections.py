"""What people do to a transcript at the desk: each act is a line in a journal, and what is read follows at once."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from companion.corrections import Correction, Renamed, Reworded, Undone, rewording, standing, voicing
from companion.draft import all_words
from companion.errors import InvalidError, NotFoundError
from companion.glossary import Offer, is_name, offers
from companion.places import Text, stands
from companion.store.connection import Connection
from companion.store.edits import Edits, Mended
from companion.store.manuscripts import Manuscript, ordinary
from companion.store.transcripts import Transcripts

_LONGEST_NAME = 60  # letters


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Words a person has before them: those from index `first` up to `end` of the manuscript, which read `was`.

    Indices shift when somebody adds a word before them. `start` doesn't: the second at which the first of them is said,
    None if that was not looked at.
    """

    episode: str
    first: int
    end: int
    was: str
    start: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who does it and when (UTC)."""

    who: str
    at: datetime


class ChangedError(InvalidError):
    """The words have been changed since they were looked at."""

    def __init__(self) -> None:
        super().__init__("Somebody has changed these words since you opened them. Nothing was overwritten.")


class Corrections:
    """Corrects words and speakers, takes corrections back, keeps the glossary. Every act is one transaction."""

    def __init__(self, connection: Connection, transcripts: Transcripts) -> None:
        self._c = connection
        self._transcripts = transcripts
        self._edits = Edits(connection)

    def journal(self, episode: str) -> tuple[Correction, ...]:
        """All that was ever corrected in an episode, what was taken back too, oldest first."""
        return self._edits.of_episode(episode)

    def found(self, chosen: Chosen) -> Chosen:
        """The chosen words where they stand by now; `ChangedError` if they are not what they were."""
        return self._look(chosen)[1]

    def reword(self, chosen: Chosen, text: str, by: Actor) -> int:
        """Makes the chosen words read as `text`; gives the number of stretches that were changed.

        `ChangedError` if they are not what they were, `InvalidError` if far too much is written.
        """
        with self._c.atomic():
            manuscript, here = self._look(chosen)
            edits = rewording(manuscript.transcript, here.first, here.end, text)
            for edit in edits:
                self._edits.append(here.episode, edit, who=by.who, at=by.at)
            self._renew(here.episode, bool(edits))
        return len(edits)

    def give(self, chosen: Chosen, speaker: str, by: Actor) -> None:
        """Gives the chosen words to a speaker, "" for nobody known. What is before or after them stays where it is.

        A name that differs from that of a voice of the episode in large and small letters alone is that voice's.
        """
        with self._c.atomic():
            manuscript, here = self._look(chosen)
            name = _as_here({one.speaker for one in manuscript.transcript.segments}, _tidy(speaker))
            edit = voicing(manuscript.transcript, here.first, here.end, name or None)
            self._edits.append(here.episode, edit, who=by.who, at=by.at)
            self._renew(here.episode)

    def join(self, chosen: Chosen, by: Actor) -> None:
        """Makes the chosen turn go on with the one before it, in its speaker's voice."""
        with self._c.atomic():
            manuscript, here = self._look(chosen)
            edit = voicing(manuscript.transcript, here.first, here.end, None, joined=True)
            self._edits.append(here.episode, edit, who=by.who, at=by.at)
            self._renew(here.episode)

    def rename(
        self, episode: str, old: str, new: str, by: Actor, *, everywhere: bool = False, joins: bool = False
    ) -> None:
        """Gives a speaker another name, in the episode or `everywhere` in its podcast.

        `InvalidError` without a new name, or where the episode has another voice of that name, however it is written,
        and `joins` does not say that both are one.
        """
        name = _tidy(new)
        if not name or name == old:
            raise InvalidError("Write the name that this voice should have.")
        with self._c.atomic():
            manuscript = self._transcripts.manuscript(episode)
            voices = {one.speaker for one in manuscript.transcript.segments} if manuscript else set()
            name = _as_here(voices - {old}, name)
            if {old, name} <= voices and not joins:
                raise InvalidError(f"{name} speaks here, too. If {old} and {name} are one person, tick that they are.")
            self._edits.append(episode, Renamed(old=old, new=name), who=by.who, at=by.at, everywhere=everywhere)
            for one in self._of_podcast(episode) if everywhere else (episode,):
                self._renew(one)

    def undo(self, episode: str, key: int, by: Actor) -> None:
        """Takes a correction back, or a taking back; `NotFoundError` if the episode has none with this key."""
        with self._c.atomic():
            correction = self._edits.get(episode, key)
            everywhere = correction.episode is None
            self._edits.append(episode, Undone(edit=key), who=by.who, at=by.at, everywhere=everywhere)
            for one in self._of_podcast(episode) if everywhere else (episode,):
                self._renew(one)

    def revert(self, episode: str, by: Actor) -> int:
        """Takes back every correction of this episode alone, newest first; gives how many there were."""
        with self._c.atomic():
            held = [one for one in standing(self._edits.of_episode(episode)) if one.episode is not None]
            for one in reversed(held):
                self._edits.append(episode, Undone(edit=one.key), who=by.who, at=by.at)
            self._renew(episode, bool(held))
        return len(held)

    def names(self) -> tuple[str, ...]:
        """The glossary, in order of the alphabet."""
        return self._edits.names()

    def mended(self, episode: str) -> tuple[Mended, ...]:
        """What the glossary changes in an episode, in order of time."""
        return self._edits.mended(episode)

    def offers(self) -> tuple[Offer, ...]:
        """Names that were corrected more than once, in any episode, and that the glossary could mend."""
        return offers(standing(self._edits.all()), self._edits.names(), ordinary=ordinary(self._c))

    def learn(self, name: str, by: Actor) -> None:
        """Puts a name into the glossary and mends it everywhere; `InvalidError` if it is no name, or known already."""
        name = _tidy(name)
        if not is_name(name):
            raise InvalidError("A glossary entry is one name: a single word with a capital and at least three letters.")
        with self._c.atomic():
            self._edits.add_name(name, who=by.who, at=by.at)
            self._renew_all()

    def forget(self, name: str, by: Actor) -> None:
        """Takes a name out of the glossary: what it mended reads as heard again. `NotFoundError` if there is none."""
        with self._c.atomic():
            self._edits.remove_name(name, who=by.who, at=by.at)
            self._renew_all()

    def unmend(self, episode: str, start: float, name: str, by: Actor) -> None:
        """Puts back the one word that was heard where the glossary mended it; `NotFoundError` if it did not."""
        with self._c.atomic():
            mends = (one.mend for one in self._edits.mended(episode))
            mend = next((one for one in mends if abs(one.start - start) < 0.005 and one.name == name), None)
            manuscript = self._transcripts.manuscript(episode)
            if mend is None or manuscript is None:
                raise NotFoundError("mend", name)
            words = all_words(manuscript.transcript)
            places = (at for at, word in enumerate(words) if abs(word.start - mend.start) < 0.005 and name in word.text)
            at = next(places, None)
            if at is None:  # a person has corrected it since
                raise ChangedError
            edit = Reworded(anchor=Text(words).anchor(at, at + 1), new=(words[at].text.replace(name, mend.heard, 1),))
            self._edits.append(episode, edit, who=by.who, at=by.at)
            self._renew(episode)

    def _look(self, chosen: Chosen) -> tuple[Manuscript, Chosen]:
        """The manuscript, and where the words that a person has before them stand in it."""
        manuscript = self._transcripts.manuscript(chosen.episode)
        if manuscript is None:
            raise NotFoundError("transcript of", chosen.episode)
        said = chosen.was.split()
        first = stands(all_words(manuscript.transcript), said, chosen.first, chosen.start)
        if first is None:
            raise ChangedError
        return manuscript, replace(chosen, first=first, end=first + len(said))

    def _renew(self, episode: str, changed: bool = True) -> None:
        if changed:
            self._transcripts.rebuild(episode)

    def _renew_all(self) -> None:
        for row in self._c.all("select distinct episode from transcripts"):
            self._transcripts.rebuild(row["episode"])

    def _of_podcast(self, episode: str) -> tuple[str, ...]:
        rows = self._c.all(
            "select id from episodes where feed = (select feed from episodes where id = :episode)", episode=episode
        )
        return tuple(row["id"] for row in rows)


def _as_here(voices: Collection[str | None], name: str) -> str:
    """A name as it is written here already, if only in other letters, small or large; otherwise as it is."""
    alike = sorted(voice for voice in voices if voice and voice.casefold() == name.casefold())
    return name if name in alike or not alike else alike[0]


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > _LONGEST_NAME:
        raise InvalidError(f"A name has at most {_LONGEST_NAME} letters.")
    return name

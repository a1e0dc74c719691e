"""What people correct in a transcript: edits in a journal, laid over the machine's words, which stay as they were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.distance import Levenshtein

from companion.draft import Draft, all_words, spoken
from companion.errors import InvalidError
from companion.places import Anchor, Text
from companion.transcripts import Transcript

MOST_WORDS = 2000  # in one edit


@dataclass(frozen=True, kw_only=True, slots=True)
class Reworded:
    """The anchor's words are `new` in truth; none, if nothing was said."""

    anchor: Anchor
    new: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Voiced:
    """The anchor's words are said by `speaker`. `joined`: they go on with the turn before, whoever speaks there."""

    anchor: Anchor
    speaker: str | None
    joined: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Renamed:
    """A speaker's name everywhere."""

    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Undone:
    """An earlier edit, by its key, is taken back; this can be taken back itself."""

    edit: int


Edit = Reworded | Voiced | Renamed | Undone


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One line of the journal: who (`by`) did what, when (`at`, UTC). `episode` is None for the whole podcast."""

    key: int
    episode: str | None
    by: str
    at: datetime
    edit: Edit


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """A transcript with its corrections; `lost` are those whose place could not be found again."""

    transcript: Transcript
    lost: tuple[Correction, ...]


def standing(journal: Iterable[Correction]) -> tuple[Correction, ...]:
    """The edits that hold, oldest first: those that nobody took back."""
    undone: set[int] = set()
    held = []
    for one in sorted(journal, key=lambda one: one.key, reverse=True):
        if one.key in undone:
            continue
        if isinstance(one.edit, Undone):
            undone.add(one.edit.edit)
        else:
            held.append(one)
    return tuple(reversed(held))


def correct(transcript: Transcript, edits: Iterable[Correction]) -> Corrected:
    """The transcript with standing edits applied in their order.

    Words that no edit touched keep their times and probabilities; new ones share the time of those they replace.
    """
    draft = Draft(transcript)
    lost = tuple(one for one in edits if not _applied(draft, one.edit))
    return Corrected(transcript=draft.transcript(), lost=lost)


def _applied(draft: Draft, edit: Edit) -> bool:
    """Makes a change; False if its place cannot be found."""
    if isinstance(edit, Renamed):
        draft.rename(edit.old, edit.new)
        return True
    assert not isinstance(edit, Undone)  # these don't stand
    place = draft.text.find(edit.anchor)
    if place is None:
        return False
    if isinstance(edit, Reworded):
        draft.reword(*place, edit.new)
        return True
    if place[0] < place[1]:
        draft.voice(*place, edit.speaker, joined=edit.joined)
    return place[0] < place[1]


def rewording(transcript: Transcript, first: int, end: int, text: str) -> tuple[Reworded, ...]:
    """The edits that make the words from index `first` up to `end` read as `text`, the last one first.

    `InvalidError` if the stretch is no part of the transcript or too much is written.
    """
    said = Text(all_words(transcript))
    _check(said, first, end)
    new = text.split()
    if len(new) > MOST_WORDS:
        raise InvalidError(f"That is {len(new):,} words; please correct at most {MOST_WORDS:,} at a time.")
    old = [word.text for word in said.words[first:end]]
    edits = []
    for here, there in reversed(_changes(old, new)):
        texts = tuple(new[there])
        if not texts or here.start == here.stop:  # told as a change with a neighbour, so that there is a place to find
            if here.stop < len(old):
                here, texts = slice(here.start, here.stop + 1), (*texts, old[here.stop])
            elif here.start:
                here, texts = slice(here.start - 1, here.stop), (old[here.start - 1], *texts)
        place = first + here.start, first + here.stop
        edits.append(Reworded(anchor=said.anchor(*place), new=texts))
        said.exchange(*place, spoken(said.words, *place, texts))
    return tuple(edits)


def _changes(old: list[str], new: list[str]) -> list[tuple[slice, slice]]:
    """The stretches in which two texts differ, each between words that they share."""
    found: list[tuple[slice, slice]] = []
    for step in Levenshtein.opcodes(old, new):
        if step.tag == "equal":
            continue
        here, there = slice(step.src_start, step.src_end), slice(step.dest_start, step.dest_end)
        if found and found[-1][0].stop == here.start:
            last = found.pop()
            here, there = slice(last[0].start, here.stop), slice(last[1].start, there.stop)
        found.append((here, there))
    return found


def voicing(transcript: Transcript, first: int, end: int, speaker: str | None, *, joined: bool = False) -> Voiced:
    """The edit that gives the words from index `first` up to `end` to a speaker; `InvalidError` if there are none."""
    said = Text(all_words(transcript))
    _check(said, first, end)
    if joined and first == 0:
        raise InvalidError("There is no turn before the first one.")
    return Voiced(anchor=said.anchor(first, end), speaker=speaker, joined=joined)


def _check(said: Text, first: int, end: int) -> None:
    if not 0 <= first < end <= len(said.words):
        raise InvalidError("These words are not in the transcript any more. Reload the page and look again.")

"""Learning from people's verdicts, and proposing anew with what was learnt: the work behind the desk's buttons."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from companion.config import Settings
from companion.proposing import propose
from companion.running import alone
from companion.store import Store
from companion.tagging.encoder import kept_encoder
from companion.tagging.examples import learnt
from companion.tagging.learning import Comparison, Figures, better, compare, split
from companion.tagging.shelf import Shelf, write

_LAST = "last-training"  # the file, beside the taggers, that says what it brought


class Outcome(StrEnum):
    """What became of a newly trained tagger."""

    TAKEN = "taken"  # it is in use now
    WORSE = "worse"  # kept, but the old one stays in use
    SAME = "same"  # it is the one that was in use already


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrained:
    """What a training brought: by theme, how the `old` and the `new` version do on the verdicts held back."""

    old: str
    new: str
    outcome: Outcome
    themes: tuple[Comparison, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Retagged:
    """What a new look at tagged episodes brought: how many there were, and how many moments are proposed in them."""

    episodes: int
    proposals: int


def open_shelf(settings: Settings) -> Shelf:
    """The taggers of the data folder, with its sentence encoder if it has one."""
    return Shelf(settings.taggers, kept_encoder(settings.embedder))


def retrain(settings: Settings) -> Retrained:
    """Refits on the examples and verdicts; the new version is used if it is not worse on verdicts held back."""
    shelf = open_shelf(settings)
    with Store.open(settings.database) as store:
        lessons = [learnt(decision) for decision in store.decisions.all()]
    old = shelf.current()
    new = shelf.taught(split(lessons)[0])
    if new.version not in shelf.names():  # when a version was made stays true when the same is learnt again
        shelf.keep(new)
    themes = compare(old, new, lessons, shelf.encoder)
    outcome = Outcome.SAME if new.version == old.version else Outcome.TAKEN if better(themes) else Outcome.WORSE
    if outcome is Outcome.TAKEN:
        shelf.use(new.version)
    done = Retrained(old=old.version, new=new.version, outcome=outcome, themes=themes)
    write(settings.taggers / _LAST, json.dumps(asdict(done)))
    return done


def last_training(settings: Settings) -> Retrained | None:
    """What the last training brought; None if there was none."""
    try:
        kept = json.loads((settings.taggers / _LAST).read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # damaged: the next training writes it anew
        return None
    themes = tuple(
        Comparison(**{**one, "old": Figures(**one["old"]), "new": Figures(**one["new"])}) for one in kept["themes"]
    )
    return Retrained(old=kept["old"], new=kept["new"], outcome=Outcome(kept["outcome"]), themes=themes)


def retag(settings: Settings) -> Retagged:
    """Puts the proposals of the tagger in use in place of those of others, in all episodes that were tagged.

    Verdicts are never touched. `ConflictError` while an ingest is at work, which tags by itself.
    """
    shelf = open_shelf(settings)
    model = shelf.current()
    with (
        alone(settings.lock, "An ingest is at work; when it has ended, do this again."),
        Store.open(settings.database) as store,
    ):
        tagged = ((one, store.moments.tagged_by(one.id)) for one in store.feeds.episodes())
        todo = [episode for episode, by in tagged if by not in (None, model.version)]
        done = [propose(store, episode, model, shelf.encoder) for episode in todo]
    proposals = sum(one.moments for one in done if one)
    return Retagged(episodes=len(todo), proposals=proposals)

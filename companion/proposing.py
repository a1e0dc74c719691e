"""Proposing the moments of an episode: its transcript tagged, the proposals saved in place of those of before."""

from dataclasses import dataclass

from companion.feeds import Episode
from companion.store import Store
from companion.tagging import tagger
from companion.tagging.encoder import Encoder
from companion.tagging.model import Model


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposed:
    """What tagging an episode brought: how many `moments` in how many seconds of talk."""

    moments: int
    seconds: float


def propose(store: Store, episode: Episode, model: Model, encoder: Encoder | None) -> Proposed | None:
    """Tags an episode's transcript as it is by the time of saving; None if it has none.

    Tagging takes seconds, in which somebody may correct the transcript or redact it: then it is tagged again, so that
    no proposal quotes what is said there no more.
    """
    hosts = [person.name for person in episode.persons if person.role == "host"]
    while (transcript := store.transcripts.get(episode.id)) is not None:
        moments = tagger.tag(transcript, model, encoder=encoder, therapists=hosts)
        with store.atomic():
            if store.transcripts.get(episode.id) == transcript:
                store.moments.replace(episode.id, model.version, moments)
                seconds = transcript.segments[-1].end if transcript.segments else 0.0
                return Proposed(moments=len(moments), seconds=seconds)
    return None

"""The tagger: from a transcript to the moments worth a person's look. The same transcript always gives the same."""

from collections.abc import Collection

from companion.moments import Moment
from companion.tagging import cues as ear
from companion.tagging import spans
from companion.tagging.sentences import sentences
from companion.transcripts import Transcript

_RULES = "cues-1"  # counts up when the rules change, as the digest does when the cues do
# Names the rules and the editorial cues: another version tags every episode anew. Read here, parsed when first used.
VERSION: str = f"{_RULES}-{ear.digest(ear.text())}"


def tag(
    transcript: Transcript, *, cues: ear.Cues | None = None, therapists: Collection[str] = ()
) -> tuple[Moment, ...]:
    """Moments in order of time, at most `spans.SHORTLIST` of each theme; `cues` are the editorial ones unless given.

    `therapists` are names of speakers: what they say is often only a model or a look-alike, so in the shortlist it
    comes after what partners say.
    """
    used = cues or ear.cues()
    heard = sentences(transcript)
    hits = ear.hits(heard, used)
    return spans.moments(transcript.episode, heard, hits, tagger=f"{_RULES}-{used.digest}", therapists=therapists)

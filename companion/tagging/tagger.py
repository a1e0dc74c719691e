"""The tagger: from a transcript to the moments worth a person's look. The same transcript always gives the same."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from companion.moments import Moment
from companion.tagging import cues as ear
from companion.tagging import spans
from companion.tagging.encoder import Encoder
from companion.tagging.floor import THEME as TURNS
from companion.tagging.floor import floor
from companion.tagging.hits import Hit
from companion.tagging.model import Model, probability
from companion.tagging.nearest import Nearest
from companion.tagging.sentences import Sentence, sentences
from companion.tagging.units import Turn
from companion.transcripts import Transcript


def tag(
    transcript: Transcript,
    model: Model,
    *,
    encoder: Encoder | None = None,
    cues: ear.Cues | None = None,
    therapists: Collection[str] = (),
) -> tuple[Moment, ...]:
    """Moments in order of time, at most `spans.SHORTLIST` of each theme; `cues` are the editorial ones unless given.

    `therapists` are names of speakers: what they say is often only a model or a look-alike, so in the shortlist it
    comes after what partners say. `encoder` is the one the model was fitted with, if it was with one.
    """
    used = cues or ear.cues()
    heard = sentences(transcript)
    turns = [tuple(group) for _, group in groupby(heard, key=lambda sentence: sentence.turn)]
    nearest = Nearest(model.accepted, used)
    hits: list[Hit] = []
    first = 0
    for number, scored in enumerate(model.score(judged(turns), used, encoder)):
        for (theme, one), least in zip(scored.items(), model.thresholds, strict=True):
            structure = floor(turns, number) if theme == TURNS else ()
            for sentence, judgement in enumerate(one.sentences):
                sure = probability(judgement.logit + sum(weight for _, weight in structure))
                if sure >= least:
                    why = model.why(theme, judgement, structure)
                    why = replace(why, like=nearest.line(theme, judgement.unit))
                    hits.append(Hit(sentence=first + sentence, theme=theme, score=round(sure, 4), why=why))
        first += len(turns[number])
    return spans.moments(transcript.episode, heard, hits, tagger=model.version, therapists=therapists)


def judged(turns: Sequence[Sequence[Sentence]]) -> list[Turn]:
    """An episode's turns as they are judged: each with the words of the one before.

    Where speakers are unknown a turn is whatever was said without a long pause, by anybody: only its sentences count.
    """
    texts = [tuple(sentence.text for sentence in turn) for turn in turns]
    return [
        Turn(
            sentences=text,
            before=" ".join(texts[at - 1]) if at else "",
            whole=turns[at][0].speaker is not None,
        )
        for at, text in enumerate(texts)
    ]

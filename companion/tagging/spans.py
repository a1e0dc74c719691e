"""From hits to moments: sentences grown to something one can listen to, merged, and cut to a shortlist."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from companion.moments import Moment, moment_id
from companion.tagging.hits import Hit
from companion.tagging.sentences import Sentence
from companion.timecode import Span

SHORTEST, LONGEST = 5.0, 60.0  # s, of a moment
SHORTLIST = 12  # moments of one theme in one episode: what a person will look through
CONTEXT = 30  # words before and after


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    """Sentences `first` to `last` are quoted, `start` to `end` are played (sentence numbers, too), for `best`."""

    first: int
    last: int
    start: int
    end: int
    best: Hit


def moments(
    episode: str, sentences: Sequence[Sentence], hits: Sequence[Hit], *, tagger: str, therapists: Collection[str] = ()
) -> tuple[Moment, ...]:
    """The shortlist of moments for an episode, in order of time.

    A hit's sentence grows by whole sentences of its turn until it is `SHORTEST` seconds long; a shorter turn is quoted
    alone and played with what was said before it. Overlapping moments of a theme become one, while that is not longer
    than `LONGEST`. Of each theme the `SHORTLIST` strongest stay, what partners say before what `therapists` (by name)
    say.
    """
    by_theme: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_theme[hit.theme].append(hit)
    chosen = []
    for theme_hits in by_theme.values():
        stretches = _merged(sentences, _grown(sentences, theme_hits))
        chosen += sorted(
            stretches,
            key=lambda found: (sentences[found.first].speaker in therapists, -found.best.score, found.first),
        )[:SHORTLIST]
    found: dict[str, Moment] = {}
    for stretch in chosen:  # strongest first, and the same words twice are one moment
        moment = _moment(episode, sentences, stretch, tagger)
        found.setdefault(moment.id, moment)
    return tuple(sorted(found.values(), key=lambda moment: (moment.span.start, moment.theme)))


def _grown(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> list[_Stretch]:
    """Each hit of one theme as a stretch; of two in one stretch the stronger speaks for it."""
    stretches: list[_Stretch] = []
    for hit in sorted(hits, key=lambda hit: hit.sentence):
        if stretches and stretches[-1].last >= hit.sentence:
            stretches[-1] = replace(stretches[-1], best=_stronger(stretches[-1].best, hit))
            continue
        first, last = _grow(sentences, hit.sentence, hit.sentence, within_turn=True)
        start, end = _grow(sentences, first, last, within_turn=False)
        stretches.append(_Stretch(first=first, last=last, start=start, end=end, best=hit))
    return stretches


def _grow(sentences: Sequence[Sentence], first: int, last: int, *, within_turn: bool) -> tuple[int, int]:
    """Adds whole sentences until the stretch is long enough or nothing fits: the next one and the one before, in turn.

    Beyond the turn it is the one before as long as there is one: what was answered, not what others say to it.
    """
    turn = sentences[first].turn
    forward = within_turn
    while sentences[last].end - sentences[first].start < SHORTEST:
        options = [last + 1, first - 1] if forward else [first - 1, last + 1]
        fitting = [
            option
            for option in options
            if 0 <= option < len(sentences)
            and (not within_turn or sentences[option].turn == turn)
            and _seconds(sentences, min(first, option), max(last, option)) <= LONGEST
        ]
        if not fitting:
            break
        first, last = min(first, fitting[0]), max(last, fitting[0])
        forward = within_turn and not forward
    return first, last


def _merged(sentences: Sequence[Sentence], stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Overlapping stretches, and neighbours in one turn, as one.

    Where that would be longer than `LONGEST` they are parted or, if they can't be, only the stronger stays.
    """
    merged: list[_Stretch] = []
    for stretch in sorted(stretches, key=lambda found: (found.start, found.first)):
        if not merged or not _touch(sentences, merged[-1], stretch):
            merged.append(stretch)
            continue
        last = merged.pop()
        stronger = max(last, stretch, key=lambda found: found.best.score)
        start, end = min(last.start, stretch.start), max(last.end, stretch.end)
        if _seconds(sentences, start, end) > LONGEST:
            parted = last.end < stretch.first
            merged += [last, replace(stretch, start=max(stretch.start, last.end + 1))] if parted else [stronger]
        elif sentences[last.first].turn == sentences[stretch.first].turn:
            first, final = min(last.first, stretch.first), max(last.last, stretch.last)
            best = _stronger(last.best, stretch.best)
            merged.append(_Stretch(first=first, last=final, start=start, end=end, best=best))
        else:  # two people: the stronger is quoted, both are heard
            merged.append(replace(stronger, start=start, end=end))
    return merged


def _stronger(one: Hit, other: Hit) -> Hit:
    return max(one, other, key=lambda hit: hit.score)


def _touch(sentences: Sequence[Sentence], one: _Stretch, next: _Stretch) -> bool:
    """True if they share sentences, or the quote of one goes on in the other."""
    same_turn = sentences[one.last].turn == sentences[next.first].turn
    return next.start <= one.end or (same_turn and next.first == one.last + 1)


def _seconds(sentences: Sequence[Sentence], first: int, last: int) -> float:
    return sentences[last].end - sentences[first].start


def _moment(episode: str, sentences: Sequence[Sentence], stretch: _Stretch, tagger: str) -> Moment:
    quote = " ".join(sentence.text for sentence in sentences[stretch.first : stretch.last + 1])
    start = sentences[stretch.start].start
    end = min(max(sentence.end for sentence in sentences[stretch.start : stretch.end + 1]), start + LONGEST)
    return Moment(
        id=moment_id(episode, stretch.best.theme, quote),
        episode=episode,
        theme=stretch.best.theme,
        span=Span(start=start, end=end),
        quote=quote,
        speaker=sentences[stretch.first].speaker,
        before=" ".join(_words(sentences[max(0, stretch.first - CONTEXT) : stretch.first])[-CONTEXT:]),
        after=" ".join(_words(sentences[stretch.last + 1 : stretch.last + 1 + CONTEXT])[:CONTEXT]),
        score=stretch.best.score,
        why=stretch.best.why,
        tagger=tagger,
    )


def _words(sentences: Sequence[Sentence]) -> list[str]:
    return [word for sentence in sentences for word in sentence.text.split()]

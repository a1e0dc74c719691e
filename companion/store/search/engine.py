"""From a query to what is found: words widened and mended, the indexes asked, matches ranked and counted."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from companion.store.search import exercises
from companion.store.search import expression as fts
from companion.store.search.expression import Unit
from companion.store.search.hits import Facets, Found, Match
from companion.store.search.index import MOST, Index, Scope
from companion.store.search.language import COMMON, Query, Term
from companion.store.search.ranking import coverage, ranked, surfaces
from companion.store.search.units import Units
from companion.store.vocabulary import Vocabulary

_MENDED = 3  # words of a query whose spelling is mended; with more of them it is in another language

_T = TypeVar("_T", bound=Hashable)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pools:
    """Matches of each kind; `full` says that the index has more than were looked at."""

    moments: list[Match]
    passages: list[Match]
    notes: list[Match]
    full: bool

    def __bool__(self) -> bool:
        return bool(self.moments or self.passages or self.notes)

    def everything(self) -> list[Match]:
        return self.moments + self.passages + self.notes


class Engine:
    """Answers queries over one store."""

    def __init__(self, index: Index, vocabulary: Vocabulary) -> None:
        self._index = index
        self._vocabulary = vocabulary
        self._units = Units(vocabulary)

    def find(self, query: Query, *, exact: bool, typing: bool = False) -> Found:
        """All that fits a query. `exact` takes the words as they are; `typing` finishes the last, without passages."""
        return self._find(query, exact=exact, mend=not exact, typing=typing)

    def _find(self, query: Query, *, exact: bool, mend: bool, typing: bool) -> Found:
        scope = self._index.scope(query, fts.without(query.without))
        if not query.terms:
            filtered = self._index.filtered(scope) if query.filtered else []
            return _answer(query, _Pools(moments=filtered, passages=[], notes=[], full=len(filtered) == MOST))
        units = self._units.of(query.terms, exact=exact, typing=typing)
        direct = fts.all_of(units, widened=False)
        pools = self._asked(direct, scope, widened=False, brief=typing)
        if len(units) > 1 and pools.full and not typing:
            pools = _joined(self._asked(fts.in_a_row(units), scope, widened=False), pools)
        shelved = exercises.find(direct) if not query.filtered else ()
        also: tuple[str, ...] = ()
        if any(unit.wider for unit in units):
            pools = _joined(pools, self._asked(fts.all_of(units, widened=True), scope, widened=True))
            also = self._also(units)
        most = False
        if not exact and not pools and not shelved:
            mended = self.mended(query) if mend else None  # once only: what was mended is never mended again
            if mended and (found := self._find(mended, exact=False, mend=False, typing=typing)).total:
                return replace(found, corrected=True)
            pools, most, also = self._most(units, scope), True, ()
        return self._ranked(query, pools, units, also=also, most=most and bool(pools), exercises=shelved)

    def _asked(self, expression: str, scope: Scope, *, widened: bool, brief: bool = False) -> _Pools:
        alone = scope.theme is not None  # passages and notes have no theme
        about = scope.speaker is not None  # nor have notes a speaker
        moments = self._index.moments(expression, scope, widened=widened)
        passages = [] if alone or brief else self._index.passages(expression, scope, widened=widened)
        notes = [] if alone or about else self._index.notes(expression, scope, widened=widened)
        return _Pools(moments=moments, passages=passages, notes=notes, full=max(len(moments), len(passages)) >= MOST)

    def _most(self, units: Sequence[Unit], scope: Scope) -> _Pools:
        """What has most of the words asked for, where nothing has all."""
        for expression in fts.most_of(units):
            if pools := self._asked(expression, scope, widened=False):
                return _Pools(
                    moments=_best_covered(pools.moments),
                    passages=_best_covered(pools.passages),
                    notes=_best_covered(pools.notes),
                    full=pools.full,
                )
        return _Pools(moments=[], passages=[], notes=[], full=False)

    def mended(self, query: Query) -> Query | None:
        """The query with the words that occur nowhere spelt as they may have been meant; None if nothing is near."""
        alone = [term for term in query.terms if len(term.words) == 1 and not _plainly_meant(term)]
        nowhere = {term for term in alone if not self._index.any(fts.phrase(term.words))}
        if len(nowhere) > _MENDED:
            return None
        terms: list[Term] = []
        for term in query.terms:
            meant = self._units.spelling.meant(term.words[0]) if term in nowhere else None
            terms += [Term(text=word, quoted=False) for word in meant.split()] if meant else [term]
        return replace(query, terms=tuple(terms)) if terms != list(query.terms) else None

    def _also(self, units: Sequence[Unit]) -> tuple[str, ...]:
        """The words that widened the query, those left out that are nowhere said."""
        wider = [words for unit in units for words in unit.wider]
        known = self._vocabulary.known(word for words in wider for word in words)
        return tuple(dict.fromkeys(" ".join(words) for words in wider if all(word in known for word in words)))

    def _ranked(
        self,
        query: Query,
        pools: _Pools,
        units: Sequence[Unit],
        *,
        also: tuple[str, ...],
        most: bool,
        exercises: tuple[str, ...],
    ) -> Found:
        known = self._vocabulary.known(surfaces(pools.everything()))
        about = {match.episode for match in pools.notes}

        def order(matches: Iterable[Match]) -> tuple[Match, ...]:
            return tuple(ranked(matches, known, terms=len(units), about=about))

        moments = order(pools.moments)
        passages = order(_uncovered(pools.passages, moments))
        best = replace(pools, moments=list(moments), passages=list(passages))
        return replace(_answer(query, best), also=also, most=most, exercises=exercises)


def _answer(query: Query, pools: _Pools) -> Found:
    counted = pools.everything()
    return Found(
        query=query,
        corrected=False,
        also=(),
        most=False,
        capped=pools.full,
        moments=tuple(pools.moments),
        passages=tuple(pools.passages),
        notes=tuple(pools.notes),
        exercises=(),
        facets=Facets(
            themes=_counts(match.theme for match in counted),
            speakers=_counts(match.speaker for match in counted),
            seasons=_counts(match.season for match in counted),
            episodes=_counts(match.episode for match in counted),
        ),
    )


def _counts(values: Iterable[_T | None]) -> dict[_T, int]:
    return dict(Counter(value for value in values if value is not None).most_common())


def _plainly_meant(term: Term) -> bool:
    """Whether there can be no slip in a word: it is common in any talk, or the name of a filter still to be typed."""
    return term.words[0] in COMMON or term.text.endswith(":")


def _joined(first: _Pools, then: _Pools) -> _Pools:
    """Both, what is in the first left out of the second."""

    def both(one: list[Match], other: list[Match]) -> list[Match]:
        keys = {match.key for match in one}
        return one + [match for match in other if match.key not in keys]

    return _Pools(
        moments=both(first.moments, then.moments),
        passages=both(first.passages, then.passages),
        notes=both(first.notes, then.notes),
        full=first.full or then.full,
    )


def _best_covered(matches: list[Match]) -> list[Match]:
    """Of matches that have some of the words asked for, those that have most of them."""
    best = max(map(coverage, matches), default=0)
    return [match for match in matches if 3 * coverage(match) >= 2 * best]


def _uncovered(passages: Iterable[Match], moments: Iterable[Match]) -> list[Match]:
    """Passages that are not already heard in one of the moments."""
    heard: dict[str, list[tuple[float, float]]] = {}
    for moment in moments:
        heard.setdefault(moment.episode, []).append((moment.start, moment.end))

    def covered(passage: Match) -> bool:
        place = passage.marks[0][0] / max(len(passage.text), 1) if passage.marks else 0.0
        at = passage.start + (passage.end - passage.start) * place
        return any(start <= at < end for start, end in heard.get(passage.episode, ()))

    return [passage for passage in passages if not covered(passage)]

"""From terms to units: what else could have been said, names that sound alike, and a word that is still being typed."""

from collections.abc import Sequence

from companion.store.search.expression import Unit, Words
from companion.store.search.language import COMMON, Term
from companion.store.search.ranking import weight
from companion.store.search.spelling import Spelling
from companion.store.vocabulary import Vocabulary, plain
from companion.thesaurus import thesaurus

FINISHED = 10  # ways to finish a word that is still being typed
_LITTLE = 1.0  # weight of a word that is common in any talk, however seldom it is said here
_SAID = 4  # words; more of them are a remembered sentence, which means its own words


class Units:
    """Makes units with the vocabulary of one store."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.spelling = Spelling(vocabulary)

    def of(self, terms: Sequence[Term], *, exact: bool, typing: bool) -> tuple[Unit, ...]:
        """One unit for each term, or for several that are one thing to the thesaurus; `exact` ones are not widened."""
        exact = exact or len(_words(terms)) > _SAID
        groups = [(terms[place : place + 1], ()) for place in range(len(terms))] if exact else _grouped(terms)
        known = self._vocabulary.known(_words(terms))
        units = []
        for group, others in groups:
            words = _words(group)
            ways: tuple[Words, ...] = (words,)
            if typing and group[-1] is terms[-1] and not terms[-1].quoted:
                finished = self._vocabulary.beginning(words[-1], FINISHED)
                ways = tuple(dict.fromkeys([*((*words[:-1], one.word) for one in finished), words]))
            names = self.spelling.names(words[0]) if len(words) == 1 and not exact and not typing else ()
            rarest = min((known[word].n if word in known else 0) for word in map(plain, words))
            tells = min(weight(rarest), _LITTLE) if COMMON.issuperset(words) else weight(rarest)
            units.append(Unit(ways=ways, wider=(*others, *((name,) for name in names)), weight=tells))
        return tuple(units)


def _grouped(terms: Sequence[Term]) -> list[tuple[Sequence[Term], tuple[Words, ...]]]:
    """The terms, those together that are one phrase of the thesaurus, each with what else could have been said."""
    words = thesaurus()
    groups: list[tuple[Sequence[Term], tuple[Words, ...]]] = []
    place = 0
    while place < len(terms):
        for taken in range(min(words.longest, len(terms) - place), 0, -1):
            group = terms[place : place + taken]
            others = () if any(term.quoted for term in group) else words.others(_words(group))
            if taken == 1 or others:
                groups.append((group, tuple(Term(text=other, quoted=True).words for other in others)))
                place += taken
                break
    return groups


def _words(terms: Sequence[Term]) -> Words:
    return tuple(word for term in terms for word in term.words)

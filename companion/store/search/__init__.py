"""Finding what was said: moments first, then passages, then episodes by their notes; each hit at its second."""

from dataclasses import replace

from companion.store.connection import Connection
from companion.store.search.engine import Engine
from companion.store.search.hits import Facets, Found, Hit, Match, Results, densest, quoted_at, time_at
from companion.store.search.index import Index
from companion.store.search.language import Query, parse
from companion.store.search.topics import nearest, topic
from companion.store.search.units import FINISHED
from companion.store.transcripts import Transcripts, segment
from companion.store.vocabulary import Vocabulary, plain
from companion.timecode import Span

__all__ = ["Facets", "Found", "Hit", "Match", "Query", "Results", "Search", "nearest", "parse", "topic"]


_OFFERED = 4  # ways to finish a query


class Search:
    """Full-text search over the current transcripts, the moments, the show notes and the exercises."""

    def __init__(self, connection: Connection, transcripts: Transcripts) -> None:
        self._c = connection
        self._transcripts = transcripts
        self._vocabulary = Vocabulary(connection)
        self._engine = Engine(Index(connection), self._vocabulary)

    def query(self, text: str, *, theme: str | None = None, limit: int = 20, offset: int = 0) -> Results:
        """What matches `text` as a flat list: moments, passages, notes; never an error, whatever is asked."""
        query = parse(text)
        found = self.find(replace(query, theme=theme) if theme else query)
        matches = found.moments + found.passages + found.notes
        return Results(total=len(matches), hits=tuple(map(self.hit, matches[offset : offset + limit])))

    def find(self, query: Query, *, exact: bool = False) -> Found:
        """What fits a query: widened by the thesaurus, mended in spelling, relaxed to most words, unless `exact`."""
        return self._engine.find(query, exact=exact)

    def suggest(self, query: Query) -> tuple[tuple[str, ...], Found]:
        """While the last word is being typed: ways to finish the query, and what fits any of them."""
        found = self._engine.find(query, exact=True, typing=True)
        if not query.terms or query.terms[-1].quoted:
            return (), found
        *start, last = query.terms
        *whole, begun = last.words
        met = {plain(match.text[a:b]) for match in found.moments + found.notes for a, b in match.marks}
        words = [one.word for one in self._vocabulary.beginning(begun, FINISHED) if one.word != begun]
        finished = [word for word in words if word in met] or words
        return tuple(" ".join([*map(str, start), *whole, word]) for word in finished[:_OFFERED]), found

    def spelt(self, query: Query) -> Query | None:
        """A query as it may have been meant, where some of its words are nowhere said; None if nothing is near."""
        return self._engine.mended(query)

    def hit(self, match: Match) -> Hit:
        """A match at the second where its words are spoken."""
        start = match.start
        themes: tuple[str, ...] = (match.theme,) if match.theme else ()
        if match.kind == "moment":
            under = self._transcripts.between(match.episode, Span(start=match.start, end=match.end))
            start = quoted_at(under, match.text, match.marks, match.start, match.end)
        elif match.kind == "passage":
            row = self._c.one("select start, end, speaker, text, words from segments where key = :key", key=match.key)
            assert row is not None  # found a moment ago by the same connection
            start = time_at(segment(row), densest(match.marks))
            themes = self._themes(match)
        return Hit(
            kind=match.kind,
            episode=match.episode,
            title=match.title,
            start=start,
            end=match.end,
            text=match.text,
            marks=match.marks,
            speaker=match.speaker,
            themes=themes,
            moment=match.id,
        )

    def _themes(self, match: Match) -> tuple[str, ...]:
        rows = self._c.all(
            """
            select distinct theme from moments
            where episode = :episode and start < :end and end > :start order by theme
            """,
            episode=match.episode,
            start=match.start,
            end=match.end,
        )
        return tuple(row["theme"] for row in rows)

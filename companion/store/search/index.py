"""Rows of the three full-text indexes that match an expression, within the filters that are set."""

import json
from dataclasses import dataclass
from typing import Any

from companion.store.connection import Connection, Row
from companion.store.moments import NEWEST_REVIEW
from companion.store.search.expression import in_columns, phrase
from companion.store.search.hits import OPEN, SHUT, Kind, Match, remarked, unmark
from companion.store.search.language import Query, Term

MOST = 250  # rows of a kind that are looked at and ranked; a common word has many more, each as good as the next
_NOTES = 60  # the same for episodes by their notes
_SURE = 30  # accepted moments that are looked at even where they lie beyond those

_MOMENT = f"""
    select m.key, m.id, m.episode, e.season, e.title, m.theme, m.speaker, {{text}} as text, r.verdict,
        coalesce(r.now_start, r.start, m.start) as start, coalesce(r.now_end, r.end, m.end) as end,
        iif(r.start is null, null, coalesce(r.now_text, r.text)) as cut
    {{source}}
    join episodes e on e.id = m.episode {NEWEST_REVIEW}
    where (:theme is null or m.theme = :theme) and (:speaker is null or m.speaker = :speaker
            or ' ' || m.speaker || ' ' like :speaker_like escape '\\')
        and (:episodes is null or m.episode in (select value from json_each(:episodes)))
        and coalesce(r.verdict, '') != 'reject'
"""  # `cut`: the words it has since a person moved its edges; the index has those that were proposed

_INDEXED = (  # joined with what they are indexes of: of a table, the public may see less than the index has
    ("segments", "text", "join segments s on s.key = f.rowid join transcripts t on t.key = s.transcript"),
    ("moments", "quote", "join moments m on m.key = f.rowid"),
    ("episodes", "title notes_text", "join episodes e on e.key = f.rowid"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The filters, looked up: `episodes` and the `ranges` of keys of their segments are None where any will do."""

    theme: str | None
    speaker: str | None
    episodes: frozenset[str] | None
    ranges: tuple[tuple[int, int], ...] | None
    excluded: str


class Index:
    """Reads matches. All expressions are those of `expression`, so none of them is an error."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def scope(self, query: Query, excluded: str) -> Scope:
        """A query's filters as keys and ids."""
        episodes = ranges = None
        if query.season is not None or query.episode is not None:
            episodes = self._episodes(query)
            ranges = self._ranges(episodes)
        return Scope(theme=query.theme, speaker=query.speaker, episodes=episodes, ranges=ranges, excluded=excluded)

    def moments(self, expression: str, scope: Scope, *, widened: bool) -> list[Match]:
        """Moments whose quote matches, rejected ones left out; accepted ones are never cut off by the limit.

        One whose matching words a person cut away does not match any more.
        """
        source = """from moments_fts f join moments m on m.key = f.rowid and f.moments_fts match :match"""
        sql = _MOMENT.format(text="highlight(moments_fts, 0, :open, :shut)", source=source)
        values = self._values(expression, "quote", scope)
        rows = self._c.all(f"{sql} limit :most", **values)
        if len(rows) == MOST and sum(row["verdict"] is not None for row in rows) < _SURE:
            keys = sorted(self._accepted() - {row["key"] for row in rows})
            matching = {
                row["rowid"]
                for row in self._c.all("select rowid from moments_fts where moments_fts match :m", m=values["match"])
            }
            sure = [key for key in keys if key in matching][:_SURE]
            rows += self._c.all(f"{sql} and f.rowid in (select value from json_each(:keys))", keys=str(sure), **values)
        return [one for one in (_match("moment", row, widened=widened) for row in rows) if one.marks]

    def filtered(self, scope: Scope) -> list[Match]:
        """Moments by the filters alone, none of whose words is marked; accepted ones first, then the surest."""
        sql = _MOMENT.format(text="m.quote", source="from moments m")
        if scope.excluded:
            sql += " and m.key not in (select rowid from moments_fts where moments_fts match :match)"
        order = "order by verdict is null, m.score desc, m.key"
        rows = self._c.all(f"{sql} {order} limit :most", **self._values(scope.excluded, "quote", scope))
        return [_match("moment", row, widened=False) for row in rows]

    def passages(self, expression: str, scope: Scope, *, widened: bool) -> list[Match]:
        """Segments of current transcripts that match."""
        held = in_columns(expression, "text", scope.excluded)
        if scope.speaker is not None:
            held = f"({held}) AND speaker : ({phrase(Term(text=scope.speaker, quoted=True).words)})"
        found: list[Row] = []
        for first, last in scope.ranges if scope.ranges is not None else ((0, 2**62),):
            found += self._c.all(
                """
                select s.key, null as id, t.episode, e.season, e.title, null as theme, s.start, s.end, s.speaker,
                    highlight(segments_fts, 0, :open, :shut) as text, null as verdict, null as cut
                from segments_fts f join segments s on s.key = f.rowid
                join transcripts t on t.key = s.transcript and t.current = 1
                join episodes e on e.id = t.episode
                where f.segments_fts match :match and f.rowid between :first and :last limit :most
                """,
                match=held,
                first=first,
                last=last,
                open=OPEN,
                shut=SHUT,
                most=MOST - len(found),
            )
            if len(found) == MOST:
                break
        return [_match("passage", row, widened=widened) for row in found]

    def notes(self, expression: str, scope: Scope, *, widened: bool) -> list[Match]:
        """Episodes whose title or notes match, those with the words in their title first."""
        rows = self._c.all(
            """
            select e.key, null as id, e.id as episode, e.season, e.title, null as theme, 0.0 as start, 0.0 as end,
                null as speaker, snippet(episodes_fts, 1, :open, :shut, '…', 40) as text, null as verdict, null as cut
            from episodes_fts join episodes e on e.key = episodes_fts.rowid
            where episodes_fts match :match and rank match 'bm25(4.0, 1.0)'
                and (:episodes is null or e.id in (select value from json_each(:episodes)))
            order by rank limit :most
            """,
            **{**self._values(expression, "title notes_text", scope), "most": _NOTES},
        )
        return [_match("notes", row, widened=widened) for row in rows]

    def any(self, expression: str) -> bool:
        """Whether anything at all matches."""
        return any(
            self._c.one(
                f"select 1 from {table}_fts f {join} where f.{table}_fts match :m limit 1",
                m=in_columns(expression, columns, ""),
            )
            for table, columns, join in _INDEXED
        )

    def _values(self, expression: str, columns: str, scope: Scope) -> dict[str, Any]:
        like = None
        if scope.speaker is not None:
            escaped = scope.speaker.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            like = f"% {escaped} %"
        return {
            "match": in_columns(expression, columns, scope.excluded if expression != scope.excluded else ""),
            "theme": scope.theme,
            "speaker": scope.speaker,
            "speaker_like": like,
            "episodes": json.dumps(sorted(scope.episodes)) if scope.episodes is not None else None,
            "open": OPEN,
            "shut": SHUT,
            "most": MOST,
        }

    def _accepted(self) -> set[int]:
        rows = self._c.all(
            """
            select m.key from (select moment, max(key) as key from reviews group by moment) newest
            join reviews r on r.key = newest.key and r.verdict = 'accept' join moments m on m.id = r.moment
            """
        )
        return {row["key"] for row in rows}

    def _episodes(self, query: Query) -> frozenset[str]:
        """By id; else by number; else by words of the title."""
        asked = query.episode
        words = Term(text=asked or "", quoted=True).words
        number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else None
        for condition, needed in (
            ("id = :asked", asked),
            ("number = :number", number),
            ("key in (select rowid from episodes_fts where episodes_fts match :title)", asked),
            ("true", query.season if asked is None else None),
        ):
            rows = needed is not None and self._c.all(
                f"select id from episodes where {condition} and (:season is null or season = :season)",
                asked=asked,
                number=number,
                title=in_columns(phrase(words), "title", ""),
                season=query.season,
            )
            if rows:
                return frozenset(row["id"] for row in rows)
        return frozenset()

    def _ranges(self, episodes: frozenset[str]) -> tuple[tuple[int, int], ...]:
        """The keys of the episodes' segments, each transcript's being written in one go and neighbours made one."""
        rows = self._c.all(
            """
            select (select key from segments where transcript = t.key order by position limit 1) as first,
                (select key from segments where transcript = t.key order by position desc limit 1) as last
            from transcripts t where t.current = 1 and t.episode in (select value from json_each(:episodes))
            """,
            episodes=json.dumps(sorted(episodes)),
        )
        ranges: list[tuple[int, int]] = []
        for first, last in sorted((row["first"], row["last"]) for row in rows if row["first"] is not None):
            if ranges and ranges[-1][1] + 1 == first:
                first = ranges.pop()[0]
            ranges.append((first, last))
        return tuple(ranges)


def _match(kind: Kind, row: Row, *, widened: bool) -> Match:
    text, marks = unmark(row["text"])
    if row["cut"] is not None:
        text, marks = row["cut"], remarked(text, marks, row["cut"])
    return Match(
        kind=kind,
        key=row["key"],
        id=row["id"],
        episode=row["episode"],
        season=row["season"],
        title=row["title"],
        start=row["start"],
        end=row["end"],
        text=text,
        marks=marks,
        speaker=row["speaker"],
        theme=row["theme"],
        accepted=row["verdict"] == "accept",
        widened=widened,
    )

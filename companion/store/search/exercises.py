"""Exercises by their words: so few that their index is made in memory, once."""

import sqlite3
from functools import cache

from companion import exercises
from companion.store.search.expression import in_columns

_MOST = 5


def find(expression: str) -> tuple[str, ...]:
    """The slugs of exercises that match an expression, the best first."""
    rows = _index().execute(
        "select slug from shelf where shelf match ? order by bm25(shelf, 0, 5.0, 1.0) limit ?",
        (in_columns(expression, "title words", ""), _MOST),
    )
    return tuple(slug for (slug,) in rows)


@cache
def _index() -> sqlite3.Connection:
    # read by many threads, written only here; SQLite itself takes them in turn
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.execute(
        "create virtual table shelf using fts5 (slug unindexed, title, words, "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    for one in exercises.exercises().values():
        words = [one.why, *(step.text for step in one.steps), *one.prompts]
        made.execute("insert into shelf values (?, ?, ?)", (one.slug, one.title, " ".join(words)))
    return made

"""The journal of reviews: one row for each, only ever appended."""

from companion.moments import Moment
from companion.reviews import Review
from companion.store.connection import Connection


def append(
    connection: Connection,
    review: Review,
    moment: Moment,
    *,
    act: int | None = None,
    made: bool = False,
    restores: int | None = None,
    undoes: int | None = None,
) -> int:
    """Adds a review and the words it is about; gives its number, larger than those of all before it.

    Rows of one `act` (the number of its first row) are taken back together; `made` says that the act brought the moment
    itself. An undo says which act it `undoes`, and which row it `restores` (None: the moment had no review).
    """
    connection.run(
        """
        insert into reviews (
            moment, verdict, reviewer, at, note, theme, text, before, tagger, instead, start, end, title, exercise,
            act, made, restores, undoes
        ) values (
            :moment, :verdict, :reviewer, :at, :note, :theme, :text, :before, :tagger, :instead, :start, :end, :title,
            :exercise, :act, :made, :restores, :undoes
        )
        """,
        moment=review.moment,
        verdict=review.verdict,
        reviewer=review.reviewer,
        at=review.at.isoformat(),
        note=review.note,
        theme=moment.theme,
        text=review.quote or moment.quote,
        before=moment.before,
        tagger=moment.tagger,
        instead=review.instead,
        start=review.span.start if review.span else None,
        end=review.span.end if review.span else None,
        title=review.title,
        exercise=review.exercise,
        act=act,
        made=made,
        restores=restores,
        undoes=undoes,
    )
    row = connection.one("select last_insert_rowid() as key")
    assert row is not None  # always has a row
    return int(row["key"])

"""Whether what cannot be found was here once and has been taken down."""

from companion.store.connection import Connection


def is_gone(connection: Connection, id: str) -> bool:
    """Of an episode or a moment that a read did not give: taken down, part of what was, or redacted."""
    row = connection.one(
        """
        select 1 from takedowns where subject = :id
            or subject = (select episode from main.moments where id = :id)
            or subject = (select episode from withheld where moment = :id)
        union all select 1 from withheld where moment = :id and gone = 1
        """,
        id=id,
    )
    return row is not None

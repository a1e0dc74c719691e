"""The database as the public sees it: views of the same names in front of the tables, so that no read can forget it.

SQLite looks a name up among a connection's temporary tables and views before it looks among those of the file. So every
query of the store, whoever writes it, reads only what is published, not taken down and not redacted; and these tables
can't be written through such a connection. Those of the desk's door (sessions, attempts, the audit trail) have no view,
and can.
"""

from companion.store.connection import Connection

_VIEWS = (
    "create temp table previewed (id text)",
    "create temp view hidden as select id from main.hidden where id not in (select id from temp.previewed)",
    "create temp view episodes as select * from main.episodes where id not in (select id from temp.hidden)",
    """
    create temp view transcripts as
        select * from main.transcripts where current = 1 and episode not in (select id from temp.hidden)
    """,
    "create temp view media as select * from main.heard where episode not in (select id from temp.hidden)",
)
_MOMENTS = """
    create temp view moments as
        select m.* from main.moments m
        where m.episode not in (select id from temp.hidden) and m.id not in (select id from temp.hidden)
            and not exists (
                select 1 from main.redactions x where x.episode = m.episode and (
                    x.start < m.end and x.end > m.start
                    or exists (
                        select 1 from main.reviews r
                        where r.key = (select max(key) from main.reviews where moment = m.id)
                            and x.start < coalesce(r.now_end, r.end) and x.end > coalesce(r.now_start, r.start)
                    )
                )
            )
"""
_REVIEWED = """
            and (select verdict from main.reviews where moment = m.id order by key desc limit 1) = 'accept'
"""


def show_public(connection: Connection, *, proposals: bool, preview: str | None) -> None:
    """Puts the views up: `proposals` says whether moments that nobody has reviewed are shown.

    `preview` is an episode that is seen as if it was published.
    """
    for view in (*_VIEWS, _MOMENTS if proposals else _MOMENTS + _REVIEWED):
        connection.run(view)
    if preview is not None:
        connection.run("insert into previewed (id) values (:id)", id=preview)

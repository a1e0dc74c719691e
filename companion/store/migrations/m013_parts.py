"""Migration 13: chapters that a podcast publishes in a file of their own."""

from sqlite_utils import Database

from companion.store.migrations.run import migrations, run


@migrations()
def m013_parts(db: Database) -> None:
    """A row per episode whose chapters file was read: JSON, [[seconds, title], …]."""
    run(
        db,
        """
        create table parts (
            episode text primary key references episodes(id) on delete cascade,
            chapters text not null
        ) strict;
        """,
    )

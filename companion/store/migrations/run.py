"""The list of migrations, and how one runs a script."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("companion")


def run(db: Database, script: str) -> None:
    """Statement by statement: `executescript` would commit the migration's own transaction."""
    from sqlite3 import complete_statement

    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if complete_statement(statement):
            db.execute(statement)
            statement = ""

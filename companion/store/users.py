"""Who may enter the desk, with what is kept of their passwords."""

from datetime import datetime

from companion.errors import InvalidError, NotFoundError
from companion.store.connection import Connection, Row
from companion.users import Role, User, same


class Users:
    """Reads and writes people. Names are told apart by their letters, whether large or small.

    That is decided here and not in SQL: SQLite knows large and small of the letters from A to Z alone.
    """

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def all(self) -> tuple[User, ...]:
        """Everybody, by name."""
        rows = self._c.all("select name, role from users order by name")
        return tuple(User(name=row["name"], role=Role(row["role"])) for row in rows)

    def get(self, name: str) -> User:
        """Somebody; `NotFoundError` if there is nobody of that name."""
        row = self._find(name)
        if row is None:
            raise NotFoundError("person", name)
        return User(name=row["name"], role=Role(row["role"]))

    def digest(self, name: str) -> str | None:
        """What is kept of somebody's password, None if there is nobody of that name."""
        row = self._find(name)
        return row["password"] if row else None

    def check_free(self, name: str) -> None:
        """`InvalidError` if there is somebody of that name."""
        if self._find(name):
            raise InvalidError(f"There is somebody named “{name}” already. Take another name.")

    def add(self, user: User, digest: str, now: datetime) -> None:
        """Lets somebody in from now on; `InvalidError` if there is somebody of that name."""
        with self._c.atomic(shown=False):
            self.check_free(user.name)
            self._insert(user, digest, now)

    def put(self, user: User, digest: str, now: datetime) -> None:
        """Lets somebody in, or gives them another password and role: then their sessions end."""
        with self._c.atomic(shown=False):
            before = self._find(user.name)
            if before:
                self._c.run("delete from users where name = :name", name=before["name"])
            self._insert(user, digest, now)

    def renew(self, name: str, digest: str) -> User:
        """Gives somebody another password and ends their sessions; `NotFoundError`. Who they are stays as it is."""
        with self._c.atomic(shown=False):
            user = self.get(name)
            self._c.run("update users set password = :digest where name = :name", digest=digest, name=user.name)
            self._c.run("delete from sessions where user = :name", name=user.name)
        return user

    def change(self, name: str, role: Role) -> None:
        """Gives somebody another role, at once; `InvalidError` if no producer would be left, `NotFoundError`."""
        with self._c.atomic(shown=False):
            user = self.get(name)
            self._keep_a_producer(user, role)
            self._c.run("update users set role = :role where name = :name", role=role, name=user.name)

    def remove(self, name: str) -> None:
        """Takes somebody's key and ends their sessions; `InvalidError` if no producer would be left, `NotFoundError`.

        What they have decided stays, under their name.
        """
        with self._c.atomic(shown=False):
            user = self.get(name)
            self._keep_a_producer(user, None)
            self._c.run("delete from users where name = :name", name=user.name)

    def _find(self, name: str) -> Row | None:
        """The row of somebody. Two of one name, from before that was refused, are told apart by how it is spelt."""
        rows = [row for row in self._c.all("select name, role, password from users") if same(row["name"], name)]
        return min(rows, key=lambda row: row["name"] != name, default=None)

    def _insert(self, user: User, digest: str, now: datetime) -> None:
        self._c.run(
            "insert into users (name, role, password, added) values (:name, :role, :password, :added)",
            name=user.name,
            role=user.role,
            password=digest,
            added=now.isoformat(timespec="seconds"),
        )

    def _keep_a_producer(self, user: User, role: Role | None) -> None:
        others = self._c.one("select 1 from users where role = 'producer' and name != :name", name=user.name)
        if user.role is Role.PRODUCER and role is not Role.PRODUCER and not others:
            raise InvalidError(f"{user.name} is the only producer. Make somebody else one first.")

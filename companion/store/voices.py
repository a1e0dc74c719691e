"""Who leads the talk: the hosts that the feed names, or else the one voice that comes back with every couple."""

from dataclasses import dataclass

from companion.store.connection import Connection

_NAMED = 50  # newest episodes that are asked whom they name
_HEARD = 20  # newest transcripts that are asked who speaks in them


@dataclass(frozen=True, kw_only=True, slots=True)
class Hosts:
    """Names of those who lead the talk; `named` says that the feed itself names them, and nobody had to guess."""

    names: tuple[str, ...]
    named: bool


class Voices:
    """Reads who is who."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def hosts(self) -> Hosts:
        """The speakers with the role of a host in any of the newest episodes (`podcast:person`).

        Where none is named, it is the speaker who is heard in more of the newest transcripts than anybody else; where
        that is no single one, nobody.
        """
        rows = self._c.all(
            """
            select distinct json_extract(value, '$.name') as name
            from (select persons from episodes order by published desc, key desc limit :most) newest,
                json_each(newest.persons)
            where json_extract(value, '$.role') = 'host' order by name
            """,
            most=_NAMED,
        )
        if rows:
            return Hosts(names=tuple(row["name"] for row in rows), named=True)
        rows = self._c.all(
            """
            select speaker as name, count(distinct transcript) as heard from segments
            where speaker is not null
                and transcript in (select key from transcripts where current = 1 order by key desc limit :most)
            group by speaker order by heard desc limit 2
            """,
            most=_HEARD,
        )
        alone = len(rows) == 1 and rows[0]["heard"] > 1
        ahead = len(rows) == 2 and rows[0]["heard"] > rows[1]["heard"]
        return Hosts(names=(rows[0]["name"],) if alone or ahead else (), named=False)

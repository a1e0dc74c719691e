"""Resources to read on with, listed in `editorial/resources.toml`."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from companion import tables
from companion.errors import InvalidError


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """One page elsewhere: `what` says in a line what it offers, `verified` that someone has seen it at this address."""

    title: str
    url: str
    what: str
    verified: bool

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError as error:
            raise InvalidError(f"has url = “{self.url}”, which is no address") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidError(f"has url = “{self.url}”, which should start with https:// or http://")


@cache
def resources() -> tuple[Resource, ...]:
    """All resources in editorial order, unverified ones too. `ConfigError` names what is wrong."""
    return parse(tables.shipped("resources.toml"))


def parse(text: str) -> tuple[Resource, ...]:
    """Resources from TOML text: one `[[resource]]` table each."""
    return tables.read(text, file="resources.toml", kind="resource", into=Resource)

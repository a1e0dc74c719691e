"""What the desk's pages are given: what all of them have, the door, and the people."""

from dataclasses import dataclass
from typing import ClassVar

from companion.store import Deed
from companion.users import Role, User
from web.pages.parts import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPage:
    """What every page of the desk has: who is there (None: at the door), and the token each of its forms sends."""

    template: ClassVar[str]
    site: Site
    user: User | None
    csrf: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LoginPage(DeskPage):
    """The door. `name` is who was typed, `trouble` what to say about it, `to` the address that was asked for.

    `kept` are (name, value) of the fields of a form that came without a session, to be sent to `to` after the login;
    None if no form waits.
    """

    template: ClassVar[str] = "desk/login.html"
    name: str
    trouble: str
    to: str
    kept: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResendPage(DeskPage):
    """A form that waited for the login, with a fresh token, about to be sent to where it was going (`to`)."""

    template: ClassVar[str] = "desk/resend.html"
    to: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PeoplePage(DeskPage):
    """Who may enter, and the newest of what they did; `older` and `newer` are addresses of other pages of that.

    `said` tells what was done just now. `trouble` is what is wrong with what came from the form `troubled`: "add/", or
    "role/", "password/" or "remove/" with the name of whom it is about; "" if there is nobody of that name. `name` and
    `role` are what stands in the form that lets somebody in.
    """

    template: ClassVar[str] = "desk/people.html"
    people: tuple[User, ...]
    roles: tuple[Role, ...]
    shortest: int
    said: str
    trouble: str
    troubled: str
    name: str
    role: str
    deeds: tuple[Deed, ...]
    older: str | None
    newer: str | None

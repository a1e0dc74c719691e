"""People who may enter the desk: their names and roles, and how a password is kept and compared."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from companion.errors import InvalidError

SHORTEST = 10  # letters of a password: long ones are safer than odd ones
_LONGEST = 200
_NAME = re.compile(r"\w(?:[\w .'-]{0,38}\w)?")


class Role(StrEnum):
    """What somebody may do: editors decide and correct; producers also publish, redact and manage people."""

    PRODUCER = "producer"
    EDITOR = "editor"


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Somebody with a key to the desk; `name` is what their decisions are signed with."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether this person may do what is for `role`: a producer may do all that an editor may."""
        return self.role is Role.PRODUCER or self.role is role


def named(text: str) -> str:
    """A name as it is kept; `InvalidError` if it is none."""
    name = composed(text)
    if not _NAME.fullmatch(name):
        raise InvalidError(
            "A name has 1 to 40 letters or digits; between them may be spaces, dots, hyphens and apostrophes."
        )
    return name


def composed(text: str) -> str:
    """A name as it would be kept: however a keyboard put its letters together, with single spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def same(name: str, other: str) -> bool:
    """Whether two names are one person's: they are told apart by their letters, whether large or small."""
    return composed(name).casefold() == composed(other).casefold()


def hashed(password: str) -> str:
    """What is kept of a password: argon2's digest with its own salt. `InvalidError` if it is too short or too long."""
    from argon2 import PasswordHasher

    if len(password) < SHORTEST:
        raise InvalidError(f"A password needs at least {SHORTEST} characters. A short sentence makes a good one.")
    if len(password) > _LONGEST:
        raise InvalidError(f"A password may have up to {_LONGEST} characters.")
    return PasswordHasher().hash(_plain(password))


def matches(digest: str | None, password: str) -> bool:
    """Whether a password is the one of a digest. Where there is none (None: nobody of that name), it takes as long."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    nobodys = _nobodys()  # made on the first call, whoever asks, so that its time tells nothing
    if len(password) > _LONGEST:  # which no digest has
        password = ""
    try:
        return PasswordHasher().verify(digest or nobodys, _plain(password)) and digest is not None
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> str:
    """The same letters, however a keyboard put them together."""
    return unicodedata.normalize("NFKC", password)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hashed(secrets.token_urlsafe())

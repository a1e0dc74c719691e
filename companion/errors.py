"""Every error this project raises on purpose, in one tree.

Each carries a message a user can act on and, as attributes, the ids of what it is about. Only the pipeline catches
`StageError`; only `web.errors` maps them to HTTP; only `companion.__main__` maps them to exit codes.
"""


class CompanionError(Exception):
    """The root: anything a person can be told about and do something about."""

    @property
    def message(self) -> str:
        """The sentence to show."""
        return str(self)


class NotFoundError(CompanionError):
    """Something was asked for by an id that nothing has."""

    def __init__(self, kind: str, id: str, hint: str = "") -> None:
        super().__init__(f"There is no {kind} “{id}”.{' ' + hint if hint else ''}")
        self.kind = kind
        self.id = id


class GoneError(NotFoundError):
    """Something that was here and has been taken down; why is nobody's business but the desk's."""


class ConflictError(CompanionError):
    """The request is sensible, but something else holds the place: a running ingest, a newer database."""


class StaleError(ConflictError):
    """Somebody has decided a moment since the person who now decides it has looked; `moment` is its id."""

    def __init__(self, moment: str) -> None:
        super().__init__("Meanwhile somebody has decided this moment.")
        self.moment = moment


class InvalidError(CompanionError):
    """Input that cannot be used; the message says what is wrong with it and what would be right."""


class ConfigError(CompanionError):
    """A setting, an editorial file or a model that is not usable as given."""


class StageError(CompanionError):
    """One stage of the pipeline failed for one feed or episode; the others go on."""


class FetchError(StageError):
    """An HTTP request did not bring what was asked for.

    `url` is the address asked, `status` the HTTP status if there was an answer, `retry_after` the seconds the host
    asked us to wait, and `permanent` says that trying again unchanged is pointless.
    """

    def __init__(
        self,
        message: str,
        *,
        url: str,
        status: int | None = None,
        retry_after: float | None = None,
        permanent: bool = False,
    ) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.retry_after = retry_after
        self.permanent = permanent


class FeedError(StageError):
    """Bytes that are not a usable podcast feed, or a published transcript that cannot be read."""


class AudioError(StageError):
    """Audio that cannot be decoded, is not audio, or is shorter than announced."""


class TranscribeError(StageError):
    """Recognition failed: no model, or the recogniser stopped."""

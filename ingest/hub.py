"""The model hub: files of a repository there into a folder here."""

from collections.abc import Sequence
from pathlib import Path

from companion.errors import ConfigError, FetchError


def download(repository: str, folder: Path, wanted: Sequence[str]) -> None:
    """Brings the `wanted` files (names or patterns) of 'owner/name', with progress on standard error.

    An interrupted download is taken up again. `ConfigError` if the hub has no such repository, `FetchError` with the
    bare reason if the files cannot be had now.
    """
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        snapshot_download(repository, local_dir=folder, allow_patterns=list(wanted))
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ConfigError(f"The model hub has no model “{repository}”, or it is not open to all.") from error
    except Exception as error:  # whatever its HTTP client of the day raises, and a full disk
        raise FetchError(_reason(error), url=f"{constants.ENDPOINT}/{repository}") from error


def _reason(error: BaseException) -> str:
    """The first cause says what happened; what the hub's library makes of it talks about its cache."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__

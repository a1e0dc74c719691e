"""Files to take along: the header that gives one its name."""

import re
import unicodedata
from urllib.parse import quote


def attachment(name: str) -> str:
    """A Content-Disposition that saves a file under a name, in ASCII and with all its letters (RFC 6266, RFC 8187)."""
    name = re.sub(r"[\s.…]+(?=\.\w)", "", name)  # a sentence's end before the extension
    return f"attachment; filename=\"{_ascii(name)}\"; filename*=UTF-8''{_encoded(name)}"


def _ascii(name: str) -> str:
    """A file name that any system takes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).replace("-.", ".").strip("-.")[-120:]


def _encoded(name: str) -> str:
    """The same name with all its letters, without those that part folders."""
    return quote(re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name)[-120:], safe="")

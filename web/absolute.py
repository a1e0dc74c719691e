"""Where the site is to be found from outside: what feeds, link previews and embedding pages need."""

import re

from litestar import Request

from companion.config import Settings

# a name, an IPv4 or a bracketed IPv6 address, perhaps with a port: anything else in the header is no place to point at
_HOST = re.compile(r"(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE | re.ASCII)


def origin(request: Request, settings: Settings) -> str:
    """The address of the site, no slash at its end: as it is set (`base_url`), else the one this visitor came by."""
    if settings.base_url:
        return settings.base_url
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = settings.authority
    return f"{request.scope['scheme']}://{host}"

"""The headers every answer carries: pages, audio, static files and errors alike."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import Message, Scope

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)

# the small player of a moment is made for other people's pages, and may be shown in any
EMBEDDED = POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")
_EMBED = re.compile(r"/moments/[^/]+/embed")

# the desk: shown in no frame, kept by no browser. Its referrer stays on the site, and with it the Origin of its forms
# is told, which "no-referrer" would make "null"
_DESK = re.compile(r"/desk(?:/.*)?")
_PRIVATE = [(b"cache-control", b"no-store"), (b"referrer-policy", b"same-origin"), (b"x-robots-tag", b"noindex")]

# what other sites' pages may read; here and not in the handlers, so that errors and 304s say it, too
_OPEN = re.compile(r"/api/.*|/schema/openapi\.json|/oembed|/episodes/[^/]+/transcript\.\w+|/(?:.+/)?feed\.xml")
_ANYBODY = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"ETag")]

# no-referrer: which page of a companion to couples therapy somebody was reading is nobody else's business
_SAFETY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


async def add_safety(message: "Message", scope: "Scope") -> None:
    """Litestar's `before_send` hook: runs for every answer, whoever made it."""
    if message["type"] == "http.response.start":
        # by the address, so that an unchanged player's 304 doesn't take the policy back
        policy = EMBEDDED if _EMBED.fullmatch(scope["path"]) else POLICY
        added = [(b"content-security-policy", policy.encode()), *_SAFETY]
        if _DESK.fullmatch(scope["path"]):
            mine = {b"cache-control", b"etag", b"last-modified"}
            message["headers"] = [one for one in message["headers"] if one[0].lower() not in mine]
            policy = POLICY.replace("frame-ancestors 'self'", "frame-ancestors 'none'")
            added = [(b"content-security-policy", policy.encode()), _SAFETY[0], *_PRIVATE]
        if _OPEN.fullmatch(scope["path"]):
            message["headers"] = [one for one in message["headers"] if not one[0].startswith(b"access-control-")]
            added += _ANYBODY
        if scope["litestar_app"].state.house.settings.noindex:
            added.append((b"x-robots-tag", b"noindex, nofollow"))
        message["headers"] = [*message["headers"], *added]

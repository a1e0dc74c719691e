"""The headers every answer carries: pages, audio, static files and errors alike."""

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
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)

# no-referrer: which page of a companion to couples therapy somebody was reading is nobody else's business
_SAFETY = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


async def add_safety(message: "Message", scope: "Scope") -> None:
    """Litestar's `before_send` hook: runs for every answer, whoever made it."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_SAFETY]

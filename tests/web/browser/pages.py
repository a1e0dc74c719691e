"""One address of every kind of page the site has, found by following its links: a new room is tested as it comes."""

import re

import podcast
from litestar.testing import TestClient

LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
# what no link leads to: searches, and pages that went wrong
_BESIDE = (
    *("/search?q=hurt", "/search?q=qzxv", "/search?q=hurt+theme:validation", f"/episodes/{podcast.FIRST}?t=26,32.2"),
    *(f"/episodes/{podcast.SILENT}", f"/episodes/{podcast.FIRST}", "/exercises/taking-turns", "/themes/validaton"),
)


def kinds(client: TestClient, beside: tuple[str, ...] = _BESIDE) -> list[str]:
    """Addresses of pages, no two of the same kind but for those `beside`."""
    seen: set[str] = set()
    found = []
    waiting = ["/", "/saved", *beside]
    while waiting:
        address = waiting.pop(0)
        kind = address if address in beside else _kind(address)
        if kind in seen or podcast.HOSTILE in address:  # whose notes are what no sanitiser would let through
            continue
        seen.add(kind)
        answer = client.get(address)
        assert answer.status_code < 500, address
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        found.append(address)
        text = re.sub(r'<div class="notes">.*?</div>', "", answer.text, flags=re.S)
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(text) if not link.startswith("/static/")]
    return found


def _kind(address: str) -> str:
    """'/moments/3fa9?x=1' -> '/moments/*?x'."""
    path, _, query = address.partition("?")
    first, *rest = path.strip("/").split("/")
    names = [part if part in ("week", "embed") else "*" for part in rest]
    keys = sorted(pair.partition("=")[0] for pair in query.split("&") if pair)
    return "/".join(["", first, *names]) + ("?" + "&".join(keys) if keys else "")

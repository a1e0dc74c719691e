"""Show notes made safe: hostile HTML in, a small and harmless subset of HTML out."""

import re
from html import escape, unescape

import nh3

_TAGS = {
    *("p", "br", "hr", "a", "ul", "ol", "li", "em", "strong", "b", "i", "u", "s", "blockquote", "h2", "h3", "h4"),
    *("code", "pre", "sub", "sup"),
}
_SCHEMES = {"http", "https", "mailto"}
_HTML = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
# Tags that end a line of text; without them "one</p><p>two" would read "onetwo".
_BLOCKS = re.compile(r"<(?:br|hr|/p|/li|/h[1-6]|/div|/blockquote|/pre|/tr)\b[^<>]*>", re.IGNORECASE)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))


def sanitise(notes: str, *, base: str) -> str:
    """Harmless HTML from show notes that are HTML or plain text; relative links start at `base`.

    Only tags of plain writing stay, links only to http, https and mailto and marked as not ours. Plain text becomes
    paragraphs at its empty lines.
    """
    notes = legible(notes).strip()
    html = notes if _HTML.search(notes) else _paragraphs(notes)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow ugc",
        url_relative=("rewrite_with_base", base) if base.startswith(("http://", "https://")) else "deny",
    )


def text(html: str) -> str:
    """The words of an HTML fragment as plain text, white space collapsed."""
    return collapse(unescape(nh3.clean(_BLOCKS.sub(r"\g<0> ", legible(html)), tags=set())))


def collapse(words: str) -> str:
    """Plain text on one line: white space collapsed, nothing that no file and no database can hold."""
    return " ".join(legible(words).split())


def legible(words: str) -> str:
    """The text without control characters and lone surrogates, which broken feeds bring and SQLite and JSON refuse."""
    return words.encode("utf-8", "replace").decode("utf-8").translate(_CONTROLS)


def _paragraphs(plain: str) -> str:
    blocks = re.split(r"\n[ \t]*\n\s*", plain.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(f"<p>{escape(block.strip()).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())

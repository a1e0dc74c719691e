"""Show notes are hostile text: what comes out can be put into a page as it is."""

import re

import pytest

from ingest.notes import collapse, sanitise, text

BASE = "https://show.example/feeds/feed.xml"


@pytest.mark.parametrize(
    ("notes", "safe"),
    [
        ("", ""),
        ("<p>Hi <b>you</b></p>", "<p>Hi <b>you</b></p>"),
        ("<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ("<p onclick=alert(1) style='position:fixed' class=x id=y>Hi</p>", "<p>Hi</p>"),
        ("<img src=x onerror=alert(1)>Hi<iframe src=//evil></iframe>", "Hi"),
        ("<div><h1>Big</h1><h2>Less</h2></div>", "Big<h2>Less</h2>"),
        ("<ul><li>One<li>Two</ul>", "<ul><li>One</li><li>Two</li></ul>"),
        ("<p>never closed", "<p>never closed</p>"),
        ("One & two < three\n\nFour", "<p>One &amp; two &lt; three</p><p>Four</p>"),
        ("One\r\ntwo\r\n \r\n\r\nthree", "<p>One<br>two</p><p>three</p>"),
        ("See https://a.example/?b=1&c=2 there", "<p>See https://a.example/?b=1&amp;c=2 there</p>"),
        ("Tom &amp; Jerry", "Tom &amp; Jerry"),
        ("a\x00b\x0bc\ud800", "<p>abc?</p>"),
    ],
)
def test_sanitise(notes: str, safe: str) -> None:
    assert sanitise(notes, base=BASE) == safe


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("/about", "https://show.example/about"),
        ("next", "https://show.example/feeds/next"),
        ("//cdn.example/x", "https://cdn.example/x"),
        *((href, None) for href in ("javascript:alert(1)", " JaVaScRiPt:alert(1)", "java&#10;script:alert(1)")),
        *((href, None) for href in ("data:text/html,x", "vbscript:x", "file:///etc/passwd", "tel:123", "blob:x")),
    ],
)
def test_links(href: str, kept: str | None) -> None:
    html = sanitise(f'<a href="{href}" target="_blank">x</a>', base=BASE)
    found = re.fullmatch(r'<a(?: href="([^"]*)")? rel="noopener nofollow ugc">x</a>', html)
    assert found and found[1] == kept


def test_relative_links_in_a_feed_that_is_a_file_go_nowhere() -> None:
    assert "href" not in sanitise('<a href="/etc/passwd">x</a>', base="file:///tmp/feed.xml")


def test_text() -> None:
    assert text("<p>One</p><p>two &amp; <i>three</i><br>four</p><script>no</script>") == "One two & three four"
    assert collapse("  a\n\tb\u00a0 c\x00 ") == "a b c"

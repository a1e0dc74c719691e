"""Exports in a real browser: copied, taken along, heard; on a phone, without scripts, and for everybody."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import podcast
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Watch, until
from entering import PASSWORD, TOM, let_in, serving
from playwright.sync_api import Page

from companion.config import Settings
from web import links
from web.app import create_app

Open = Callable[..., Page]
PAGE = links.exports(podcast.FIRST)
_, START, END, QUOTE = podcast.TALK[5]  # an accepted moment


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """A site of its own, in which an editor has a key."""
    shutil.copytree(settings.data, tmp_path / "data")
    own = Settings(data=tmp_path / "data")
    let_in(own, TOM)
    with serving(create_app(own)) as address:
        yield address


def inside(open_page: Open, path: str = PAGE, **options: object) -> Page:
    """The page, after a login on the way to it."""
    page = open_page(path, **options)
    page.fill("#name", TOM.name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("nav.rooms")
    return page


def test_lines_and_notes_are_copied(open_page: Open, watch: Watch) -> None:
    page = inside(open_page, permissions=["clipboard-read", "clipboard-write"])
    for name, key in (
        ("Soundbite lines", "soundbites"),
        ("Show notes, Markdown", "notes"),
        ("Show notes, HTML", "html"),
    ):
        if key == "html":
            page.get_by_text("The same in HTML").click()
        page.get_by_role("button", name=f"Copy: {name}").click()
        until(page, f"document.querySelector('[data-copy=text-{key}] ~ [role=status]').textContent === 'Copied'")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator(f"#text-{key}").text_content()
        assert QUOTE in copied and copied.count("\n") >= 2
    assert page.evaluate("navigator.clipboard.readText()").startswith("<p><strong>")
    assert watch.errors == []


def test_where_nothing_can_be_copied_the_text_is_selected(open_page: Open) -> None:
    page = inside(open_page)
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    page.get_by_role("button", name="Copy: Soundbite lines").click()
    until(page, "getSelection().toString().startsWith('<podcast:soundbite ')")


def test_files_without_scripts(open_page: Open) -> None:
    page = inside(open_page, java_script_enabled=False)
    assert page.locator("[data-copy]:visible").count() == 0
    for name in ("WebVTT with voices", "CSV for a spreadsheet", "Chapters JSON 1.2", "Soundbite lines, as a file"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename.startswith("Session 1  The Dinner in December.")
        assert download.value.path().stat().st_size > 100


def test_a_moment_is_heard_here_and_taken_as_mp3(open_page: Open, site: str, watch: Watch) -> None:
    page = inside(open_page)
    link = page.get_by_role("link", name=re.compile("MP3 of: I remember it differently"))
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".mp3")
    page.evaluate(f"window.one = new Audio('{link.get_attribute('href')}')")
    until(page, "one.readyState > 0")
    assert page.evaluate("one.duration") == pytest.approx(END - START, abs=0.1)
    page.get_by_label("Hear it: I remember it differently").click()
    until(page, f"document.getElementById('bar-audio').currentTime > {START}")
    assert watch.errors == []


@pytest.mark.parametrize("width", [320, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_everybody_can_use_it(open_page: Open, width: int, scheme: str) -> None:
    page = inside(open_page, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page.get_by_text("The same in HTML").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(a, button, summary)')].filter((one) => one.checkVisibility() && "
        "!one.closest('p:not(.parcel)') && one.getBoundingClientRect().height < 43.9).map((one) => one.outerHTML)"
    )
    assert small == []
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).response
    assert found["violations"] == []

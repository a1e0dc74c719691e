"""Quotes in a real browser where a word was given no time: a link takes in the chosen words, and no others."""

from collections.abc import Iterator
from dataclasses import replace

import podcast
import pytest
from browsing import Watch, until
from entering import serving
from playwright.sync_api import Browser, Page, expect

from companion.config import Settings
from companion.store import Store
from companion.transcripts import Word
from web.app import create_app

EPISODE = f"/episodes/{podcast.FIRST}"
SAID = 3  # the line of TALK that is quoted: "Sitting at the table by myself."
# "table" begins with "by" and took no time, nor did "myself.", after a pause
TIMES = ((16, 16.5), (16.5, 16.8), (16.8, 17.204), (17.204, 17.204), (17.204, 17.6), (17.904, 17.904))
PLAYING = "!document.getElementById('bar-audio').paused"
TIME = "document.getElementById('bar-audio').currentTime"


@pytest.fixture(scope="module")
def hasty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data=tmp_path_factory.mktemp("hasty"))
    podcast.fill(settings)
    with Store.open(settings.database) as store:
        said = podcast.transcript(podcast.FIRST, "")
        segments = list(said.segments)
        texts = segments[SAID].text.split()
        words = tuple(
            Word(start=start, end=end, text=text, probability=0.9)
            for (start, end), text in zip(TIMES, texts, strict=True)
        )
        segments[SAID] = replace(segments[SAID], words=words)
        store.transcripts.save(replace(said, segments=tuple(segments)))
    with serving(create_app(settings)) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, hasty_site: str, watch: Watch) -> Iterator[Page]:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = watch.over(context.new_page())
    opened.goto(hasty_site + EPISODE)
    yield opened
    context.close()
    assert watch.errors == []


def link_to(page: Page, first: int, last: int) -> str:
    """Selects words of the line; gives the link that is copied."""
    page.evaluate(
        """([said, first, last]) => {
            const line = [...document.querySelectorAll('.line')].find((one) => one.textContent === said);
            const words = [...said.matchAll(/\\S+/g)];
            getSelection().setBaseAndExtent(
                line.firstChild, words[first].index, line.firstChild, words[last].index + words[last][0].length);
        }""",
        [podcast.TALK[SAID][3], first, last],
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#quote-done")).to_have_text("Copied")
    page.wait_for_timeout(500)  # longer than a selection has to rest before it is looked at again
    expect(page.locator("#quote-done")).to_have_text("Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize(("first", "last"), [(1, 3), (3, 3), (4, 4), (2, 4), (4, 5), (5, 5), (0, 5)])
def test_a_link_takes_in_the_chosen_words_and_no_others(first: int, last: int, page: Page) -> None:
    page.goto(link_to(page, first, last))
    said = podcast.TALK[SAID][3]
    chosen = " ".join(said.split()[first : last + 1])
    expect(page.locator(".line.linked" if chosen == said else ".line mark")).to_have_text(chosen)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 3), (3, 5)])
def test_at_the_end_of_a_quote_no_word_after_it_is_the_current_one(first: int, last: int, page: Page) -> None:
    page.goto(link_to(page, first, last))
    until(page, f"!({PLAYING}) && {TIME} > {TIMES[last][1] - 0.1}")
    page.wait_for_timeout(100)
    expect(page.locator(".w.now")).to_have_count(0)
    expect(page.locator(".line.now")).to_have_text(podcast.TALK[SAID][3])

"""Publishing and redacting in a real browser: words selected in the transcript, a stretch of the waveform, a draft."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import podcast
import pytest
from browsing import Watch, until
from entering import NORA, PASSWORD, let_in, serving
from playwright.sync_api import Browser, Page, expect

from companion.config import Settings
from companion.store import Store
from ingest import audio
from web.app import create_app

PUBLIC = f"/episodes/{podcast.FIRST}"
HERE = f"/desk{PUBLIC}"
SAID = podcast.TALK[10][3]
Enter = Callable[..., Page]


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """A podcast that a test may change, with a producer and a waveform."""
    shutil.copytree(settings.data, tmp_path / "data")
    made = Settings(data=tmp_path / "data")
    let_in(made, NORA)
    with Store.open(made.database) as store:
        stored = store.media.get(podcast.FIRST)
        assert stored is not None
        made.peaks.mkdir(exist_ok=True)
        (made.peaks / stored.peaks).write_bytes(audio.peaks(made.audio / stored.file, rate=50))
    return made


@pytest.fixture
def entered(own: Settings, chromium: Browser, watch: Watch) -> Iterator[Enter]:
    """Opens a page of the desk as a producer; `entered(path, None)` opens one as anybody."""
    with serving(create_app(own)) as site:
        desk = chromium.new_context(viewport={"width": 1200, "height": 900})
        page = watch.over(desk.new_page())
        page.goto(f"{site}/desk/login?next={HERE}/publish")
        page.get_by_label("Name").fill(NORA.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main button").click()
        anybody = chromium.new_context()

        def open_(path: str, who: str | None = NORA.name) -> Page:
            shown = page if who else anybody.new_page()
            shown.goto(f"{site}{path}")
            return shown

        yield open_
        desk.close()
        anybody.close()
    assert watch.errors == []


def test_words_are_selected_in_the_transcript_and_taken_out(entered: Enter) -> None:
    assert SAID in (entered(PUBLIC, None).locator(".transcript").text_content() or "")
    page = entered(f"{HERE}/transcript")
    line = page.locator(".line", has_text=SAID)
    line.evaluate("(one) => { one.scrollIntoView({block: 'center'}); getSelection().selectAllChildren(one); }")
    page.get_by_role("link", name="Take these words out").click()
    expect(page.locator("#start")).to_have_value("0:58.00")
    expect(page.locator("#end")).to_have_value("1:04.00")
    expect(page.locator(".goes del")).to_have_text(SAID)
    page.get_by_label("Why for the desk only").fill("a child's story")
    page.keyboard.press("Enter")
    page.wait_for_url("**/publish#redacted")  # nothing of the form is in the address
    expect(page.locator(".cuts li")).to_contain_text("a child's story")
    public = entered(PUBLIC, None)
    assert SAID not in (public.locator("body").text_content() or "")
    entered(f"{HERE}/publish").get_by_role("button", name="Put it back").click()
    expect(page.locator(".cuts")).to_have_count(0)
    assert SAID in (entered(PUBLIC, None).locator(".transcript").text_content() or "")


def test_a_stretch_of_the_waveform_is_chosen_heard_and_taken_out(entered: Enter) -> None:
    page = entered(f"{HERE}/publish")
    canvas = page.locator("#wave canvas")
    until(
        page,
        """(() => {
            const copy = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
            copy.drawImage(document.querySelector('#wave canvas'), 0, 0);
            return copy.getImageData(20, 30, 200, 10).data.some(Boolean);
        })()""",
    )
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 50, steps=5)
    page.mouse.up()
    expect(page.locator("#start")).to_have_value("1:30.0")
    expect(page.locator("#end")).to_have_value("1:48.0")
    expect(page.locator("#wave .chosen")).to_be_visible()
    expect(page.locator(".goes del")).to_contain_text(podcast.TALK[16][3])
    page.locator("#near [data-edge=to]").press("ArrowRight")  # close by, edges go from word to word
    expect(page.locator("#end")).to_have_value("1:50.32")
    expect(page.locator("#near [data-edge=to]")).to_have_attribute("aria-valuetext", "1:50.32")
    expect(page.locator(".goes del")).to_contain_text("what you heard. You")
    page.locator("#near [data-edge=to]").press("ArrowLeft")
    expect(page.locator("#end")).to_have_value("1:48.00")
    expect(page.locator("#near [data-edge=to] text")).to_have_text("1:48.0")
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 40)
    expect(page.locator("#start")).to_have_value("0:45.0")
    expect(page.locator("#end")).to_have_value("0:49.0")
    page.locator("#end").fill("1:99")  # no time, here as on the server
    expect(page.locator("#wave .chosen")).to_be_hidden()
    for written in ("0h1m48s", "1:48,0"):
        page.locator("#start").fill("1m30s")
        page.locator("#end").fill(written)
        expect(page.locator("#wave .chosen")).to_be_visible()
    page.get_by_role("button", name="Hear it").click()
    until(page, "document.getElementById('bar-audio').currentTime > 90")
    page.get_by_role("button", name="Take it out").click()
    expect(page.locator(".cuts .time")).to_have_text("1:30.00 to 1:48.00")
    expect(page.locator("#wave .cut")).to_have_count(1)
    assert podcast.TALK[15][3] not in (entered(PUBLIC, None).locator("body").text_content() or "")


def test_where_it_plays_is_a_second_of_this_episode_only(entered: Enter) -> None:
    page = entered(f"/episodes/{podcast.SECOND}")
    page.locator("main .play.large").click()
    until(page, "document.getElementById('bar-audio').currentTime > 0.5")
    page.locator("#bar-toggle").click()
    page = entered(f"{HERE}/publish")
    press = page.get_by_role("button", name="Where it plays now")
    press.click()
    expect(page.locator("#marker")).to_have_value("")
    expect(page.get_by_text("Play it to where the session starts")).to_be_visible()
    page.locator("#bar-toggle").click()
    until(page, "document.getElementById('bar-audio').currentTime > 0.5")
    press.click()
    expect(page.locator("#marker")).to_have_value(re.compile(r"0:\d\d\.\d"))
    expect(page.get_by_text("Play it to where the session starts")).to_be_hidden()


def test_a_draft_is_looked_at_and_published(entered: Enter) -> None:
    page = entered(f"{HERE}/publish")
    page.get_by_role("button", name="Make it a draft again").click()
    expect(page.get_by_text("Only people at the desk can see it.")).to_be_visible()
    entered("/desk")  # the draft stands in the overview
    gone = entered(PUBLIC, None)
    expect(gone.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page = entered(f"{HERE}/publish")
    page.get_by_label("Content note").fill("They speak of a loss.")
    page.get_by_role("button", name="Save the note").click()
    page.get_by_role("link", name="Look at it as the public will").click()
    expect(page.get_by_text("A preview")).to_be_visible()
    page.locator("main .play.large").click()
    until(page, "document.getElementById('bar-audio').currentTime > 0.2")
    page.get_by_role("link", name="Back to the desk").click()
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("link", name="Everybody can read and hear it.")).to_be_visible()
    public = entered(PUBLIC, None)
    expect(public.get_by_text("Before you listen to this episode: They speak of a loss.")).to_be_visible()

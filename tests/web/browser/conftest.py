"""A real Chromium over the site on loopback, and a watch over what its pages do."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import PATIENCE, Watch
from entering import NORA, TOM, Clock, let_in
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from companion.config import Settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="module")  # not longer: while it is open, no other test of this thread can run an event loop
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # the former takes half the time
    if path is None:
        missing = "Chromium is missing (apt-get install chromium-headless-shell): nothing was tried in a real browser"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def nothing_went_wrong(watch: Watch) -> Iterator[None]:
    """For tests whose pages have no reason to complain."""
    yield
    assert watch.errors == []
    assert watch.dialogs == []


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the podcast that a test may change, with Nora and Tom let in to its desk."""
    shutil.copytree(settings.data, tmp_path / "data")
    made = Settings(data=tmp_path / "data")
    let_in(made, NORA, TOM)
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_page(chromium: Browser, site: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a path of the site in a window of its own; `script` runs before its own; the rest goes to the context."""
    contexts: list[BrowserContext] = []

    def open_(path: str, script: str = "", **options: object) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})
        context.add_init_script(script)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = watch.over(context.new_page())
        page.goto(f"{site}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()

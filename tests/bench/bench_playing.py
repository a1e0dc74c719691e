"""What playing costs a browser on the page of a two-hour episode, beside a bare page of the same words with `<audio>`.

python tests/bench/bench_playing.py      (takes half a minute; wants Chromium)

Each plays at double speed, from far down, where all of the page is laid out.
"""

import os
import shutil
import sys
import tempfile
import time
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "web")]

import long_episode  # noqa: E402
from entering import serving  # noqa: E402

from companion.config import Settings  # noqa: E402
from web.app import create_app  # noqa: E402

FLAGS = ["--autoplay-policy=no-user-gesture-required", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
SECONDS = 10  # of watching
PLACE = 0.7  # of the episode
COUNTED = ("LayoutDuration", "RecalcStyleDuration", "ScriptDuration")
OBSERVE = """
    window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({type: 'longtask'});
"""
PLAY = """([at, rate]) => {
    const audio = document.querySelector('audio');
    audio.currentTime = at; audio.playbackRate = rate;
    return audio.play();
}"""


def cost(page: Page) -> tuple[float, float]:
    """While it plays: the part of the time for layout, style and scripts, and the ms by which tasks were too long."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def counted() -> float:
        books: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
        return sum(one["value"] for one in books if one["name"] in COUNTED)

    page.evaluate(PLAY, [long_episode.SECONDS * PLACE, 2])
    page.wait_for_timeout(1500)
    page.evaluate(OBSERVE)
    before, since = counted(), time.perf_counter()
    page.wait_for_timeout(SECONDS * 1000)
    share = (counted() - before) / (time.perf_counter() - since)
    return share, sum(max(one - 50, 0) for one in page.evaluate("tasks"))


def main() -> None:
    """Prints one line for each of the two pages, and their ratio."""
    path = shutil.which("chromium") or sys.exit("Chromium is missing (apt-get install chromium).")
    lines = "".join(f"<p>{escape(line.text)}</p>" for line in long_episode.talk())
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        long_episode.fill(settings)
        with serving(create_app(settings)) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            ours = browser.new_page()
            ours.goto(f"{site}/episodes/{long_episode.ID}")
            share, stuck = cost(ours)
            ours.close()
            bare = browser.new_page()
            address = f"{site}/episodes/{long_episode.ID}/audio"
            body = f"<!doctype html><title>Bare</title><audio controls src='{address}'></audio>{lines}"
            bare.route(f"{site}/bare", lambda route: route.fulfill(content_type="text/html", body=body))
            bare.goto(f"{site}/bare")
            least, held = cost(bare)
            browser.close()
    print(f"our page:  {share:.2%} of the time in layout, style and scripts; tasks too long by {stuck:.0f} ms in all")
    print(f"bare page: {least:.2%}; {held:.0f} ms\nratio: {share / least:.1f}")


if __name__ == "__main__":
    main()

"""Learning in a real browser: a moment on repeat, slower, in context; a theme's moments in a row; a moment embedded."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import podcast
import pytest
from browsing import Watch, until
from playwright.sync_api import Page, expect

from companion.config import Settings
from companion.store import Store

pytestmark = pytest.mark.usefixtures("nothing_went_wrong")

Open = Callable[..., Page]
TIME = "document.getElementById('bar-audio').currentTime"
PLAYING = "!document.getElementById('bar-audio').paused"
WORDS = "document.getElementById('bar-words').textContent"
# what was played: where it began and stopped, how long it rested between, and the farthest place, looked at far more
# often than the player looks
LISTEN = """
    const audio = document.getElementById('bar-audio') ?? window.small;
    window.farthest = 0; window.stops = []; window.began = []; window.rests = [];
    let stopped;
    setInterval(() => { if (!audio.paused) window.farthest = Math.max(window.farthest, audio.currentTime); }, 5);
    audio.addEventListener('pause', () => { window.stops.push(audio.currentTime); stopped = performance.now(); });
    audio.addEventListener('playing', () => {
        window.began.push(audio.currentTime);
        if (stopped) window.rests.push(performance.now() - stopped);
    });
"""
_, START, END, QUOTE = podcast.TALK[2]  # 11.4 to 14.8 s


@pytest.fixture
def moment(settings: Settings) -> str:
    """The address of a moment of 3.4 seconds."""
    with Store.open(settings.database) as store:
        told = store.moments.of_episode(podcast.FIRST)
    return next(f"/moments/{clip.moment.id}" for clip in told if clip.moment.theme == "leaning-in")


def test_a_moment_plays_from_a_little_before_to_its_very_end(open_page: Open, moment: str) -> None:
    page = open_page(moment)
    page.evaluate(LISTEN)
    page.get_by_role("button", name="Hear it", exact=True).click()
    until(page, "window.stops.length === 1")
    assert START - 0.5 < page.evaluate("window.began[0]") < START
    assert page.evaluate("window.stops[0]") == pytest.approx(END, abs=0.1)
    page.wait_for_timeout(1200)
    assert not page.evaluate(PLAYING)  # nobody asked for more
    assert page.evaluate("window.farthest") < END + 0.1


def test_on_repeat_it_comes_again_and_stops_when_asked(open_page: Open, moment: str) -> None:
    page = open_page(moment)
    page.evaluate(LISTEN)
    loop = page.get_by_role("button", name="On repeat")
    loop.focus()
    page.keyboard.press("Enter")
    expect(loop).to_have_attribute("aria-pressed", "true")
    until(page, "window.stops.length === 1")
    until(page, f"{PLAYING} && {TIME} < {END - 1}")
    assert page.evaluate(TIME) > START - 0.5
    loop.click()  # this round is the last
    until(page, "window.stops.length === 2")
    page.wait_for_timeout(1400)
    assert not page.evaluate(PLAYING)
    assert page.evaluate("window.farthest") < END + 0.3  # how exactly it stops is measured above, without haste


def test_slower_is_for_this_page_only(open_page: Open, moment: str, site: str) -> None:
    page = open_page(moment)
    rate = page.locator("#bar-rate")
    page.get_by_role("button", name="Hear it", exact=True).click()
    until(page, PLAYING)
    rate.click()
    expect(rate).to_have_text("1.25×")
    page.get_by_role("button", name="Slower, 0.75×").click()
    expect(rate).to_have_text("0.75×")
    page.goto(site + THEME)
    expect(rate).to_have_text("1.25×")
    assert page.evaluate("document.getElementById('bar-audio').playbackRate") == 1.25
    page.goto(site + moment)
    slower = page.get_by_role("button", name="Slower, 0.75×")
    expect(slower).to_have_attribute("aria-pressed", "false")
    slower.click()
    slower.click()
    expect(rate).to_have_text("1.25×")


def test_who_pauses_a_repeat_is_left_in_quiet(open_page: Open, moment: str) -> None:
    page = open_page(moment)
    page.get_by_role("button", name="On repeat").click()
    until(page, f"{PLAYING} && {TIME} > {START}")
    page.locator("#bar-toggle").click()
    until(page, f"!({PLAYING})")
    page.wait_for_timeout(1400)
    assert not page.evaluate(PLAYING)


def test_slower(open_page: Open, moment: str) -> None:
    page = open_page(moment)
    page.evaluate(LISTEN)
    slower = page.get_by_role("button", name="Slower, 0.75×")
    slower.click()
    expect(slower).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Hear it", exact=True).click()
    until(page, f"{PLAYING} && {TIME} > {START}")
    expect(page.locator("#bar-rate")).to_have_text("0.75×")
    until(page, "window.stops.length === 1")
    assert page.evaluate("window.stops[0]") == pytest.approx(END, abs=0.1)
    slower.click()
    expect(slower).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#bar-rate")).to_have_text("1×")


def test_with_more_context(open_page: Open, moment: str) -> None:
    page = open_page(moment)
    page.evaluate(LISTEN)
    context = page.get_by_role("button", name="With more context")
    context.click()
    until(page, f"{PLAYING} && {TIME} < 2")
    expect(context).to_have_attribute("data-playing", "")
    expect(page.get_by_role("button", name="Hear it", exact=True)).not_to_have_attribute("data-playing", "")
    page.evaluate(f"document.getElementById('bar-audio').currentTime = {END + 19}")
    until(page, "window.stops.length === 1")
    assert page.evaluate("window.stops[0]") == pytest.approx(END + 20, abs=0.1)


def test_without_scripts_more_context_is_a_link_to_the_same_stretch(open_page: Open, moment: str) -> None:
    page = open_page(moment, java_script_enabled=False)
    expect(page.get_by_role("button", name="On repeat")).to_have_count(0)
    page.get_by_role("link", name="With more context").click()
    expect(page.locator("audio[controls]")).to_have_attribute(
        "src", f"/episodes/{podcast.FIRST}/audio#t=0.0,{END + 20}"
    )


def test_the_code_for_other_pages_is_there_to_copy(open_page: Open, moment: str, site: str) -> None:
    page = open_page(moment)
    page.get_by_text("Put it on a page of yours").click()
    assert page.get_by_label("Copy this").input_value().startswith(f'<iframe src="{site}{moment}/embed"')


STATUS = "document.querySelector('.playlist [role=status]').textContent"
THEME = "/themes/leaning-in"  # three moments of the same words, in three episodes


def near_the_end(page: Page) -> None:
    """Goes on, but not through all of it: to half a second before the end of what plays."""
    until(page, PLAYING)
    page.evaluate(f"document.getElementById('bar-audio').currentTime = {END - 0.5}")


def source(page: Page) -> str:
    return str(page.evaluate("document.getElementById('bar-audio').src"))


def test_play_all_goes_from_one_to_the_next_with_a_pause_between(open_page: Open) -> None:
    page = open_page(THEME)
    page.evaluate(LISTEN)
    cards = page.locator("#ladder .moment")
    expect(cards).to_have_count(3)
    start = page.get_by_role("button", name="Play all 3")
    start.focus()
    page.keyboard.press("Enter")
    heard = []
    for number in range(3):
        expect(cards.nth(number)).to_have_attribute("aria-current", "true")
        expect(page.locator("#ladder .moment[aria-current]")).to_have_count(1)
        expect(page.locator("#ladder + *, .playlist [role=status]").first).to_contain_text(f"{number + 1} of 3")
        near_the_end(page)
        heard.append(source(page))
        until(page, f"window.stops.length >= {number + 1} && !({PLAYING})")
        if number < 2:
            until(
                page, "document.querySelector('.playlist [role=status]').textContent.includes('The next one follows.')"
            )
    assert all(rest > 2000 for rest in page.evaluate("window.rests.slice(-2)"))  # the pause, in milliseconds
    assert len(set(heard)) == 3  # across episodes
    expect(page.locator("[role=status]", has_text="That was the last one.")).to_be_visible()
    expect(page.locator("#ladder .moment[aria-current]")).to_have_count(0)
    expect(page.get_by_role("button", name="Play all 3")).to_be_focused()  # nothing took the focus away
    assert page.evaluate("window.farthest") < END + 0.1
    page.wait_for_timeout(3000)
    assert not page.evaluate(PLAYING)


def test_next_previous_and_stop_by_buttons_keys_and_headphones(open_page: Open) -> None:
    page = open_page(THEME)
    page.evaluate("""() => {
        window.tracks = {};
        const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
        navigator.mediaSession.setActionHandler = (name, does) => { window.tracks[name] = does; set(name, does); };
    }""")
    cards = page.locator("#ladder .moment")
    page.get_by_role("button", name="Play all 3").click()
    until(page, PLAYING)
    page.get_by_role("button", name="Next").click()
    expect(cards.nth(1)).to_have_attribute("aria-current", "true")
    until(page, PLAYING)
    page.keyboard.press("n")
    expect(cards.nth(2)).to_have_attribute("aria-current", "true")
    page.keyboard.press("p")
    expect(cards.nth(1)).to_have_attribute("aria-current", "true")
    page.evaluate("window.tracks.previoustrack()")
    expect(cards.nth(0)).to_have_attribute("aria-current", "true")
    page.evaluate("window.tracks.nexttrack()")
    expect(cards.nth(1)).to_have_attribute("aria-current", "true")
    until(page, PLAYING)
    page.keyboard.press("Escape")
    until(page, f"!({PLAYING})")
    expect(page.locator("#ladder .moment[aria-current]")).to_have_count(0)
    assert page.evaluate("window.tracks.nexttrack") is None
    expect(page.get_by_role("button", name="Next")).to_have_count(0)
    page.get_by_role("button", name="Play all 3").click()
    until(page, PLAYING)
    page.get_by_role("button", name="Stop").click()
    until(page, f"!({PLAYING})")
    page.wait_for_timeout(3000)
    assert not page.evaluate(PLAYING)


def test_the_list_follows_the_listener(open_page: Open) -> None:
    page = open_page(THEME)
    cards = page.locator("#ladder .moment")
    page.get_by_role("button", name="Play all 3").click()
    until(page, PLAYING)
    cards.nth(1).locator("[data-play]").click()  # another of the list: it goes on from there
    expect(cards.nth(1)).to_have_attribute("aria-current", "true")
    near_the_end(page)
    until(page, f"!({PLAYING})")
    page.locator("#bar-toggle").click()  # that one again, instead of the pause
    until(page, f"{PLAYING} && {TIME} < {END - 1}")
    page.wait_for_timeout(2700)
    expect(cards.nth(1)).to_have_attribute("aria-current", "true")
    expect(cards.nth(2)).to_have_attribute("aria-current", "true")  # and then on


def test_keys_that_are_switched_off_leave_the_list_alone(open_page: Open) -> None:
    page = open_page(THEME)
    page.evaluate("localStorage.setItem('companion.keys.off', '1')")
    page.reload()
    page.get_by_role("button", name="Play all 3").click()
    until(page, PLAYING)
    page.keyboard.press("n")
    expect(page.locator("#ladder .moment").first).to_have_attribute("aria-current", "true")


def test_a_pair_is_heard_one_after_the_other_and_ends_another_list(open_page: Open, settings: Settings) -> None:
    with Store.open(settings.database) as store:
        told = [clip.moment for clip in store.moments.of_episode(podcast.SECOND)]
        wall = next(one for one in told if one.theme == "resentment")
        made = replace(wall, id="pair", theme="shutting-down", quote="Whatever you say.")
        store.moments.replace(podcast.SECOND, "test", (*told, made))
    try:
        page = open_page("/themes/naming-the-block")
        page.get_by_role("button", name="Play all 3").click()
        until(page, PLAYING)
        page.get_by_role("button", name="Hear both").click()
        expect(page.locator("#ladder .moment[aria-current]")).to_have_count(0)
        sides = page.locator(".sides .moment")
        expect(sides.first).to_have_attribute("aria-current", "true")
        page.evaluate("document.getElementById('bar-audio').currentTime = 50")
        expect(sides.nth(1)).to_have_attribute("aria-current", "true")
        until(page, f"{PLAYING} && {WORDS} === 'Whatever you say.'")
    finally:
        with Store.open(settings.database) as store:
            store.moments.replace(podcast.SECOND, "test", tuple(told))


@pytest.fixture
def elsewhere(site: str, moment: str) -> Iterator[str]:
    """Somebody else's page (another origin) that holds a moment's player, and the moment's whole page, in frames."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frames = "".join(f'<iframe src="{site}{path}" width="600" height="240"></iframe>' for path in self.paths())
            body = f"<!doctype html><title>A blog</title>{frames}".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def paths(self) -> list[str]:
            return [moment] if self.path == "/whole" else [f"{moment}/embed"]

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_moment_plays_on_somebody_elses_page_and_stops(open_page: Open, elsewhere: str, watch: Watch) -> None:
    page = open_page("/themes")
    page.add_init_script(
        "const { Audio } = window; window.Audio = function () { return (window.small = new Audio()); };"
    )
    page.goto(f"{elsewhere}/")
    frame = page.frames[1]
    shown = page.frame_locator("iframe")
    expect(shown.get_by_role("link", name=QUOTE)).to_be_visible()
    assert frame.evaluate("document.documentElement.scrollHeight") <= 240
    assert not [url for url in watch.requests if url.endswith("/audio")]  # nothing before somebody asks
    frame.evaluate(LISTEN)
    play = shown.get_by_role("button", name="Hear it")
    play.focus()
    page.keyboard.press("Enter")
    expect(shown.get_by_role("button", name="Pause")).to_be_visible()
    until(frame, "window.stops.length === 1")
    assert frame.evaluate("window.stops[0]") == pytest.approx(END, abs=0.1)
    page.wait_for_timeout(300)
    assert frame.evaluate("window.farthest") < END + 0.1
    expect(shown.locator("#now")).to_have_text("0:03 / 0:03")
    play.click()  # once more, from its start
    until(frame, "window.began.length === 2")
    assert START - 0.5 < frame.evaluate("window.began[1]") < START


def test_no_other_page_can_be_framed(open_page: Open, elsewhere: str, watch: Watch) -> None:
    page = open_page("/themes")
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(f"{elsewhere}/whole")
    watch.errors.clear()


def test_hostile_words_stay_words_in_the_small_player(
    open_page: Open, site: str, settings: Settings, watch: Watch
) -> None:
    with Store.open(settings.database) as store:
        id = store.moments.of_episode(podcast.HOSTILE)[0].moment.id
    page = open_page(f"/moments/{id}/embed")
    page.get_by_role("button", name="Hear it").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert page.locator("main script, main img").count() == 0
    assert [url for url in watch.requests if not url.startswith(site)] == []


@pytest.mark.parametrize("size", [(600, 240), (300, 240), (600, 180), (320, 140), (600, 100), (220, 100)])
@pytest.mark.parametrize("cautious", [False, True])
def test_the_small_player_fits_its_frame(size: tuple[int, int], cautious: bool, open_page: Open, moment: str) -> None:
    page = open_page(f"{moment}/embed", viewport={"width": size[0], "height": size[1]})
    expect(page.locator("#toggle")).to_be_visible()
    page.evaluate(
        """(cautious) => {
            const quote = document.querySelector('h1');
            quote.firstElementChild.textContent = 'I can see that it hurt you, and it matters to me. '.repeat(8);
            if (!cautious) return;
            const said = document.createElement('p');
            said.className = 'caution';
            said.textContent = 'Before you listen to this: ' + 'a death in the family and how it was told. '.repeat(4);
            quote.after(said);
        }""",
        cautious,
    )
    assert page.evaluate("document.documentElement.scrollHeight") == size[1]
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    for shown in ("#toggle", ".caution" if cautious else "h1"):
        expect(page.locator(shown)).to_be_in_viewport(ratio=1)
    if size[1] == 240:
        expect(page.locator(".from")).to_be_in_viewport(ratio=1)


def test_without_scripts_the_small_player_is_the_browsers_own(open_page: Open, moment: str) -> None:
    page = open_page(f"{moment}/embed", java_script_enabled=False)
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.get_by_role("button", name="Hear it")).to_have_count(0)


def test_the_new_pages_fit_small_screens_and_can_be_read(open_page: Open, moment: str) -> None:
    from test_looking import FAINT

    for path in (moment, f"{moment}/embed", THEME, "/themes/naming-the-block"):
        for width in (320, 400, 1440):
            page = open_page(path, viewport={"width": width, "height": 700})
            for summary in page.locator("summary").all():
                summary.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            small = page.eval_on_selector_all(
                ".mode, .playlist button, summary, .chips a, .play",
                "all => all.map(e => [e.textContent, e.getBoundingClientRect()])"
                ".filter(([, b]) => b.width && (b.width < 43.5 || b.height < 43.5)).map(([name]) => name)",
            )
            assert small == []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(FAINT) == []
        page.context.close()


def test_a_moment_is_handed_on(open_page: Open, moment: str, site: str) -> None:
    page = open_page(
        moment,
        script="navigator.share = async (what) => { window.shared = what; }",
        permissions=["clipboard-read", "clipboard-write"],
    )
    hand = page.get_by_role("group", name="Hand it on")
    cited = f"“{QUOTE}”\nDana, Session 1: The Dinner in December, Two Chairs"
    for name, text in (("Copy link", f"{site}{moment}"), ("Copy quote", f"{cited}\n{site}{moment}")):
        hand.get_by_role("button", name=name).click()
        expect(hand.get_by_role("status")).to_have_text("Copied")
        until(page, f"navigator.clipboard.readText().then((copied) => copied === {text!r})")
    hand.get_by_role("button", name="Share").click()
    assert page.evaluate("window.shared.text") == cited
    assert page.evaluate("window.shared.url") == f"{site}{moment}"
    page = open_page(moment, java_script_enabled=False)
    expect(page.locator("#hand-on")).to_be_hidden()

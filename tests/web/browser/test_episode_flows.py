"""An episode's page in a real browser: finding, quoting, filtering, chapters, continuing, the lock screen."""

import re
from collections.abc import Callable

import podcast
import pytest
from browsing import until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("nothing_went_wrong")

Open = Callable[..., Page]
EPISODE = f"/episodes/{podcast.FIRST}"
CHAPTERED = f"/episodes/{podcast.SECOND}"
TIME = "document.getElementById('bar-audio').currentTime"
PLAYING = "!document.getElementById('bar-audio').paused"
READY = "document.getElementById('bar-audio').readyState > 0"
FOUND = "[...(CSS.highlights.get('{}') ?? [])].map(String)"
# what comes into sight is laid out with the next frame, and may move what is below
AT_REST = """async () => {
    for (let before, quiet = 0; quiet < 3; ) {
        await new Promise(requestAnimationFrame);
        const now = scrollY + document.documentElement.scrollHeight * 1e6;
        [before, quiet] = [now, now === before ? quiet + 1 : 0];
    }
}"""
QUOTED = 5  # the line of TALK that the tests quote from


def word(line: int, number: int) -> float:
    """When a word of a line of TALK begins."""
    _, start, end, said = podcast.TALK[line]
    return start + number * (end - start) / len(said.split())


def select(page: Page, line: int, first: int, last: int) -> None:
    """Selects words of a line with the mouse, as a reader does: from the start of one to the end of another."""
    page.locator(".line", has_text=podcast.TALK[line][3]).evaluate("(one) => one.scrollIntoView({block: 'center'})")
    page.evaluate(AT_REST)
    boxes = page.evaluate(
        """([said, ...numbers]) => {
            const line = [...document.querySelectorAll('.line')].find((one) => one.textContent === said);
            const words = [...said.matchAll(/\\S+/g)];
            const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), nodes = [];
            while (walk.nextNode()) nodes.push(walk.currentNode);
            return numbers.map((number, end) => {
                let [at, node] = [words[number].index, 0];
                while (at >= nodes[node].length) at -= nodes[node++].length;
                const range = document.createRange();
                range.setStart(nodes[node], at);
                range.setEnd(nodes[node], at + words[number][0].length);
                const {x, y, width, height} = range.getBoundingClientRect();
                return [end ? x + width - 1 : x + 1, y + height / 2];
            });
        }""",
        [podcast.TALK[line][3], first, last],
    )
    page.mouse.move(*boxes[0])
    page.mouse.down()
    page.mouse.move(*boxes[1], steps=6)
    page.mouse.up()


def test_words_become_a_quote_with_a_link_that_plays_just_them(open_page: Open, site: str) -> None:
    page = open_page(EPISODE, permissions=["clipboard-read", "clipboard-write"])
    until(page, READY)
    expect(page.locator("#quote")).to_be_hidden()
    select(page, QUOTED, 5, 8)
    offer = page.locator("#quote")
    expect(offer).to_be_visible()
    assert not page.evaluate(PLAYING)  # selecting is not pressing
    offer.get_by_role("button", name="Copy quote").click()
    expect(page.locator("#quote-done")).to_have_text("Copied")
    words, by, link = page.evaluate("navigator.clipboard.readText()").split("\n")
    said = " ".join(podcast.TALK[QUOTED][3].split()[5:9])
    assert words == f"“{said}”"
    assert by == "Dana, Session 1: The Dinner in December, Two Chairs"
    match = re.fullmatch(re.escape(f"{site}{EPISODE}") + r"\?t=([\d.]+),([\d.]+)", link)
    assert match
    start, end = map(float, match.groups())
    assert (start, end) == (pytest.approx(word(QUOTED, 5), abs=0.02), pytest.approx(word(QUOTED, 9), abs=0.02))
    offer.get_by_role("button", name="Copy link").click()
    until(page, f"navigator.clipboard.readText().then((text) => text === {link!r})")

    page = open_page(link.removeprefix(site))
    assert page.locator(".line mark").all_inner_texts() == [said]
    expect(page.locator("#bar-words")).to_have_text(said)
    until(page, f"!({PLAYING}) && {TIME} > {end - 0.2}")
    assert page.evaluate(TIME) == pytest.approx(end, abs=0.1)
    assert page.evaluate("getComputedStyle(document.querySelector('.line mark')).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert page.locator(".line mark").all_inner_texts() == [said]  # still lit where its words are lit one by one


def test_a_quote_of_two_people_names_both(open_page: Open) -> None:
    page = open_page(EPISODE, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("""() => {
        const lines = document.querySelectorAll('.line');
        getSelection().setBaseAndExtent(lines[1].firstChild, 6, lines[3].firstChild, 3);
    }""")
    page.get_by_role("button", name="Copy quote").click()
    until(page, "navigator.clipboard.readText().then((text) => text.includes('Tom:'))")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"Dana: try that. {podcast.TALK[2][3]}\nTom: Sitting\nSession 1: The Dinner in December")


def test_a_quote_can_be_handed_on(open_page: Open) -> None:
    page = open_page("/")
    page.context.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(page.url.rstrip("/") + EPISODE)
    until(page, READY)
    select(page, QUOTED, 0, 2)
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("window.shared")
    assert shared["text"].startswith("“I remember it”\nDana")
    assert "?t=26,26.97" in shared["url"]


def test_quoting_by_keyboard_alone(open_page: Open) -> None:
    page = open_page(f"{EPISODE}?t=26.5", permissions=["clipboard-read", "clipboard-write"])
    until(page, f"{TIME} > 26.6")
    page.keyboard.press("k")
    page.keyboard.press("q")
    expect(page.locator("#quote [data-do=quote]")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#quote-done")).to_have_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“I remember it differently, but")
    assert "matters to me" not in text
    page.keyboard.press("Escape")
    expect(page.locator("#quote")).to_be_hidden()


def test_before_anything_plays_the_key_for_quoting_takes_the_first_line_in_sight(open_page: Open) -> None:
    page = open_page(EPISODE)
    until(page, READY)
    page.keyboard.press("q")
    expect(page.locator("#quote [data-do=quote]")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == podcast.TALK[0][3]


def test_finding_in_the_transcript(open_page: Open) -> None:
    page = open_page(EPISODE, viewport={"width": 1200, "height": 500})
    page.locator(".line").first.click(position={"x": 4, "y": 8})
    until(page, f"{PLAYING} && {TIME} > 2")
    page.locator("#find-words").fill("DANA")
    places = sum(said.lower().count("dana") for *_, said in podcast.TALK)
    expect(page.locator("#find-count")).to_have_text(f"1 of {places}")
    assert page.evaluate(FOUND.format("found")) == ["Dana"] * places
    assert page.evaluate(FOUND.format("found-now")) == ["Dana"]
    page.keyboard.press("Shift+Enter")  # before the first is the last
    expect(page.locator("#find-count")).to_have_text(f"{places} of {places}")
    last = page.locator(".line", has_text=podcast.TALK[19][3])
    expect(last).to_be_in_viewport()
    expect(page.locator("#resume")).to_be_visible()  # following waits
    page.wait_for_timeout(2500)  # and goes on waiting while the next lines are played
    expect(last).to_be_in_viewport()
    page.get_by_role("button", name="The next one").click()
    expect(page.locator("#find-count")).to_have_text(f"1 of {places}")
    assert page.evaluate(FOUND.format("found-now")) == ["Dana"]  # in a line whose words are elements by now
    page.locator("#find-words").fill("you’d never say this")
    expect(page.locator("#find-count")).to_have_text("not said here")
    page.locator("#find-words").fill("that. what was")  # across two lines
    expect(page.locator("#find-count")).to_have_text("1 of 1")
    page.locator("#find-words").focus()
    page.keyboard.press("Escape")
    assert page.evaluate(FOUND.format("found")) == []
    page.locator("#resume").click()
    expect(page.locator(".line.now")).to_be_in_viewport()


def test_one_theme_at_a_time_while_the_sound_goes_on(open_page: Open) -> None:
    page = open_page(EPISODE)
    page.locator(".line").first.click(position={"x": 4, "y": 8})
    until(page, f"{PLAYING} && {TIME} > 2")
    page.locator("#filter a", has_text="Validation").click()
    expect(page).to_have_url(re.compile(r"\?theme=validation$"))
    assert page.evaluate(PLAYING)
    expect(page.locator(".timeline .at:visible")).to_have_count(1)
    expect(page.locator(".beside .moment:visible")).to_have_count(1)
    expect(page.locator(".lines .tag:visible")).to_have_count(1)
    expect(page.locator(".lines .aside:visible")).to_have_count(1)
    assert page.locator(".line").count() == len(podcast.TALK)  # the words stay
    expect(page.locator(".line:visible")).to_have_count(len(podcast.TALK))
    page.locator("#filter a", has_text="All moments").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".beside .moment:visible")).to_have_count(6)
    expect(page.locator("#filter [aria-current]")).to_have_text("All moments")


def test_chapters_and_times_in_notes_play(open_page: Open) -> None:
    page = open_page(CHAPTERED)
    page.locator(".chapters a", has_text="The wall").click()
    until(page, f"{PLAYING} && {TIME} > 45")
    assert page.evaluate(TIME) == pytest.approx(45, abs=1.5)
    expect(page.locator(".chapters [aria-current]")).to_contain_text("The wall & the kitchen")
    page.locator(".notes a", has_text="2:30").click()
    until(page, f"{TIME} > 150")
    expect(page.locator(".chapters [aria-current]")).to_contain_text("Taking turns")
    expect(page.locator(".line.now")).to_contain_text("I would like to keep doing this")


def test_an_episode_is_continued_where_it_was_left(open_page: Open) -> None:
    page = open_page(f"{EPISODE}?t=100")
    until(page, f"{PLAYING} && {TIME} > 101")
    page.keyboard.press("k")
    until(page, f"!({PLAYING})")
    left = page.evaluate(TIME)
    page.evaluate("sessionStorage.clear()")
    page = _again(page, EPISODE)
    expect(page.locator("#begins")).to_contain_text(f"Continue at 1:{int(left) - 60:02}")
    assert not page.evaluate(PLAYING)
    page.get_by_role("button", name="Play the episode").click()
    until(page, f"{PLAYING} && {TIME} > {int(left)}")
    assert page.evaluate(TIME) == pytest.approx(left, abs=3)
    page.keyboard.press("k")
    page = _again(page, f"{EPISODE}?t=0")  # an address that names a time is meant
    expect(page.locator("#begins")).not_to_contain_text("Continue")
    if not page.evaluate(PLAYING):
        page.get_by_role("button", name="Play the episode").click()
    until(page, f"{PLAYING} && {TIME} > 0.2")
    assert page.evaluate(TIME) < 30


def test_it_can_begin_again(open_page: Open) -> None:
    page = open_page("/")
    page.evaluate(f"localStorage.setItem('companion.places', JSON.stringify({{'{EPISODE}/audio': 77}}))")
    page = _again(page, EPISODE)
    page.get_by_role("button", name="From the beginning").click()
    until(page, f"{PLAYING} && {TIME} > 0.1")
    assert page.evaluate(TIME) < 20
    page.evaluate("localStorage.setItem('companion.places', '[1, \"nonsense')")
    page = _again(page, CHAPTERED)  # what cannot be read is nothing
    expect(page.locator("#begins")).to_have_text("Press any line to hear it")


def _again(page: Page, path: str) -> Page:
    """The same browser on another page, as if it had been closed in between."""
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    opened = page.context.new_page()
    page.close()
    opened.goto(f"{origin[0]}{path}")
    until(opened, READY)
    return opened


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        *(("?t=83", 83), ("?t=1:23", 83), ("?t=0:01:23", 83), ("?t=1m23s", 83), ("?t=npt:83", 83), ("?t=83.", 83)),
        *(("#t=83", 83), ("#t=1:23", 83), ("#t=0h1m23s", 83), ("#t=83.5", 83.5), ("#t=npt:83,90", 83)),
        *(("?t=soon", 0), ("#t=soon", 0), ("?t=-5", 0), ("#t=1:99", 0), ("?t=99999", 0), ("#t=", 0)),
    ],
)
def test_every_spelling_of_a_time(asked: str, start: float, open_page: Open) -> None:
    page = open_page(EPISODE + asked)
    until(page, READY)
    if not page.evaluate(PLAYING):
        page.locator("#bar-toggle").click()
    until(page, f"{TIME} > {start}")
    assert page.evaluate(TIME) == pytest.approx(start, abs=2)


def test_a_stretch_behind_the_hash_is_lit(open_page: Open) -> None:
    page = open_page(f"{EPISODE}#t=26,32")
    expect(page.locator(".line.linked")).to_have_text(podcast.TALK[QUOTED][3])
    page.evaluate("location.hash = 't=66,68'")  # another link on the same page
    expect(page.locator(".line.linked")).to_have_text(podcast.TALK[11][3])
    until(page, f"{TIME} > 66")


def test_headphones_and_lock_screens(open_page: Open) -> None:
    page = open_page("/")
    page.context.add_init_script("""
        window.actions = {};
        navigator.mediaSession.setActionHandler = (name, action) => { actions[name] = action; };
        const set = navigator.mediaSession.setPositionState.bind(navigator.mediaSession);
        navigator.mediaSession.setPositionState = (state) => { set(state); window.state = state; };
    """)
    page.goto(page.url.rstrip("/") + EPISODE)
    until(page, READY)
    page.evaluate("actions.play()")
    until(page, PLAYING)
    assert page.evaluate("navigator.mediaSession.metadata.title") == "Session 1: The Dinner in December"
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"
    page.evaluate("actions.seekto({seekTime: 50})")
    until(page, f"{TIME} > 50")
    until(page, "state.position >= 50")
    assert page.evaluate("state.duration") == pytest.approx(podcast.SECONDS, abs=1)
    page.evaluate("actions.nexttrack()")  # the next moment
    until(page, f"{TIME} > 57.5 && {TIME} < 62")
    page.evaluate("actions.previoustrack()")
    until(page, f"{TIME} > 44.5 && {TIME} < 50")
    page.evaluate("actions.seekbackward({})")
    until(page, f"{TIME} < 40")
    page.evaluate("actions.pause()")
    until(page, f"!({PLAYING})")
    assert page.evaluate("navigator.mediaSession.playbackState") == "paused"


def test_keys_are_for_the_player_and_the_page_only(open_page: Open) -> None:
    page = open_page(EPISODE)
    until(page, READY)
    page.get_by_role("link", name="Themes", exact=True).focus()
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    assert not page.evaluate(PLAYING)
    page.locator("#bar-place").focus()
    page.keyboard.press("ArrowRight")
    until(page, f"{TIME} === 5")
    page.keyboard.press("k")
    until(page, PLAYING)
    page.locator("#find-words").focus()
    page.keyboard.type("k l")
    assert page.evaluate(PLAYING)
    assert page.evaluate(TIME) < 10


def test_other_sites_may_read_transcripts_and_browsers_take_them(open_page: Open, site: str) -> None:
    page = open_page("/", bypass_csp=True)  # the policy is about what our own pages may read
    address = f"{site}{EPISODE}/transcript.vtt"
    page.evaluate(f"""() => {{
        const video = document.body.appendChild(document.createElement('video'));
        const track = video.appendChild(document.createElement('track'));
        track.onload = () => {{
            window.cues = [...track.track.cues].map((cue) => [cue.startTime, cue.endTime, cue.text]);
        }};
        track.src = '{address}';
        track.track.mode = 'hidden';
    }}""")
    until(page, "window.cues !== undefined")
    assert page.evaluate("cues") == [[start, end, f"<v {who}>{said}"] for who, start, end, said in podcast.TALK]
    page.goto(site.replace("127.0.0.1", "localhost"))  # another origin
    assert page.evaluate(f"fetch('{address}').then((answer) => answer.text())").startswith("WEBVTT")


def test_notes_and_prompt_stand_below_the_talk_and_a_link_leads_there(open_page: Open) -> None:
    page = open_page(EPISODE, viewport={"width": 1400, "height": 900})
    assert page.locator(".beside :is(.notes, .prompt)").count() == 0
    jump = page.get_by_role("navigation", name="On this page")
    expect(jump.get_by_role("link")).to_have_text(["Show notes", "This week's prompt"])  # the moments stand beside
    for name, part in (("Show notes", ".notes"), ("This week's prompt", "main .prompt")):
        expect(page.locator(part)).not_to_be_in_viewport()
        jump.get_by_role("link", name=name).click()
        expect(page.locator(part)).to_be_in_viewport()
        page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size({"width": 400, "height": 800})
    expect(jump.get_by_role("link")).to_have_text(["Moments", "Show notes", "This week's prompt"])


def test_the_rail_fades_and_its_last_moment_can_be_seen_whole(open_page: Open) -> None:
    page = open_page(EPISODE, viewport={"width": 1400, "height": 900})
    rail = page.locator(".beside")
    rail.evaluate("(rail) => { scrollTo(0, rail.offsetTop); rail.scrollTo(0, rail.scrollHeight); }")
    end, faded = rail.evaluate(
        "(rail) => [rail.getBoundingClientRect().bottom, parseFloat(getComputedStyle(rail).paddingBottom)]"
    )
    last = page.locator(".beside .moment").last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= end - faded + 1
    assert "gradient" in rail.evaluate("(rail) => getComputedStyle(rail).maskImage")

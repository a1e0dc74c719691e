"""Pages in a real browser: searching, fitting small screens, and holding against hostile words."""

from collections.abc import Callable, Iterator

import podcast
import pytest
from browsing import Watch, until
from playwright.sync_api import Browser, Page, expect

from companion.config import Settings
from companion.store import Store

Open = Callable[..., Page]
PATHS = [
    *("/", "/search", "/search?q=hurt", "/episodes", "/themes", "/themes/validation", "/exercises"),
    *("/exercises/taking-turns", f"/exercises/week/{podcast.FIRST}", f"/episodes/{podcast.FIRST}"),
    *(f"/episodes/{podcast.SILENT}", "/moments/first"),
]


# how much wider the search box is inside than what it says while it is empty
ROOM = """(box) => {
    const style = getComputedStyle(box), canvas = document.createElement('canvas').getContext('2d');
    canvas.font = style.font;
    const inside = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return inside - canvas.measureText(box.placeholder).width;
}"""
FAINT = """() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = (colour) => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const under = (e) => { for (; e; e = e.parentElement) {
        const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest('svg, .unseen')) continue;
        const style = getComputedStyle(e);
        const [a, b] = [light(rgb(style.color)), light(under(e))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const large = parseFloat(style.fontSize) >= 24;
        if (ratio < (large ? 3 : 4.5)) found.push([walk.currentNode.data.trim().slice(0, 30), ratio]);
    }
    return found;
    }"""


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest, settings: Settings) -> str:
    if request.param != "/moments/first":
        return str(request.param)
    with Store.open(settings.database) as store:
        return f"/moments/{store.moments.find()[0].moment.id}"


@pytest.fixture(scope="module", params=PATHS)
def shown(
    request: pytest.FixtureRequest, chromium: Browser, site: str, settings: Settings
) -> Iterator[tuple[Page, Watch]]:
    """One page of each kind, open for several tests."""
    path = request.param
    if path == "/moments/first":
        with Store.open(settings.database) as store:
            path = f"/moments/{store.moments.find()[0].moment.id}"
    watch = Watch()
    context = chromium.new_context(viewport={"width": 400, "height": 800})
    page = watch.over(context.new_page())
    page.goto(site + path, wait_until="networkidle")
    yield page, watch
    context.close()


def test_nothing_is_refused_and_nothing_leaves(shown: tuple[Page, Watch], site: str) -> None:
    page, watch = shown
    assert watch.errors == []  # a refusal by the content security policy would be one
    assert watch.dialogs == []
    assert [url for url in watch.requests if not url.startswith(site)] == []
    assert page.context.cookies() == []


def test_no_page_scrolls_sideways(shown: tuple[Page, Watch]) -> None:
    page, _ = shown
    for _ in range(2):
        for width in (320, 400, 768, 1024):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        if page.locator("[data-play]").count():
            page.locator("[data-play]").first.click()  # and once more with the player there


def test_no_line_ends_or_begins_with_a_dot(shown: tuple[Page, Watch]) -> None:
    """The dot belongs to the part after it; where that begins a line, the dot lies outside of what is shown."""
    page, _ = shown
    for width in (320, 400, 1024):
        page.set_viewport_size({"width": width, "height": 700})
        wrong = page.eval_on_selector_all(
            ".about",
            """all => all.filter((line) => {
                const cut = parseFloat(getComputedStyle(line).clipPath.match(/([\\d.]+)px\\)$/)[1]);
                const left = line.getBoundingClientRect().left;
                return [...line.children].some((part) => {
                    const dot = getComputedStyle(part, '::before'), after = getComputedStyle(part, '::after');
                    const at = part.getBoundingClientRect().left + parseFloat(dot.left);
                    const begins = part.getBoundingClientRect().left - left < 1;
                    return after.content.includes('·') || (begins && dot.content.includes('·') && at + 5 > left + cut);
                });
            }).map((line) => line.textContent)""",
        )
        assert wrong == []
        alone = page.eval_on_selector_all(
            ".about .name",
            "all => all.filter((name) => name.querySelector('.mark')?.getBoundingClientRect().bottom"
            " < name.getClientRects()[0].top).length",
        )
        assert alone == 0


@pytest.mark.parametrize("width", [768, 1024, 1400])
def test_the_whole_placeholder_can_be_read(width: int, open_page: Open) -> None:
    page = open_page("/themes", viewport={"width": width, "height": 700})
    assert page.locator("#q").evaluate(ROOM) >= 0


def test_on_a_phone_the_page_begins_early_and_the_box_unfolds(open_page: Open) -> None:
    page = open_page("/themes", viewport={"width": 400, "height": 800})
    assert page.locator("main").evaluate("(main) => main.getBoundingClientRect().top") < 110
    box = page.locator("#q")
    expect(box).to_have_css("opacity", "0")
    page.locator(".search").click()
    expect(box).to_be_focused()
    expect(box).to_have_css("opacity", "1")
    assert box.evaluate(ROOM) >= 0
    page.keyboard.type("hurt")
    page.locator("h1").click()
    expect(box).to_have_css("opacity", "1")  # what is typed stays in sight
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/search?q=hurt")
    for path in ("/", "/search"):  # there it is what the page is for
        expect(open_page(path, viewport={"width": 400, "height": 800}).locator("#q")).to_have_css("opacity", "1")


def test_nothing_is_printed_that_only_works_on_a_screen(open_page: Open) -> None:
    page = open_page(f"/episodes/{podcast.FIRST}")
    page.emulate_media(media="print")
    expect(page.locator("#begins")).to_be_hidden()
    page = open_page("/themes/validation")
    page.emulate_media(media="print")
    expect(page.locator("main").get_by_text("in a feed reader")).to_be_hidden()
    rules = "[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText).join()"
    assert "@page { margin: 18mm 16mm; }" in page.evaluate(rules)


def test_targets_are_as_large_as_a_thumb(shown: tuple[Page, Watch]) -> None:
    page, _ = shown
    page.set_viewport_size({"width": 400, "height": 800})
    small = page.eval_on_selector_all(
        ".play, .top nav a, .search input, .search button, .theme, .chips a, .on, .pager a, .bar button, .short a",
        "all => all.map(e => [e.className, e.getBoundingClientRect()])"
        ".filter(([, b]) => b.width && (b.width < 43.5 || b.height < 43.5)).map(([name]) => name)",
    )
    assert small == []


def test_the_player_never_covers_the_last_line(open_page: Open) -> None:
    for width in (400, 1200):
        page = open_page(f"/episodes/{podcast.FIRST}", viewport={"width": width, "height": 700})
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        foot = page.locator(".foot").bounding_box()
        bar = page.locator("#bar").bounding_box()
        assert foot
        assert bar
        assert foot["y"] + foot["height"] <= bar["y"] + 1


def test_searching(open_page: Open, watch: Watch) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    page.keyboard.type("felt invisible")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=felt+invisible")
    expect(page.locator("mark").first).to_be_visible()
    found = page.locator(".passage").first
    found.locator("[data-play]").click()
    until(page, "document.getElementById('bar-audio').currentTime > 19")
    found.locator(".said a").click()
    page.wait_for_url("**/episodes/*?t=*")
    expect(page.locator(".line.now")).to_contain_text("felt invisible")
    assert watch.errors == []


@pytest.mark.parametrize(
    "path",
    ["/", "/episodes", "/search?q=hurt", "/themes/validation", f"/episodes/{podcast.HOSTILE}", "/moments/hostile"],
)
def test_hostile_words_stay_words(path: str, open_page: Open, site: str, watch: Watch, settings: Settings) -> None:
    if path == "/moments/hostile":
        with Store.open(settings.database) as store:
            path = f"/moments/{store.moments.of_episode(podcast.HOSTILE)[0].moment.id}"
    page = open_page(path)
    for sign in page.locator("[data-play]").all():
        sign.click()
    for line in page.locator(".line").all()[:3]:
        line.dispatch_event("click")
    if path == f"/episodes/{podcast.HOSTILE}":
        page.locator(".notes").get_by_text("press").click()
        page.locator(".notes").get_by_text("go").click()
        page.locator(".notes").get_by_text("send").dispatch_event("click")
    page.wait_for_timeout(200)
    assert watch.dialogs == []
    assert [url for url in watch.requests if not url.startswith(site)] == []
    assert page.url.startswith(site)
    assert page.locator("main script:not(.notes script)").count() == 0
    assert page.locator("main img:not(.notes img)").count() == 0


def test_words_can_be_read(shown: tuple[Page, Watch]) -> None:
    """Contrast of every piece of text with what lies under it: at least 4.5, or 3 for large text (WCAG 1.4.3)."""
    page, _ = shown
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(FAINT) == []

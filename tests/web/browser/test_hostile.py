"""Twenty kinds of hostile titles, names and show notes, read from a feed as any other, on every page there is."""

import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape

import pages
import podcast
import pytest
from browsing import Watch
from entering import serving
from litestar.testing import TestClient
from playwright.sync_api import Browser

from companion.config import Settings
from companion.feeds import Episode
from companion.store import Store, Validators
from ingest import rss
from web.app import create_app

RUN = "alert(document.domain)"
EVIL = (
    f"<script>{RUN}</script>",
    f"</title></head><body onload={RUN}>",
    f"\"'><img src=x onerror={RUN}>",
    f"<svg onload={RUN}><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<a href='javascript:{RUN}'>press</a>",
    f"<a href='jAvA\tscr\nipt:{RUN}'>press</a>",
    f"<a href='data:text/html,<script>{RUN}</script>'>press</a>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<input autofocus onfocus={RUN}><textarea autofocus onfocus={RUN}></textarea>",
    "<form action='https://evil.test/'><button formaction='https://evil.test/'>send</button></form>",
    "<base href='https://evil.test/'><link rel=stylesheet href='https://evil.test/a.css'>",
    "<meta http-equiv=refresh content='0;url=https://evil.test/'>",
    "<style>@import 'https://evil.test/a.css'; body{display:none}</style><p style='position:fixed;inset:0'>over</p>",
    f"<object data='https://evil.test/a.swf'></object><embed src='javascript:{RUN}'>",
    f"{{{{ page.site }}}} {{% raw %}} ${{{RUN}}} `${{{RUN}}}` {{{{constructor.constructor('{RUN}')()}}}}",
    f"\u202e\u2066evil\u2069 <video src='https://evil.test/a.mp4' onerror={RUN}></video><audio src=x onerror={RUN}>",
    f"]]><template shadowrootmode=open><script>{RUN}</script></template><!-- --!><script>{RUN}</script>" + "W" * 300,
)
# what may stand in a page of ours, and in show notes that were made safe
OURS = """
    a abbr article aside audio b blockquote body br button circle cite code datalist dd defs details dialog div
    dl dt em fieldset figcaption figure footer form g h1 h2 h3 h4 head header hr html i input kbd label legend
    li line link main mark meta meter nav noscript ol option output p path picture pre progress q rect s script
    search section select small span strong sub summary sup svg symbol table tbody td template textarea th time title
    tr u ul use
"""
STRANGE = """(ours) => [...document.querySelectorAll('*')].filter((e) =>
    !ours.split(/\\s+/).includes(e.localName)
    || [...e.attributes].some((a) => a.name.startsWith('on') || a.name === 'style'
        || (a.name === 'autofocus' && e.id !== 'keys-title')
        || (['href', 'src', 'action', 'formaction'].includes(a.name)
            && !['http:', 'https:', 'mailto:'].includes(new URL(a.value, location.href).protocol)))
    || (e.localName === 'link' && !e.href.startsWith(location.origin))
    || (e.localName === 'script' && !e.src.startsWith(location.origin) && e.type !== 'application/ld+json')
    || (e.localName === 'form' && new URL(e.action).origin !== location.origin)
    || (e.localName === 'meta' && e.httpEquiv)).map((e) => e.outerHTML.slice(0, 150))"""


def feed() -> bytes:
    """A feed whose every title, author and note is hostile, each in a way of its own."""
    items = "".join(
        f"<item><guid>{n}</guid><title>{n} {escape(evil)}</title><itunes:episode>{n}</itunes:episode>"
        f"<pubDate>Mon, {n:02} Feb 2027 06:00:00 GMT</pubDate>"
        f"<enclosure url='https://example.org/{n}.mp3' type='audio/mpeg' length='1'/>"
        f"<description>{escape(f'<p>Notes.</p>{evil}<p>This week’s prompt: {evil} and then?</p>')}</description></item>"
        for n, evil in enumerate(EVIL, 1)
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' "
        "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>"
        f"<title>{escape(EVIL[2])}</title><link>javascript:{RUN}</link><description>{escape(EVIL[0])}</description>"
        f"{items}</channel></rss>"
    ).encode()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, tuple[Episode, ...]]:
    settings = Settings(data=tmp_path_factory.mktemp("hostile"))
    whole, episodes = rss.parse(feed(), feed_id="evil", url="https://example.org/feed.xml")
    assert len(episodes) == len(EVIL) == 20
    with Store.open(settings.database) as store:
        store.feeds.save(whole, episodes, Validators(etag=None, modified=None))
        for episode, evil in zip(episodes, EVIL, strict=True):
            said = podcast.transcript(episode.id, evil)
            store.transcripts.save(replace(said, segments=said.segments[:6]))
            store.moments.replace(episode.id, "test", tuple(podcast.moments(episode.id, evil)[:2]))
    return settings, episodes


@pytest.fixture(scope="module")
def address(hostile: tuple[Settings, tuple[Episode, ...]]) -> Iterator[str]:
    with serving(create_app(hostile[0])) as running:
        yield running


def test_words_stay_words_on_every_page(
    chromium: Browser, address: str, hostile: tuple[Settings, tuple[Episode, ...]]
) -> None:
    settings, episodes = hostile
    with TestClient(create_app(settings)) as client:
        kinds = pages.kinds(client, beside=())
    with Store.open(settings.database) as store:
        moments = [clip.moment.id for one in episodes for clip in store.moments.of_episode(one.id)[:1]]
    paths = {*kinds, *(f"/episodes/{one.id}" for one in episodes), *(f"/moments/{id}" for id in moments)}
    paths |= {*(f"/exercises/week/{one.id}" for one in episodes), "/search?q=script+alert", "/saved"}
    paths |= {f"/search?q={evil[:20]}" for evil in ("<script>alert(1)", "\"'><img src=x onerror=alert(1)>")}
    watch = Watch()
    context = chromium.new_context()
    page = watch.over(context.new_page())
    page.goto(f"{address}/themes/leaning-in")
    for sign in page.locator("[data-save]").all()[:20]:
        sign.click()
    strange: dict[str, list[str]] = {}
    for path in sorted(paths):
        page.goto(address + path)
        if found := page.evaluate(STRANGE, OURS):
            strange[path] = found
        assert page.url.startswith(address), path
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            strange.setdefault(path, []).append("scrolls sideways")
    assert not strange, json.dumps(strange, indent=1)
    assert watch.dialogs == []
    # a report of the policy would be an error; that a prompt is missing is only said by its status
    assert [said for said in watch.errors if "404" not in said] == []
    assert [url for url in watch.requests if not url.startswith(address)] == []
    context.close()


def test_what_is_no_page_holds_its_form(hostile: tuple[Settings, tuple[Episode, ...]]) -> None:
    """The same words in feeds, transcripts and the like: never as a page, whatever is asked for."""
    with TestClient(create_app(hostile[0])) as client:
        text = client.get("/").text + client.get(f"/episodes/{hostile[1][0].id}").text
        links = {link for link in pages.LINK.findall(text) if not link.startswith("/static/")}
        for link in sorted(links):
            answer = client.get(link.replace("&amp;", "&"))
            if not answer.headers["content-type"].startswith("text/html"):
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "default-src 'none'" in answer.headers["content-security-policy"]

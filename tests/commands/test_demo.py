"""The main job, from `companion demo` to the second that was searched for."""

import json
import re
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typed import ROOT, companion, within

from companion.formats import FORMATS

TRUTH = json.loads((ROOT / "tests" / "data" / "demo" / "truth.json").read_text("utf-8"))
Ask = Callable[..., Any]


def test_every_episode_is_recognised_and_eight_themes_are_found(ask: Ask, demo: Path) -> None:
    episodes = ask("status", "--json")["episodes"]
    assert len(episodes) == len(TRUTH) >= 3
    assert all(one["audio"] and one["transcript"] and one["failure"] is None for one in episodes)
    database = sqlite3.connect(demo / "companion.db")
    recognised = database.execute(
        "select t.episode, count(*) from transcripts t join segments s on s.transcript = t.key "
        "where t.source = 'recognised' and t.model = 'micro' group by 1"
    ).fetchall()
    assert len(recognised) == len(TRUTH) and all(segments > 10 for _, segments in recognised)
    moments = ask("moments", "--json")
    assert len({one["theme"] for one in moments["moments"]}) >= 8
    assert moments["total"] == len(moments["moments"])
    assert set(moments["moments"][0]) == {
        *("id", "episode", "theme", "start", "end", "quote", "score", "why", "state", "url", "speaker")
    }


def test_a_phrase_that_was_spoken_is_found_within_a_second(demo: Path) -> None:
    """The first words of sentences, as written: what is found in that episode begins when they are spoken."""
    landed, asked = 0, 0
    for episode in TRUTH:
        sentences = [one for turn in episode["turns"] for one in turn["sentences"] if len(one["text"].split()) >= 7]
        for sentence in sentences[::4]:
            phrase = " ".join(sentence["text"].split()[:6])
            hits = json.loads(within(demo, "search", phrase, "--json").stdout)["hits"]
            asked += 1
            here = [hit for hit in hits[:3] if hit["title"] == episode["title"]]
            landed += any(abs(hit["start"] - sentence["start"]) <= 1.0 for hit in here)
    print(f"{landed} of {asked} phrases landed within 1 s")
    assert asked >= 15
    assert landed / asked >= 0.8


def test_search_says_where(ask: Ask) -> None:
    found = ask("search", "the garage", "--json")
    assert found["total"] >= len(found["hits"]) >= 1
    hit = found["hits"][0]
    assert {"episode", "title", "start", "end", "text", "speaker", "themes", "url"} <= set(hit)
    assert re.fullmatch(r"/episodes/demo-[0-9a-f]{10}(\?t=[\d.,]+)?", hit["url"])
    themed = ask("search", "you", "--theme", "validation", "--json")["hits"]
    assert themed and all("validation" in one["themes"] for one in themed)


def test_every_format_is_exported_and_read_back(ask: Ask, demo: Path, tmp_path: Path) -> None:
    episode = ask("status", "--json")["episodes"][0]["id"]
    for name in FORMATS:
        printed = companion(demo, "export", episode, "--format", name)
        assert printed.returncode == 0 and len(printed.stdout) > 1000
        file = tmp_path / f"out.{name}"
        assert companion(demo, "export", episode, "--format", name, "-o", str(file)).returncode == 0
        assert file.read_text("utf-8") == printed.stdout


def test_a_published_transcript_gives_its_voices(ask: Ask, demo: Path) -> None:
    (published,) = [one for one in ask("status", "--json")["episodes"] if one["transcript"] == "aligned"]
    vtt = companion(demo, "export", published["id"], "--format", "vtt").stdout
    assert {"<v Nora>", "<v Tom>", "<v Dana>"} <= set(re.findall(r"<v [^>]+>", vtt))


def test_a_second_demo_changes_nothing_and_the_site_answers(demo: Path, ask: Ask) -> None:
    before = ask("moments", "--json")
    process = subprocess.Popen(
        [sys.executable, "-m", "companion", "--data", str(demo), "demo", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert match, line
        site = match.group()
        home = urllib.request.urlopen(f"{site}/").read().decode()
        assert "On the Same Couch" in home
        episode = ask("status", "--json")["episodes"][0]["id"]
        request = urllib.request.Request(f"{site}/episodes/{episode}/audio", headers={"Range": "bytes=100-199"})
        with urllib.request.urlopen(request) as answer:
            assert (answer.status, len(answer.read())) == (206, 100)
        for moment in before["moments"]:
            with urllib.request.urlopen(site + moment["url"]) as answer:
                assert answer.status == 200
    finally:
        process.terminate()
        process.wait(20)
    assert ask("moments", "--json") == before


@pytest.mark.parametrize("name", ["doctor", "status", "moments"])
def test_what_people_read_says_something(demo: Path, name: str) -> None:
    done = companion(demo, name)
    assert done.returncode == 0 and len(done.stdout.splitlines()) >= 5
    if name == "doctor":
        assert "not real speech" in done.stdout

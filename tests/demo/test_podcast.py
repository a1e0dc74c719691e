"""The built-in podcast: what its files promise is true, and its server behaves like a good podcast host."""

import json
import re
import shutil
import socket
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import av
import httpx
import numpy as np
import pytest

from companion.demo.podcast import make, script
from companion.demo.podcast.feed import BASE, ITUNES, PODCAST
from companion.demo.server import serving
from companion.exercises import weekly_prompt
from companion.themes import themes
from companion.timecode import parse_time

FOLDER = script.FOLDER
TRUTH = json.loads((Path(__file__).parents[1] / "data/demo/truth.json").read_text("utf-8"))
ITEMS = ET.parse(FOLDER / "feed.xml").getroot().findall("channel/item")


def text(item: ET.Element, tag: str) -> str:
    found = item.find(tag)
    assert found is not None
    assert found.text
    return found.text


def seconds(path: Path) -> float:
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0)) / 16_000


def loudest(samples: np.ndarray, start: float, end: float) -> float:
    return float(np.abs(samples[int(start * 16_000) : int(end * 16_000)]).max())


def test_the_script_shows_every_theme_and_some_near_misses() -> None:
    lines = [line for episode in script.read().episodes for line in episode.lines]
    assert {line.theme for line in lines if line.theme} == themes().keys()
    assert sum(line.near_miss is not None for line in lines) >= 6
    assert all(line.text.isascii() and not re.search(r"\d", line.text) for line in lines)


def test_the_truth_is_of_this_script() -> None:
    written = {episode.guid: [line.text for line in episode.lines] for episode in script.read().episodes}
    assert {episode["guid"]: [turn["text"] for turn in episode["turns"]] for episode in TRUTH} == written


def test_there_are_four_episodes_in_two_seasons() -> None:
    numbers = [(text(item, f"{{{ITUNES}}}season"), text(item, f"{{{ITUNES}}}episode")) for item in ITEMS]
    assert numbers == [("2", "2"), ("2", "1"), ("1", "2"), ("1", "1")]
    assert len({text(item, "guid") for item in ITEMS}) == 4
    assert sum((FOLDER / f"{episode.stem}.mp3").stat().st_size for episode in script.read().episodes) < 4_500_000


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: text(item, "guid"))
def test_an_item_says_the_truth_about_its_audio(item: ET.Element) -> None:
    enclosure = item.find("enclosure")
    assert enclosure is not None
    audio = FOLDER / enclosure.attrib["url"].removeprefix(BASE)
    assert int(enclosure.attrib["length"]) == audio.stat().st_size
    assert enclosure.attrib["type"] == "audio/mpeg"
    length = seconds(audio)
    assert abs(float(text(item, f"{{{ITUNES}}}duration")) - length) < 1
    assert 120 <= length <= 240
    with av.open(str(audio)) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels, stream.bit_rate) == (16_000, 1, 32_000)
    assert parsedate_to_datetime(text(item, "pubDate")) < datetime(2025, 11, 1, tzinfo=UTC)
    assert weekly_prompt(text(item, "description"))
    assert [person.text for person in item.findall(f"{{{PODCAST}}}person")] == ["Nora", "Tom", "Dana"]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: text(item, "guid"))
def test_a_soundbite_lies_within_its_turn(item: ET.Element) -> None:
    soundbite = item.find(f"{{{PODCAST}}}soundbite")
    assert soundbite is not None
    start, length = float(soundbite.attrib["startTime"]), float(soundbite.attrib["duration"])
    (episode,) = [episode for episode in TRUTH if episode["guid"] == text(item, "guid")]
    assert any(
        turn["start"] <= start + 0.01 and start + length <= turn["end"] + 0.02 and soundbite.text in turn["text"]
        for turn in episode["turns"]
    )


def test_one_episode_brings_a_transcript_with_voices_and_true_times() -> None:
    (item,) = [item for item in ITEMS if item.find(f"{{{PODCAST}}}transcript") is not None]
    (episode,) = [episode for episode in TRUTH if episode["guid"] == text(item, "guid")]
    transcript = item.find(f"{{{PODCAST}}}transcript")
    assert transcript is not None
    assert transcript.attrib["type"] == "text/vtt"
    vtt = (FOLDER / transcript.attrib["url"].removeprefix(BASE)).read_text("utf-8")
    cues = re.findall(r"(\S+) --> (\S+)\n<v (\w+)>(.+)", vtt)
    assert vtt.startswith("WEBVTT\n")
    assert " ".join(cue[3] for cue in cues) == " ".join(turn["text"] for turn in episode["turns"])
    starts = {round(said["start"], 2) for turn in episode["turns"] for said in turn["sentences"]}
    assert all(round(parse_time(start), 2) in starts for start, _, _, _ in cues)
    assert {voice for _, _, voice, _ in cues} == {"Nora", "Tom", "Dana"}


def test_speech_is_where_the_truth_says() -> None:
    """Sound at the middle of every sentence, silence just before every turn."""
    for episode in TRUTH:
        with av.open(str(FOLDER / episode["audio"])) as container:
            samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        assert len(samples) / 16_000 == pytest.approx(episode["duration"], abs=0.2)
        for turn in episode["turns"]:
            assert loudest(samples, turn["start"] - 0.15, turn["start"] - 0.05) < 0.02
            for said in turn["sentences"]:
                assert loudest(samples, said["start"], said["end"]) > 0.1


def test_making_it_twice_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (shutil.which("flite") and shutil.which("ffmpeg")):
        pytest.skip("flite and ffmpeg make the podcast; neither is needed to run anything")
    whole = script.read()
    episode = whole.episodes[1]
    lines = tuple(line for line in episode.lines if episode.soundbite in line.text or len(line.text) < 20)
    short = replace(whole, episodes=(replace(episode, lines=lines),))
    monkeypatch.setattr(script, "read", lambda: short)
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        make.make(folder, folder / "truth.json")
    made = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert made[0] == made[1]
    assert made[0].keys() == {"s1e2.mp3", "s1e2.vtt", "feed.xml", "truth.json"}
    assert json.loads(made[0]["truth.json"])[0]["turns"][0]["text"] == lines[0].text


def test_make_explains_itself() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "companion.demo.podcast.make", "--help"], capture_output=True, text=True, check=True
    )
    assert "flite and ffmpeg" in told.stdout


@pytest.fixture(scope="module")
def feed_url() -> Iterator[str]:
    with serving() as url:
        yield url


def test_the_served_feed_points_to_this_server(feed_url: str) -> None:
    answer = httpx.get(feed_url)
    assert answer.headers["content-type"].startswith("application/rss+xml")
    addresses = [item.attrib["url"] for item in ET.fromstring(answer.content).iter("enclosure")]
    assert {urlsplit(address).netloc for address in addresses} == {urlsplit(feed_url).netloc}
    transcript = re.search(rb'podcast:transcript url="([^"]+)"', answer.content)
    assert transcript is not None
    told = httpx.get(transcript[1].decode())
    assert told.headers["content-type"].startswith("text/vtt")
    assert told.text.startswith("WEBVTT")
    for address in addresses:
        assert httpx.head(address).headers["content-type"] == "audio/mpeg"


def test_an_unchanged_file_is_not_sent_again(feed_url: str) -> None:
    tag = httpx.get(feed_url).headers["etag"]
    again = httpx.get(feed_url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.get(feed_url, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "told", "part"),
    [
        ("bytes=100-199", 206, "bytes 100-199/{size}", slice(100, 200)),
        ("bytes=600000-", 206, "bytes 600000-{last}/{size}", slice(600_000, None)),
        ("bytes=-500", 206, "bytes {tail}-{last}/{size}", slice(-500, None)),
        ("bytes=0-99999999", 206, "bytes 0-{last}/{size}", slice(None)),
        ("bytes=99999999-", 416, "bytes */{size}", slice(0, 0)),
        ("bytes=-0", 416, "bytes */{size}", slice(0, 0)),
        ("bytes=5-2", 200, None, slice(None)),
        ("bytes=0-1,5-6", 200, None, slice(None)),
        ("bananas", 200, None, slice(None)),
    ],
)
def test_ranges(feed_url: str, asked: str, status: int, told: str | None, part: slice) -> None:
    whole = (FOLDER / "s1e1.mp3").read_bytes()
    size = len(whole)
    answer = httpx.get(feed_url.replace("feed.xml", "s1e1.mp3"), headers={"Range": asked})
    expected = told and told.format(size=size, last=size - 1, tail=size - 500)
    assert (answer.status_code, answer.headers.get("content-range")) == (status, expected)
    assert answer.content == whole[part]


def test_a_range_of_another_file_is_not_joined(feed_url: str) -> None:
    audio = feed_url.replace("feed.xml", "s1e1.mp3")
    tag = httpx.head(audio).headers["etag"]
    asked = {"Range": "bytes=100-199"}
    assert httpx.get(audio, headers={**asked, "If-Range": tag}).status_code == 206
    assert httpx.get(audio, headers={**asked, "If-Range": '"another"'}).status_code == 200


def test_only_the_podcast_is_served(feed_url: str) -> None:
    root = feed_url.removesuffix("feed.xml")
    for path in ("", "script.toml", "make.py", "../server.py", "%2e%2e/server.py", "nothing.mp3"):
        assert httpx.get(root + path).status_code == 404


def test_a_client_that_hangs_up_is_no_error(feed_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    address = urlsplit(feed_url)
    with socket.create_connection((address.hostname, address.port)) as rude:
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset instead of goodbye
        rude.sendall(b"GET /s1e1.mp3 HTTP/1.1\r\nHost: x\r\n\r\n")
        rude.recv(10)
    assert httpx.get(feed_url).status_code == 200
    assert "Traceback" not in capfd.readouterr().err

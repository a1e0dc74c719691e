"""Writes what a host publishes beside the audio: the RSS feed and a WebVTT transcript."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from companion.demo.podcast.script import Podcast, Script
from companion.demo.podcast.voices import Spoken
from companion.timecode import vtt_time

BASE = "http://podcast.example/"  # replaced by the server's own address when it answers
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """A made episode: its script, the spoken turns, the sound's length in seconds and the MP3's in bytes."""

    script: Script
    turns: tuple[Spoken, ...]
    seconds: float
    size: int


def rss(podcast: Podcast, recordings: Sequence[Recording]) -> bytes:
    """RSS 2.0 with the itunes and podcast namespaces, newest episode first."""
    for prefix, uri in (("itunes", ITUNES), ("podcast", PODCAST)):
        ET.register_namespace(prefix, uri)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    for tag, text in (
        ("title", podcast.title),
        ("link", podcast.link),
        ("language", "en-us"),
        ("description", podcast.description),
        (f"{{{ITUNES}}}author", podcast.author),
        (f"{{{ITUNES}}}type", "serial"),
        (f"{{{ITUNES}}}explicit", "false"),
        (f"{{{PODCAST}}}guid", "6c1b6f3e-7a0f-5d0b-9c53-2f6d0a8f51f4"),
    ):
        ET.SubElement(channel, tag).text = text
    ET.SubElement(channel, f"{{{ITUNES}}}category", text="Society & Culture")
    for recording in reversed(recordings):
        _item(channel, podcast, recording)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "unicode")}\n'.encode()


def _item(channel: ET.Element, podcast: Podcast, recording: Recording) -> None:
    script = recording.script
    item = ET.SubElement(channel, "item")
    notes = f"{script.notes}<p><strong>This week's prompt:</strong> {script.prompt}</p>"
    for tag, text in (
        ("title", script.title),
        ("description", notes),
        ("pubDate", format_datetime(script.published, usegmt=True)),
        (f"{{{ITUNES}}}season", str(script.season)),
        (f"{{{ITUNES}}}episode", str(script.number)),
        (f"{{{ITUNES}}}episodeType", "full"),
        (f"{{{ITUNES}}}explicit", "false"),
        (f"{{{ITUNES}}}duration", str(round(recording.seconds))),
    ):
        ET.SubElement(item, tag).text = text
    ET.SubElement(item, "guid", isPermaLink="false").text = script.guid
    ET.SubElement(item, "enclosure", url=f"{BASE}{script.stem}.mp3", length=str(recording.size), type="audio/mpeg")
    for position, name in enumerate(podcast.voices):
        ET.SubElement(item, f"{{{PODCAST}}}person", role="host" if position == 0 else "guest").text = name
    if script.transcript:
        ET.SubElement(item, f"{{{PODCAST}}}transcript", url=f"{BASE}{script.stem}.vtt", type="text/vtt", language="en")
    _soundbite(item, recording)


def _soundbite(item: ET.Element, recording: Recording) -> None:
    words = recording.script.soundbite
    for turn in recording.turns:
        for sentence in turn.sentences:
            if sentence.text.startswith(words):
                times = {"startTime": f"{sentence.start:.2f}", "duration": f"{turn.end - sentence.start:.2f}"}
                ET.SubElement(item, f"{{{PODCAST}}}soundbite", times).text = sentence.text
                return
    raise ValueError(f"{recording.script.title}: no sentence begins with “{words}”")


def vtt(recording: Recording) -> str:
    """The episode as WebVTT with voice tags: one cue per sentence, a very short sentence joined to the one before."""
    cues: list[tuple[str, float, float, str]] = []
    for turn in recording.turns:
        voice = turn.line.speaker
        for position, sentence in enumerate(turn.sentences):
            if position and sentence.end - sentence.start < 1.2:
                _, start, _, text = cues.pop()
                cues.append((voice, start, sentence.end, f"{text} {sentence.text}"))
            else:
                cues.append((voice, sentence.start, sentence.end, sentence.text))
    blocks = (f"{vtt_time(start)} --> {vtt_time(end)}\n<v {voice}>{text}" for voice, start, end, text in cues)
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"

"""Makes the built-in podcast from script.toml: `python -m companion.demo.podcast.make [--truth FILE]`.

Needs flite and ffmpeg, which nothing else does. On one machine a second run writes the same bytes. `--truth` also
writes what was said when and what it shows, as JSON, for tests to measure against.
"""

import argparse
import json
from pathlib import Path

from companion.demo.podcast import feed, script, voices


def main() -> None:
    """Speak every episode, then write the feed, the transcript and the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truth", type=Path, help="where to write what was said when")
    parser.add_argument("--out", type=Path, default=script.FOLDER, help="the folder for the podcast's files")
    options = parser.parse_args()
    make(options.out, options.truth)


def make(out: Path, truth: Path | None) -> None:
    """Write every episode's audio, the feed and the transcript to `out`, and what was said when to `truth`."""
    podcast = script.read()
    recordings = []
    for written in podcast.episodes:
        sound, turns = voices.perform(podcast, written)
        audio = out / f"{written.stem}.mp3"
        voices.encode(sound, audio)
        recording = feed.Recording(
            script=written, turns=turns, seconds=len(sound) / voices.RATE, size=audio.stat().st_size
        )
        recordings.append(recording)
        if written.transcript:
            (out / f"{written.stem}.vtt").write_text(feed.vtt(recording), "utf-8")
        print(f"{written.title}: {recording.seconds:.1f} s, {recording.size / 1e6:.2f} MB, {len(turns)} turns")
    (out / "feed.xml").write_bytes(feed.rss(podcast, recordings))
    if truth:
        truth.write_text(json.dumps([_truth(recording) for recording in recordings], indent=1) + "\n", "utf-8")


def _truth(recording: feed.Recording) -> dict[str, object]:
    return {
        "guid": recording.script.guid,
        "title": recording.script.title,
        "audio": f"{recording.script.stem}.mp3",
        "duration": round(recording.seconds, 3),
        "turns": [
            {
                "speaker": turn.line.speaker,
                "text": turn.line.text,
                "start": round(turn.start, 3),
                "end": round(turn.end, 3),
                "theme": turn.line.theme,
                "near_miss": turn.line.near_miss,
                "sentences": [
                    {"text": sentence.text, "start": round(sentence.start, 3), "end": round(sentence.end, 3)}
                    for sentence in turn.sentences
                ],
            }
            for turn in recording.turns
        ],
    }


if __name__ == "__main__":
    main()

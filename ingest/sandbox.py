"""Parsing feeds in a child process that may be stopped: hostile XML can cost minutes and gigabytes.

The parent runs `python -m ingest.sandbox`, writes a line of JSON and the feed's bytes to it, and gets JSON back: a
reader that was taken over could say nothing that its feed could not have said.
"""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from companion import children
from companion.errors import FeedError
from companion.feeds import Enclosure, Episode, Feed, Person, PublishedTranscript, Soundbite

_MB = 1024 * 1024


def parse_guarded(
    data: bytes, *, feed_id: str, url: str, seconds: float = 20, memory_mb: int = 512
) -> tuple[Feed, tuple[Episode, ...]]:
    """`ingest.rss.parse` held to wall-clock time and (where the system can) memory; `FeedError` beyond them."""
    task = json.dumps({"feed_id": feed_id, "url": url, "memory_mb": memory_mb}).encode()
    try:
        child = subprocess.run(
            children.command("ingest.sandbox"),
            input=task + b"\n" + data,
            capture_output=True,
            timeout=seconds,
            env=children.environment(),
        )
    except subprocess.TimeoutExpired as error:
        message = f"The feed at {url} was given up after {seconds:.0f} seconds of reading: it is malformed or huge."
        raise FeedError(message) from error
    try:
        answer = json.loads(child.stdout)
    except ValueError as error:
        raise FeedError(f"The feed at {url} could not be read: {_last_words(child, memory_mb)}.") from error
    if "error" in answer:
        raise FeedError(answer["error"])
    return Feed(**answer["feed"]), tuple(_episode(fields) for fields in answer["episodes"])


def _episode(fields: dict[str, Any]) -> Episode:
    """The way back from `asdict` and JSON."""
    published, enclosure = fields["published"], fields["enclosure"]
    return Episode(
        **fields
        | {
            "published": datetime.fromisoformat(published) if published else None,
            "enclosure": Enclosure(**enclosure) if enclosure else None,
            "transcripts": tuple(PublishedTranscript(**each) for each in fields["transcripts"]),
            "soundbites": tuple(Soundbite(**each) for each in fields["soundbites"]),
            "persons": tuple(Person(**each) for each in fields["persons"]),
        }
    )


def _last_words(child: subprocess.CompletedProcess[bytes], memory_mb: int) -> str:
    """Why the child has no answer."""
    if b"MemoryError" in child.stderr:
        return f"it takes more than {memory_mb} MB"
    lines = child.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"the reader broke down ({lines[-1][:200] if lines else f'exit status {child.returncode}'})"


def _limit_memory(megabytes: int) -> None:
    """Hold this process to so much address space; Windows has no such limit, macOS does not keep it."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * _MB, megabytes * _MB))


def _work() -> dict[str, Any]:
    task = json.loads(sys.stdin.buffer.readline())
    _limit_memory(task["memory_mb"])
    from ingest import rss

    try:
        feed, episodes = rss.parse(sys.stdin.buffer.read(), feed_id=task["feed_id"], url=task["url"])
    except FeedError as error:
        return {"error": str(error)}
    return {"feed": asdict(feed), "episodes": [asdict(episode) for episode in episodes]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_work(), default=datetime.isoformat))

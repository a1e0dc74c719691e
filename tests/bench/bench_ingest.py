"""`companion ingest` beside bare faster-whisper, on the same file and model: time, and memory over length.

    python tests/bench/bench_ingest.py [--model micro] [--minutes 30] [--long 180] [--rounds 3] [--audio FILE]

Each run has processes of its own. "bare" is WhisperModel.transcribe on the whole file with our options, "batched" is
faster-whisper's own BatchedInferencePipeline, "ours" is the whole command: feed, download, recognition, moments, index.
Time goes from starting Python to the last word; memory is the highest sum over a run's processes.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from companion.config import Settings  # noqa: E402
from companion.store import Store  # noqa: E402

SPEECH = ROOT / "tests" / "ingest" / "speech.mp3"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="micro")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--long", type=float, default=180, help="0 leaves the long file out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--audio", type=Path, help="repeat this instead of the tests' synthetic speech")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        settings = Settings(data=Path(tempfile.gettempdir()) / "bench", model=args.model)
        print(bare(settings, Path(args.one[1]), batched=args.one[0] == "batched"))
        return
    with tempfile.TemporaryDirectory() as folder:
        short = repeated(args.audio or SPEECH, args.minutes, Path(folder) / "short.mp3")
        runs = {way: [] for way in ("bare", "batched", "ours")}
        for _ in range(args.rounds):  # in turn, so that what else the machine does hits all alike
            for way, results in runs.items():
                results.append(in_process(way, short, args.model))
        print(f"{args.minutes:g} minutes, model {args.model}, median of {args.rounds} rounds")
        print(f"{'':8} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'words':>8}")
        for way, results in runs.items():
            print(f"{way:8}" + "".join(f" {median(results, key):8.1f}" for key in ("wall", "cpu", "rss", "words")))
        for key in ("wall", "cpu"):
            print(f"{key} time, ours / bare: {median(runs['ours'], key) / median(runs['bare'], key):.2f}")
        if args.long:
            result = in_process(
                "ours", repeated(args.audio or SPEECH, args.long, Path(folder) / "long.mp3"), args.model
            )
            print(f"{args.long:g} minutes, ours: {result['wall']:.1f} s, {result['rss']:.1f} MB")
            print(f"peak memory, long / short: {result['rss'] / median(runs['ours'], 'rss'):.2f}")


def repeated(speech: Path, minutes: float, to: Path) -> Path:
    """An MP3 of about that length: the speech encoded once, its packets copied again and again."""
    import av

    once = to.with_suffix(".once.mp3")
    with av.open(str(speech)) as source, av.open(str(once), "w") as out:
        stream = out.add_stream("libmp3lame", rate=44_100, layout="mono", bit_rate=64_000)
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=44_100)
        for frame in source.decode(audio=0):
            frame.pts = None
            for ready in resampler.resample(frame):
                out.mux(stream.encode(ready))
        out.mux(stream.encode(None))
    with av.open(str(once)) as source, av.open(str(to), "w") as out:
        stream = out.add_stream_from_template(source.streams.audio[0])
        packets = [bytes(packet) for packet in source.demux(audio=0) if packet.size]
        at = 0
        while at < minutes * 60 * 44_100:
            for data in packets:
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, source.streams.audio[0].time_base
                packet.pts = packet.dts = round(at / 44_100 / packet.time_base)
                out.mux(packet)
                at += 1152
    return to


def in_process(way: str, audio: Path, model: str) -> dict[str, float]:
    """Seconds, CPU seconds, MB and words of one run."""
    if way != "ours":
        return watched([sys.executable, __file__, "--model", model, "--one", way, str(audio)])
    with tempfile.TemporaryDirectory() as folder, published(audio) as address:
        companion = [sys.executable, "-m", "companion", "--data", folder, "--allow-private-network"]
        subprocess.run([*companion, "add", address, "--id", "bench"], cwd=ROOT, check=True, capture_output=True)
        result = watched([*companion, "ingest", "--model", model, "--json"])
        with Store.open(Path(folder) / "companion.db") as store:
            (episode,) = store.feeds.episodes()
            transcript = store.transcripts.get(episode.id)
        assert transcript is not None
        return {**result, "words": sum(len(segment.words) for segment in transcript.segments)}


@contextmanager
def published(audio: Path) -> Iterator[str]:
    """The address of a feed on loopback whose one episode is this file."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(audio.parent))

        def log_message(self, format: str, *args: object) -> None:
            """Keep the table clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    (audio.parent / "feed.xml").write_text(
        f"""<rss version="2.0"><channel><title>Bench</title><item><guid>1</guid><title>One</title>
        <enclosure url="{base}/{audio.name}" type="audio/mpeg" length="1"/></item></channel></rss>"""
    )
    try:
        yield f"{base}/feed.xml"
    finally:
        server.shutdown()
        server.server_close()


def watched(command: list[str]) -> dict[str, float]:
    """Runs a command and its children to the end; the words are what it prints, if that is a number."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start, highest = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            highest = max(highest, family_bytes(process.pid))
            time.sleep(0.1)
        wall = time.perf_counter() - start
        assert process.returncode == 0, command
        out.seek(0)
        printed = out.read().strip()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "rss": highest / 1e6, "words": int(printed) if printed.isdigit() else 0}


def family_bytes(pid: int) -> int:
    """Resident memory of a process and all its descendants, now (Linux)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0
    return pages * resource.getpagesize() + sum(family_bytes(int(child)) for child in children)


def bare(settings: Settings, audio: Path, *, batched: bool) -> int:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from ingest.models import choose_device, locate

    device, compute_type = choose_device(settings)
    model = WhisperModel(str(locate(settings.model, settings)), device=device, compute_type=compute_type)
    segments, _ = (BatchedInferencePipeline(model) if batched else model).transcribe(
        str(audio), vad_filter=True, word_timestamps=True, condition_on_previous_text=False, temperature=0.0
    )
    return sum(len(segment.words or ()) for segment in segments)


def median(results: list[dict[str, float]], key: str) -> float:
    return statistics.median(result[key] for result in results)


if __name__ == "__main__":
    main()

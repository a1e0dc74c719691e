"""Our transcription beside bare faster-whisper, on the same file and model: time, and memory over length.

    python tests/bench/bench_transcribe.py [--model micro] [--minutes 30] [--long 180] [--rounds 3] [--audio FILE]

Each run has a process of its own. "bare" is WhisperModel.transcribe on the whole file with our options, "batched" is
faster-whisper's own BatchedInferencePipeline; time goes from loading the libraries to the last word.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from companion.config import Settings  # noqa: E402

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
        print(json.dumps(measured(args.one[0], Path(args.one[1]), args.model)))
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
    command = [sys.executable, __file__, "--model", model, "--one", way, str(audio)]
    result: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return result


def measured(way: str, audio: Path, model: str) -> dict[str, float]:
    """Seconds, and MB of this process and its child at their highest."""
    start = time.perf_counter()
    settings = Settings(data=Path(tempfile.gettempdir()) / "bench", model=model)
    words = ours(settings, audio) if way == "ours" else bare(settings, audio, batched=way == "batched")
    wall = time.perf_counter() - start
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "wall": wall,
        "cpu": sum(one.ru_utime + one.ru_stime for one in usage),
        "rss": sum(one.ru_maxrss for one in usage) / 1024,
        "words": words,
    }


def ours(settings: Settings, audio: Path) -> int:
    from ingest.transcribe import WorkerTranscriber

    with WorkerTranscriber(settings) as transcriber:
        windows = transcriber.windows(audio, start=0.0, index=0)
        return sum(len(segment.words) for window in windows for segment in window.segments)


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

"""Trains whisper-micro: ``python -m companion.demo.speech.train OUT SHARDS... --minutes 60``."""

import argparse
import copy
import os
import random
import re
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed, multiprocessing
from torch.nn import functional

from companion.demo.speech.export import TOKENIZER
from companion.demo.speech.features import STEP, Codes
from companion.demo.speech.network import Whisper
from companion.demo.speech.windows import IGNORE, LETTERS, PHONES, Batch, Speech, make_batch

UNSEEN = Path(__file__).parents[3] / "tests" / "data" / "speech"
AVERAGE = 0.998  # how much of the averaged weights is kept at each step


def check_unseen(speech: Speech) -> None:
    """Refuse to train on a sentence that measures the model."""
    lines = [line for path in UNSEEN.glob("*.txt") for line in path.read_text().splitlines()]
    texts = [line.split(": ", 1)[-1].lower() for line in lines]
    unseen = {part for text in texts for part in (text, *re.split(r"(?<=[.?!]) ", text))}
    # Those of two or three words ("Me too.") are anybody's.
    unseen = {text for text in unseen if len(text.split()) > 4}
    both = unseen & {" ".join(words).lower() for words in speech.texts}
    if both:
        raise SystemExit(f"training sentences are also test sentences: {sorted(both)[:5]}")


def train(rank: int, options: argparse.Namespace) -> None:
    """Train for ``--minutes``; the rate rises, stays, and falls to nothing in the last part.

    Each of ``--processes`` takes its share of a step on one thread: on a shared machine much
    faster than threads, which wait for each other at every operation.
    """
    distributed.init_process_group("gloo", init_method=options.meet, rank=rank, world_size=options.processes)
    torch.set_num_threads(1)
    codes, speech = Codes(options.tokenizer), Speech(options.shards)
    check_unseen(speech)
    print(f"{len(speech.texts)} sentences", flush=True)
    torch.manual_seed(options.seed)
    net = Whisper(codes.size, len(LETTERS), len(PHONES))
    optimizers = make_optimizers(net)
    if options.checkpoint:
        saved = torch.load(options.checkpoint, map_location="cpu")
        net.load_state_dict(saved["sd"], strict=False)
        if "optimizers" in saved and not options.fresh:
            for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
                optimizer.load_state_dict(state)
    mean = copy.deepcopy(net).eval()
    shape = random.Random(options.seed)  # the same in all processes, unlike the sentences
    dice = random.Random(options.seed * 1000 + rank)
    torch.manual_seed(options.seed * 1000 + rank)
    options.out.mkdir(parents=True, exist_ok=True)
    started, heard, log, step, saved_at = time.time(), 0.0, [], 0, time.time()
    clock = torch.zeros(1)
    while True:
        clock[0] = (time.time() - started) / 60 / options.minutes
        distributed.broadcast(clock, 0)
        if (part := clock.item()) >= 1:
            break
        fall = min(1.0, (1 - part) / options.fall) if options.fall else 1.0
        rate = options.rate * min(1, (step + 1) / 60) * max(fall, 0.01)
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = rate
        seconds = shape.choice(options.seconds)
        count = max(2, round(options.batch / seconds / options.processes))
        parts = losses(net, codes, make_batch(speech, codes, dice, seconds, count), options)
        net.zero_grad()
        sum(parts[name] * getattr(options, name) for name in parts).backward()
        share_gradients(net, options.processes)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step, heard = step + 1, heard + count * seconds * options.processes / 3600
        keep = min(AVERAGE, step / (step + 20))
        with torch.no_grad():
            for ours, theirs in zip(mean.parameters(), net.parameters(), strict=True):
                ours.lerp_(theirs, 1 - keep)
        log.append([part.item() for part in parts.values()])
        if rank:
            continue
        if step % 50 == 0:
            shown = zip(parts, np.mean(log[-50:], 0), strict=True)
            print(
                f"{step} {time.time() - started:.0f}s {heard:.1f}h rate {rate:.1e}",
                *(f"{name} {value:.3f}" for name, value in shown),
                flush=True,
            )
        if time.time() - saved_at > 120:
            save(options.out, net, mean, optimizers)
            saved_at = time.time()
    if not rank:
        save(options.out, net, mean, optimizers)
    distributed.destroy_process_group()


def losses(net: Whisper, codes: Codes, batch: Batch, options: argparse.Namespace) -> dict[str, Tensor]:
    """What to make small: the next tokens' cross entropy, and three that teach the way there.

    Letters by CTC and the phone of every 20 ms teach the encoder to hear; where the decoder
    looked while writing a word teaches it not to skip or repeat, and gives the words' times.
    """
    # Some wrong words before a place teach it to listen rather than to guess.
    swapped = (torch.rand(batch.tokens.shape) < options.swap) & (batch.tokens < codes.end)
    random_tokens = torch.randint(0, codes.end, batch.tokens.shape)
    # In 32 bits: attention's way back is slower on CPUs in bfloat16.
    states, weight = net.encode(batch.mel)
    guesses = net.decode(torch.where(swapped, random_tokens, batch.tokens), states, weight)
    keys = batch.mel.shape[-1] // 2
    states = states[:, :keys]
    at = torch.arange(keys) * STEP
    start, end = batch.places[..., :1], batch.places[..., 1:]
    there = (at > start - 2 * STEP) & (at < end + 2 * STEP)
    looked = (net.looked()[..., :keys] * there).sum(-1)[batch.places[..., 0] >= 0]
    spelt = net.ctc(states).log_softmax(-1).transpose(0, 1)
    lengths = torch.full((len(states),), keys, dtype=torch.long)
    return {
        "text": functional.cross_entropy(
            guesses.flatten(0, 1),
            batch.targets.flatten(),
            ignore_index=IGNORE,
            label_smoothing=options.smooth,
        ),
        "letters": functional.ctc_loss(
            spelt, batch.letters, lengths, batch.sizes, blank=len(LETTERS), zero_infinity=True
        ),
        "phones": functional.cross_entropy(net.phones(states).flatten(0, 1), batch.phones.flatten()),
        "looks": -(looked + 1e-4).log().mean() if len(looked) else torch.zeros(()),
    }


def share_gradients(net: Whisper, processes: int) -> None:
    """Give all processes the mean of their gradients."""
    gradients = [x.grad for x in net.parameters() if x.grad is not None]
    flat = torch.cat([x.flatten() for x in gradients])
    distributed.all_reduce(flat)
    parts = (flat / processes).split([x.numel() for x in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def make_optimizers(net: Whisper) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, which learns in far fewer steps, and AdamW for the rest."""
    layers = [*net.enc.parameters(), *net.dec.parameters()]
    matrices = [x for x in layers if x.ndim == 2]
    chosen = {id(x) for x in matrices}
    rest = [x for x in net.parameters() if id(x) not in chosen]
    return [
        torch.optim.Muon(matrices, 1e-3, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, 1e-3, betas=(0.9, 0.98), weight_decay=0.02),
    ]


def save(out: Path, net: Whisper, mean: Whisper, optimizers: list[torch.optim.Optimizer]) -> None:
    """Write last.pt, to go on from, and mean.pt, to export."""
    for name, content in (
        ("last", {"sd": net.state_dict(), "optimizers": [x.state_dict() for x in optimizers]}),
        ("mean", {"sd": mean.state_dict()}),
    ):
        torch.save(content, out / f"{name}.new")
        (out / f"{name}.new").replace(out / f"{name}.pt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("shards", type=Path, nargs="+")
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--fall", type=float, default=0.0, help="last part, with a falling rate")
    parser.add_argument("--batch", type=float, default=96, help="seconds of sound in a step")
    parser.add_argument("--seconds", type=float, nargs="+", default=[3, 5, 6, 8, 8, 10])
    for name, weight in (("text", 1.0), ("letters", 0.1), ("phones", 0.3), ("looks", 0.2)):
        parser.add_argument(f"--{name}", type=float, default=weight, help="weight of this loss")
    parser.add_argument("--fresh", action="store_true", help="forget the optimizer's state")
    parser.add_argument("--smooth", type=float, default=0.03)
    parser.add_argument("--swap", type=float, default=0.03)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    chosen.meet = f"file://{chosen.out.resolve()}/meet-{os.getpid()}"
    multiprocessing.spawn(train, (chosen,), chosen.processes)

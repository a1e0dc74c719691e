"""Commands about the tagger: score lines of talk, train it on people's verdicts, report, list and choose versions."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click

from companion.config import Settings
from companion.errors import InvalidError
from companion.retraining import Outcome, open_shelf, retrain
from companion.store import Store
from companion.tagging import cues as ear
from companion.tagging.encoder import Encoder, open_encoder
from companion.tagging.examples import Lesson, learnt
from companion.tagging.learning import FEW, Comparison, compare
from companion.tagging.model import Model, probability
from companion.tagging.shelf import FITTING, Shelf, editorial
from companion.tagging.units import turn
from companion.wording import count

_BATCH = 200  # lines of a file scored at a time


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--embedder", metavar="none|PATH", help="Judge without a sentence encoder, or with this one (else DATA's, if any)."
)
@click.pass_obj
def score(settings: Settings, file: IO[bytes], embedder: str | None) -> None:
    """Score lines of talk for every theme, as JSON lines.

    Each line of FILE (or of standard input) is an object with id and text and, if known, before (earlier turns, newest
    last) and speaker. Each line out has its id, the scores by theme, and why: parts that sum to the score's logit.
    """
    if embedder is None:
        shelf = open_shelf(settings)
    else:
        shelf = Shelf(settings.taggers, None if embedder == "none" else open_encoder(Path(embedder)))
    if not shelf.ready:
        click.echo(FITTING, err=True)
    model = shelf.current()
    for lines in _batches(file):
        said: list[dict[str, Any]] = []
        try:
            for number, line in lines:
                said.append(_said(line, number))
        finally:  # what stood before a broken line is scored all the same
            for row in _scored(model, shelf.encoder, said):
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _batches(file: IO[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    """The lines that say something, with their numbers: many at a time from a file, one by one from whoever waits."""
    most = _BATCH if file.seekable() else 1
    numbered = ((number, line) for number, line in enumerate(file, 1) if line.strip())
    while batch := list(islice(numbered, most)):
        yield batch


def _said(line: bytes, number: int) -> dict[str, Any]:
    """A line's object, checked; `InvalidError` names the line and what is wrong with it."""
    where = f"Line {number} cannot be scored"
    try:
        said = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidError(f"{where}: it is not one JSON object ({error}).") from error
    if not isinstance(said, dict):
        raise InvalidError(f"{where}: it is not a JSON object.")
    if missing := [key for key in ("id", "text") if key not in said]:
        raise InvalidError(f"{where}: it has no {' and no '.join(missing)}.")
    if not isinstance(said["text"], str):
        raise InvalidError(f"{where}: its text should be a string.")
    before = said.get("before")
    if before is not None and not (isinstance(before, list) and all(isinstance(one, str) for one in before)):
        raise InvalidError(f"{where}: its before should be a list of strings, the newest last.")
    return said


def _scored(model: Model, encoder: Encoder | None, said: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    turns = [turn(one["text"], (one.get("before") or [""])[-1]) for one in said]
    for one, scored in zip(said, model.score(turns, ear.cues(), encoder), strict=True):
        yield {
            "id": one["id"],
            "scores": {theme: probability(judged.best.logit) for theme, judged in scored.items()},
            "why": {
                theme: [list(part) for part in model.why(theme, judged.best).parts] for theme, judged in scored.items()
            },
        }


@click.group("tagger")
def tagger_() -> None:
    """Train the tagger on people's verdicts, compare its versions, choose one."""


@tagger_.command()
@click.pass_obj
def train(settings: Settings) -> None:
    """Refit on examples and verdicts; the new version is taken if it is not worse on verdicts held back."""
    done = retrain(settings)
    _tell(done.themes, done.old, done.new)
    click.echo(
        {
            Outcome.SAME: f"{done.new} is in use already: nothing new to learn from.",
            Outcome.TAKEN: f"{done.new} is in use now; the next companion ingest makes its proposals.",
            Outcome.WORSE: f"{done.new} is worse on the verdicts held back, so {done.old} stays. "
            f"To take it all the same: companion tagger use {done.new}",
        }[done.outcome]
    )


@tagger_.command()
@click.pass_obj
def report(settings: Settings) -> None:
    """Show how old and new do on the verdicts held back: the built-in version against the one in use."""
    shelf, lessons = open_shelf(settings), _lessons(settings)
    old, new = shelf.built_in(), shelf.current()
    _tell(compare(old, new, lessons, shelf.encoder), old.version, new.version)


@tagger_.command()
@click.pass_obj
def versions(settings: Settings) -> None:
    """List the versions that are kept, oldest first; a star marks the one in use."""
    shelf = open_shelf(settings)
    current, now = shelf.in_use(), editorial()
    for name in shelf.names():
        model = shelf.get(name)
        mark = "*" if name == current else " "
        stale = "" if model.editorial == now else ", from other examples than now's; companion tagger train refits it"
        click.echo(f"{mark} {name}  {count(model.verdicts, 'verdict')}{stale}")


@tagger_.command()
@click.argument("version")
@click.pass_obj
def use(settings: Settings, version: str) -> None:
    """Use VERSION from now on; the next ingest makes its proposals. Verdicts are never touched."""
    used = open_shelf(settings).use(version)
    click.echo(f"{used.version} is in use now; the next companion ingest makes its proposals.")


def _lessons(settings: Settings) -> list[Lesson]:
    with Store.open(settings.database) as store:
        return [learnt(decision) for decision in store.decisions.all()]


def _tell(comparisons: Iterable[Comparison], old: str, new: str) -> None:
    rows = list(comparisons)
    if not rows:
        click.echo("There are no verdicts yet: review some moments first.")
        return
    click.echo(f"old {old}, new {new}; precision, recall and AP on the verdicts held back")
    click.echo(f"{'theme':28}{'verdicts':>9}{'held':>6}{'precision':>14}{'recall':>14}{'AP':>14}")
    for row in rows:
        pairs = ((row.old.precision, row.new.precision), (row.old.recall, row.new.recall), (row.old.ap, row.new.ap))
        cells = "".join(f"{' → '.join(_figures(pair)):>14}" for pair in pairs)
        click.echo(f"{row.theme:28}{row.verdicts:>9}{row.held:>6}{cells}")
    if any(0 < row.held < FEW for row in rows):
        click.echo(
            f"Where fewer than {FEW} are held back figures say little: each verdict moves them by a tenth or more."
        )


def _figures(values: Iterable[float | None]) -> Iterator[str]:
    for value in values:
        yield "–" if value is None else f"{value:.2f}"


COMMANDS: Iterable[click.Command] = (score, tagger_)

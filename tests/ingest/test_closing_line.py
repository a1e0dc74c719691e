"""What `companion ingest` says at its end, and with which exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from companion.config import Settings
from ingest.cli import ingest
from ingest.pipeline import Outcome, Trouble

FAILED = Trouble(subject="a", title="A", stage="audio", message="The host is away.")


@pytest.mark.parametrize(
    ("typed", "outcome", "said", "code"),
    [
        ([], Outcome(episodes=("a",), troubles=(), news=True), "1 episode looked at, no failures.\n", 0),
        ([], Outcome(episodes=("a", "b"), troubles=(FAILED,), news=True), "2 episodes looked at, 1 failure.\n", 1),
        ([], Outcome(episodes=(), troubles=(FAILED,), news=True), "No episodes looked at, 1 failure.\n", 1),
        ([], Outcome(episodes=("a",), troubles=(), news=False), "Nothing new.\n", 0),
        (["talk"], Outcome(episodes=(), troubles=(), news=False), "Nothing new.\n", 0),
    ],
)
def test_it_counts_as_people_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: list[str], outcome: Outcome, said: str, code: int
) -> None:
    monkeypatch.setattr("ingest.run.run", lambda settings, plan: outcome)
    done = CliRunner().invoke(ingest, typed, obj=Settings(data=tmp_path))
    assert (done.output, done.exit_code) == (said, code)


def test_where_there_is_no_podcast_yet(tmp_path: Path) -> None:
    done = CliRunner().invoke(ingest, [], obj=Settings(data=tmp_path))
    assert done.output.startswith("Nothing new.\nTo add a podcast: companion add WHAT.")
    assert done.exit_code == 0

"""The status on the command line: the same figures as at the desk."""

import json
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner
from samples import ONE, moment, transcript

from companion.__main__ import cli
from companion.cuts import Talk
from companion.deciding import Act, Wish, changes
from companion.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told(data: Path, *options: str) -> str:
    done = CliRunner().invoke(cli, ["--data", str(data), "status", *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_was_made_into_another_theme_is_one_moment(store: Store, tmp_path: Path) -> None:
    assert f"{ONE}  Session one: not yet brought in\n" in told(tmp_path)
    said = transcript()
    store.transcripts.save(said)
    store.moments.replace(ONE, "cues-1", (moment(),))
    wish = Wish(act=Act.THEME, reviewer="ann", at=NOW, title="", note="", exercise="", theme="leaning-in")
    store.reviewing.decide(changes(wish, store.reviewing.case(moment().id), lambda: Talk(said), None))
    assert f"{ONE}  Session one: recognised, 1 moment\n" in told(tmp_path)
    (episode,) = json.loads(told(tmp_path, "--json"))["episodes"]
    assert episode == {
        "id": ONE,
        "title": "Session one",
        "published": "2025-10-13T06:00:00+00:00",
        "audio": False,
        "transcript": "recognised",
        "moments": 1,
        "reviewed": 1,
        "shown": "published",
        "failure": None,
    }


def test_what_failed_says_so(store: Store, tmp_path: Path) -> None:
    store.work.failed(ONE, "audio", "The host is busy.", NOW)
    store.work.failed("talk", "feed", "The feed is gone.", NOW)
    assert "\n  ! The feed is gone.\n" in told(tmp_path)
    assert "\n    ! The host is busy.\n" in told(tmp_path)
    document = json.loads(told(tmp_path, "--json"))
    assert (document["feeds"][0]["failure"], document["episodes"][0]["failure"]) == (
        "The feed is gone.",
        "The host is busy.",
    )

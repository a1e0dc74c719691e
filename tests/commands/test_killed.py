"""Killed anywhere, run again: the same contents. One point here; tests/bench/kill_points.py tries many."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "bench"))

import kill_points


def test_a_killed_run_ends_where_an_undisturbed_one_does() -> None:
    with kill_points.undisturbed() as (address, expected, seconds):
        assert expected["segments"] and expected["moments"] and not expected["windows"] and not expected["failures"]
        assert kill_points.survives(address, expected, seconds * 0.5)

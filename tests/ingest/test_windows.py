"""Cuts lie in pauses, clips keep within their limit, and every buffer gets further."""

import random
from itertools import pairwise

import pytest

from ingest.audio import RATE
from ingest.windows import PAD, plan


def seconds(*stretches: tuple[float, float]) -> list[tuple[int, int]]:
    return [(round(a * RATE), round(b * RATE)) for a, b in stretches]


def test_everything_left_of_the_file_is_one_window() -> None:
    done = plan(seconds((1, 5), (6, 9)), 10 * RATE, final=True, clip=30 * RATE, most=8)
    assert done.end == 10 * RATE
    assert done.clips == tuple(seconds((0.7, 9.3)))


def test_speech_that_may_go_on_is_left_for_the_next_window() -> None:
    done = plan(seconds((0, 20), (22, 40), (41, 65)), 66 * RATE, final=False, clip=30 * RATE, most=8)
    assert done.end == round(40.5 * RATE)
    assert [end for _, end in done.clips] == [round(20.3 * RATE), round(40.3 * RATE)]


def test_a_buffer_that_ends_in_silence_is_done_with() -> None:
    done = plan(seconds((0, 20)), 70 * RATE, final=False, clip=30 * RATE, most=8)
    assert len(done.clips) == 1 and done.end == 69 * RATE


def test_silence_is_a_window_without_clips() -> None:
    assert plan([], 70 * RATE, final=False, clip=30 * RATE, most=8).clips == ()
    assert plan([], 70 * RATE, final=True, clip=30 * RATE, most=8).end == 70 * RATE


def test_a_clip_ends_at_the_longest_pause_of_its_last_third() -> None:
    speech = seconds((0, 10), (12, 20), (20.9, 24), (24.2, 28), (28.3, 40))
    first, second = plan(speech, 60 * RATE, final=True, clip=30 * RATE, most=8).clips
    assert first[1] == round(20.3 * RATE) and second[0] == round(20.6 * RATE)


def test_a_window_ends_at_the_longest_of_its_last_pauses() -> None:
    speech = seconds((0, 25), (26, 50), (51, 75), (77, 100), (100.2, 125))
    done = plan(speech, 150 * RATE, final=True, clip=30 * RATE, most=4)
    assert len(done.clips) == 3 and done.end == 76 * RATE


def test_a_long_pause_ends_a_clip() -> None:
    assert len(plan(seconds((0, 3), (8, 10)), 20 * RATE, final=True, clip=30 * RATE, most=8).clips) == 2


@pytest.mark.parametrize("seed", range(30))
def test_any_speech_is_covered_once_and_no_word_is_cut(seed: int) -> None:
    draw = random.Random(seed)
    clip, most = draw.choice([12, 30]) * RATE, draw.choice([2, 8])
    speech, at = [], 0
    while at < 1000 * RATE:
        at += draw.choice([draw.randint(RATE // 6, RATE), draw.randint(RATE, 90 * RATE)])
        speech.append((at, at + draw.randint(RATE // 10, clip - 2 * PAD)))
        at = speech[-1][1]
    length, start, heard = at + RATE, 0, []
    while start < length:
        stop = min(length, start + (most + 1) * clip)
        inside = [(max(a, start) - start, min(b, stop) - start) for a, b in speech if a < stop and b > start]
        done = plan(inside, stop - start, final=stop == length, clip=clip, most=most)
        assert 0 < done.end <= stop - start
        assert len(done.clips) <= most
        assert all(0 <= a < b <= done.end and b - a <= clip for a, b in done.clips)
        heard += [(a + start, b + start) for a, b in done.clips]
        start += done.end
        assert not any(a < start < b for a, b in speech)
    assert all(a[1] <= b[0] for a, b in pairwise(heard))
    assert all(sum(a <= first and last <= b for a, b in heard) == 1 for first, last in speech)

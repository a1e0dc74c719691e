"""Times as people and formats write them."""

import pytest

from companion.errors import InvalidError
from companion.timecode import Span, clock, fragment, parse_fragment, parse_time, srt_time, vtt_time


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (float("nan"), 1), (0, float("nan")), (-0.001, 0)])
def test_a_span_runs_forward_from_the_start_of_the_recording(start: float, end: float) -> None:
    with pytest.raises(InvalidError, match="must start at 0 or later"):
        Span(start=start, end=end)


def test_spans() -> None:
    span = Span(start=10, end=12.5)
    assert span.length == 2.5
    assert span.overlaps(Span(start=12, end=13)) and Span(start=12, end=13).overlaps(span)
    assert span.overlaps(Span(start=11, end=12))
    assert not span.overlaps(Span(start=12.5, end=13)), "an edge is not an overlap"
    assert Span(start=0, end=0).length == 0


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0:00"),
        (59.999, "0:59"),
        (60, "1:00"),
        (83.4, "1:23"),
        (3599.9, "59:59"),
        (3723, "1:02:03"),
        (360000, "100:00:00"),
    ],
)
def test_clock(seconds: float, written: str) -> None:
    assert clock(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "00:00:00.000"),
        (83.4, "00:01:23.400"),
        (59.9996, "00:01:00.000"),
        (3599.9999, "01:00:00.000"),
        (0.0004, "00:00:00.000"),
        (363723.125, "101:02:03.125"),
    ],
)
def test_times_in_files(seconds: float, written: str) -> None:
    assert vtt_time(seconds) == written
    assert srt_time(seconds) == written.replace(".", ",")
    assert parse_time(written) == pytest.approx(seconds, abs=0.0005)
    assert parse_time(srt_time(seconds)) == parse_time(written)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("83", 83),
        (" 83.5\n", 83.5),
        ("0", 0),
        ("1:23", 83),
        ("01:02:03", 3723),
        ("00:01:23,400", 83.4),
        ("1:23.5", 83.5),
        ("100:00", 6000),
        ("1h2m3s", 3723),
        ("1H2M3.25S", 3723.25),
        ("90m", 5400),
        ("2h", 7200),
        ("45s", 45),
    ],
)
def test_parse_time(text: str, seconds: float) -> None:
    assert parse_time(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", " ", "-1", "1:-2", "abc", "1:2:3:4", "1e5", "nan", "inf", "12:", ":12", "s", "3s2m", "1 2", "9" * 400]
)
def test_what_is_not_a_time_is_quoted_back(text: str) -> None:
    with pytest.raises(InvalidError, match="is not a time; write it as") as caught:
        parse_time(text)
    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", (12, None)),
        ("12,20", (12, 20)),
        (",20", (0, 20)),
        ("npt:1:02:03,1:02:05", (3723, 3725)),
        ("1h2m3s", (3723, None)),
        ("83,97.5", (83, 97.5)),
        ("20,12", (20, None)),
        ("12,12", (12, None)),
        ("12,", (12, None)),
        ("nonsense", (0, None)),
        ("nonsense,20", (0, 20)),
        ("12,nonsense", (12, None)),
        ("1,2,3", (1, None)),
        ("", (0, None)),
    ],
)
def test_fragments(text: str, expected: tuple[float, float | None]) -> None:
    assert parse_fragment(text) == expected


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(83, 97.5, "83,97.5"), (0, 100, "0,100"), (0.001, 10.1239, "0.001,10.124"), (1000, 20000, "1000,20000")],
)
def test_a_span_as_a_fragment_reads_back(start: float, end: float, text: str) -> None:
    assert fragment(Span(start=start, end=end)) == text
    assert parse_fragment(text) == pytest.approx((start, end), abs=0.0005)

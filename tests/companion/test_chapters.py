"""Times and chapters in show notes."""

import pytest

from companion.chapters import Chapter, chapters_in, times_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("at 12:34 he laughs", [754.0]), ("1:02:03", [3723.0]), ("(0:07)", [7.0]), ("[01:35]", [95.0])),
        *(("12:34–15:00", [754.0, 900.0]), ("90:15", [5415.0]), ("12:34, then 13:00.", [754.0, 780.0])),
        *(("10:45 am", []), ("6:30pm", []), ("at 6:30 p.m.", []), ("12:75", []), ("1:2", []), ("C12:34", [])),
        *(
            ("1:23.5", []),
            ("2:1:23:45", []),
            ("16:9", []),
            ("10.0.0.1:8080", []),
            ("٣:١٢", []),
            ("2026-01-02T10:00Z", []),
        ),
    ],
)
def test_times_in_text(text: str, expected: list[float]) -> None:
    found = list(times_in(text))
    assert [seconds for *_, seconds in found] == expected
    assert all(text[start:end].strip("0123456789:") == "" for start, end, _ in found)


LIST = "<ul><li>0:00 Hello</li><li>(1:30) <b>Dinner</b> &amp; after</li><li>• 01:02:03 – The wall</li></ul>"
CHAPTERS = (
    Chapter(start=0, title="Hello"),
    Chapter(start=90, title="Dinner & after"),
    Chapter(start=3723, title="The wall"),
)


@pytest.mark.parametrize("notes", [LIST, f"<p>Tonight, at 6:00:</p>{LIST}<p>More at 2:00.</p>"])
def test_chapters_are_the_lines_that_begin_with_a_time(notes: str) -> None:
    assert chapters_in(notes, seconds=4000) == CHAPTERS
    assert chapters_in(notes, seconds=None) == CHAPTERS


def test_lines_may_be_broken_or_paragraphs() -> None:
    assert len(chapters_in("<p>0:00 One<br>0:10 Two<br/>0:20 Three</p>", seconds=60)) == 3
    assert len(chapters_in("<p>0:00 One</p><p>0:10 Two</p><p>0:20 Three</p>", seconds=60)) == 3


def test_two_times_are_enough() -> None:
    assert [one.title for one in chapters_in("<p>0:00 One</p><p>0:10 Two</p>", seconds=60)] == ["One", "Two"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Dana speaks, Tom listens (0:20)", "Tom speaks (1:30)"),
        ("• Dana speaks, Tom listens [0:20]", "* Tom speaks [1:30]."),
        ("Dana speaks, Tom listens – 0:20", "Tom speaks | 1:30"),
        ("Dana speaks, Tom listens (0:20–1:30)", "Tom speaks (1:30 - 2:40)"),
    ],
)
def test_a_time_may_follow_its_title(first: str, second: str) -> None:
    notes = f"<p>Listen at 0:10.</p><ol><li>{first}</li><li><b>{second}</b></li></ol><p>Bye.</p>"
    expected = (Chapter(start=20, title="Dana speaks, Tom listens"), Chapter(start=90, title="Tom speaks"))
    assert chapters_in(notes, seconds=600) == expected


@pytest.mark.parametrize(
    "notes",
    [
        "",
        "<p>0:00 One</p>",  # too few
        "<p>Hear the door (0:10)</p>",
        "<p>Hear the door at 0:10</p><p>and the train at 0:20.</p>",  # not set apart: told
        "<p>Hear it (0:10) again</p><p>and (0:20) once more</p>",
        "<p>(0:10)</p><p>– 0:20</p>",
        "<p>One (0:10)</p><p>Two (0:05)</p>",
        "<p>0:10 One</p><p>0:00 Two</p><p>0:20 Three</p>",  # out of order
        "<p>0:00 One</p><p>0:10 Two</p><p>99:20 Three</p>",  # past the end
        "<p>0:00</p><p>0:10</p><p>0:20</p>",  # nameless
        "<p>so 0:00 One</p><p>so 0:10 Two</p><p>so 0:20 Three</p>",  # told, not listed
    ],
)
def test_what_is_no_table_of_contents_gives_none(notes: str) -> None:
    assert chapters_in(notes, seconds=600) == ()

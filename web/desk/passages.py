"""A transcript cut into passages that can be corrected one by one, and its journal told in words."""

from collections import Counter
from collections.abc import Iterable

from companion.corrections import Correction, Edit, Renamed, Reworded, Undone, standing
from companion.places import INSTANT, likeness
from companion.redactions import Redaction
from companion.store import Chosen
from companion.transcripts import Segment, Transcript, turns
from web import links
from web.pages.desk_transcript import Edited, Passage, Voice
from web.pages.parts import Line, Play

_LONGEST = 45.0  # seconds in one passage: what is longer is hard to keep in mind while hearing it
_AROUND = 600  # words that others may have added or removed before a place since it was looked at
_ALIKE = 50.0  # percent of its letters that a passage shares with what it read before


def passages(transcript: Transcript, redactions: tuple[Redaction, ...], *, audio: bool) -> tuple[Passage, ...]:
    """The transcript in order of time; with `audio`, each passage can be played."""
    voices: dict[str, int] = {}
    found: list[Passage] = []
    first = 0
    for turn in turns(transcript):
        voice = voices.setdefault(turn.speaker, len(voices) + 1) if turn.speaker else 0
        blocks = _blocks(turn.segments)
        for number, block in enumerate(blocks):
            end = first + sum(len(segment.text.split()) for segment in block)
            found.append(
                Passage(
                    first=first,
                    end=end,
                    start=round(block[0].start, 2),
                    said=next((word.start for segment in block for word in segment.said), block[0].start),
                    speaker=turn.speaker,
                    voice=voice,
                    opens=number == 0,
                    until=turn.segments[-1].end,
                    more=len(blocks) - number - 1,
                    lines=tuple(map(_line, block)),
                    hidden=frozenset(at for at, one in enumerate(block) if _hidden(one, redactions)),
                    play=_play(transcript.episode, block) if audio else None,
                )
            )
            first = end
    return tuple(found)


def turn_end(found: tuple[Passage, ...], passage: Passage) -> int:
    """Where the turn of a passage ends: the index after its last word."""
    end = passage.end
    for one in found:
        if one.first == end and not one.opens:
            end = one.end
    return end


def as_now(found: tuple[Passage, ...], chosen: Chosen) -> Passage | None:
    """What reads otherwise by now than the words that were chosen; None if that is not sure.

    It is the passage that begins when they did, or the one near their place that is most like them. What reads exactly
    as they did is another place that they happen to be said in.
    """
    was = " ".join(chosen.was.split())
    begins = [one for one in found if chosen.start is not None and abs(one.said - chosen.start) < INSTANT]
    around = [one for one in found if abs(one.first - chosen.first) <= _AROUND and one.text != was]
    alike = [one for one in around if likeness(one.text, was) >= _ALIKE]
    return max(begins or alike, key=lambda one: (likeness(one.text, was), -abs(one.first - chosen.first)), default=None)


def voices_of(transcript: Transcript) -> tuple[Voice, ...]:
    """Who speaks, the one with the most turns first."""
    counted = Counter(turn.speaker for turn in turns(transcript))
    return tuple(Voice(name=name, turns=number) for name, number in counted.most_common())


def told(journal: tuple[Correction, ...], lost: Iterable[Correction]) -> tuple[tuple[Edited, ...], tuple[Edited, ...]]:
    """All edits, newest first, and those that could not be placed; takings back are told as part of what they took."""
    stands = {one.key for one in standing(journal)}
    undoing: dict[int, Correction] = {}
    for one in journal:
        if isinstance(one.edit, Undone):
            undoing[_root(journal, one)] = one
    edits = {
        one.key: _edited(one, stands=one.key in stands, last=undoing.get(one.key))
        for one in journal
        if not isinstance(one.edit, Undone)
    }
    return tuple(reversed(edits.values())), tuple(edits[one.key] for one in lost)


def called(journal: tuple[Correction, ...], key: int) -> str:
    """An edit in a few words: what it made of what. Of a taking back, the edit that it is about."""
    by_key = {one.key: one for one in journal}
    edit = _edited(by_key[_root(journal, by_key[key])], stands=True, last=None)
    before, after = (_short(tuple(words.split())) for words in (edit.before, edit.after))
    return f"“{before}” → “{after}”" if after else f"“{before}”"


def _root(journal: tuple[Correction, ...], last: Correction) -> int:
    """The key of the edit at the end of a chain of takings back."""
    by_key = {one.key: one for one in journal}
    edit: Edit = last.edit
    key = last.key
    while isinstance(edit, Undone):
        key, edit = edit.edit, by_key[edit.edit].edit
    return key


def _edited(correction: Correction, *, stands: bool, last: Correction | None) -> Edited:
    edit = correction.edit
    start = None
    if isinstance(edit, Reworded):
        what, before, after, start = "reworded", " ".join(edit.anchor.words), " ".join(edit.new), edit.anchor.span.start
    elif isinstance(edit, Renamed):
        what, before, after = (
            "renamed in the whole podcast" if correction.episode is None else "renamed",
            edit.old,
            edit.new,
        )
    else:
        assert not isinstance(edit, Undone)
        what, start = "joined to the turn before" if edit.joined else "given to", edit.anchor.span.start
        before, after = _short(edit.anchor.words), "" if edit.joined else edit.speaker or "nobody known"
    return Edited(
        key=last.key if last and not stands else correction.key,
        what=what,
        before=before,
        after=after,
        start=start,
        by=correction.by,
        at=correction.at,
        stands=stands,
    )


def _short(words: tuple[str, ...]) -> str:
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _blocks(segments: tuple[Segment, ...]) -> list[list[Segment]]:
    blocks: list[list[Segment]] = []
    for segment in segments:
        if not blocks or segment.end - blocks[-1][0].start > _LONGEST:
            blocks.append([])
        blocks[-1].append(segment)
    return blocks


def _line(segment: Segment) -> Line:
    timed = segment.words if segment.timed else ()
    return Line(
        start=round(segment.start, 2),
        end=round(segment.end, 2),
        text=segment.text,
        words=" ".join(str(round((word.start - segment.start) * 100)) for word in timed),
        themes=(),
        cards=(),
        linked=False,
        pieces=(),
    )


def _hidden(segment: Segment, redactions: tuple[Redaction, ...]) -> bool:
    return any(segment.start < one.span.end and one.span.start < segment.end for one in redactions)


def _play(episode: str, block: list[Segment]) -> Play:
    return Play(
        audio=links.desk_audio(episode),
        start=round(block[0].start, 2),
        end=round(block[-1].end, 2),
        words=" ".join(segment.text for segment in block),
        by=block[0].speaker or "",
        theme=None,
        page=links.transcribed(episode, round(block[0].start, 2)),
    )

"""Transcripts, and the finished windows of a recognition that is still under way."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from companion.redactions import redact
from companion.store.connection import Connection, Row
from companion.store.edits import Edits
from companion.store.following import Following, Stray
from companion.store.manuscripts import Manuscript, made_of
from companion.store.redactions import Redactions
from companion.store.vocabulary import Vocabulary
from companion.store.withheld import Withheld
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Window, Word


class Transcripts:
    """Reads and writes transcripts. Of an episode's several sources the best is current: that is read and searched."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def get(self, episode: str, source: Source | None = None) -> Transcript | None:
        """The current transcript of an episode, or the one of a given source; None while there is none."""
        row = self._c.one(
            """
            select key, episode, source, model, language from transcripts
            where episode = :episode and (source = :source or (:source is null and current = 1))
            """,
            episode=episode,
            source=source,
        )
        if row is None:
            return None
        return Transcript(
            episode=row["episode"],
            source=Source(row["source"]),
            model=row["model"],
            language=row["language"],
            segments=tuple(
                segment(row)
                for row in self._c.all(
                    "select start, end, speaker, text, words from segments where transcript = :key order by position",
                    key=row["key"],
                )
            ),
        )

    def between(self, episode: str, span: Span) -> tuple[Segment, ...]:
        """The current transcript's segments that reach into a span."""
        rows = self._c.all(
            """
            select s.start, s.end, s.speaker, s.text, s.words
            from segments s join transcripts t on t.key = s.transcript
            where t.episode = :episode and t.current = 1 and s.start < :end and s.end > :start order by s.position
            """,
            episode=episode,
            start=span.start,
            end=span.end,
        )
        return tuple(segment(row) for row in rows)

    def sources(self, episode: str) -> frozenset[Source]:
        """Which transcripts an episode has; what was made of them here, `Source.EDITED`, is not counted."""
        rows = self._c.all(
            "select source from transcripts where episode = :episode and source != :edited",
            episode=episode,
            edited=Source.EDITED,
        )
        return frozenset(Source(row["source"]) for row in rows)

    def original(self, episode: str) -> Transcript | None:
        """The best transcript as it came, without anything that was changed here; None if there is none."""
        best = max(self.sources(episode), key=list(Source).index, default=None)
        return self.get(episode, best) if best else None

    def manuscript(self, episode: str) -> Manuscript | None:
        """The transcript as the desk works on it: glossary and corrections in, nothing redacted."""
        original = self.original(episode)
        return made_of(self._c, original) if original else None

    def strays(self, manuscript: Manuscript) -> tuple[Stray, ...]:
        """Moments that somebody has judged and that are found nowhere in the transcript."""
        return Following(self._c).strays(manuscript.transcript)

    def save(self, transcript: Transcript) -> None:
        """Stores a transcript in place of an older one of its source; the episode is to be tagged anew.

        What people changed in an older one is laid over it.
        """
        with self._c.atomic(), self._counted(transcript.episode):
            self._write(transcript)
            self._renew(transcript.episode)
            self._c.run("delete from taggings where episode = :episode", episode=transcript.episode)
            if transcript.source is Source.RECOGNISED:
                self._c.run("delete from windows where episode = :episode", episode=transcript.episode)

    def rebuild(self, episode: str) -> None:
        """Makes the current transcript anew: the original, mended by the glossary, corrected, and redacted.

        Moments follow their words. To be called after every change of these four.
        """
        with self._c.atomic(), self._counted(episode):
            self._renew(episode)

    @contextmanager
    def _counted(self, episode: str) -> Iterator[None]:
        """Keeps the vocabulary in step with a change of what an episode says."""
        vocabulary = Vocabulary(self._c)
        before = vocabulary.talk(episode)
        yield
        vocabulary.exchange(before, vocabulary.talk(episode))

    def _renew(self, episode: str) -> None:
        made = self.manuscript(episode)
        if made is None:
            return
        redactions, withheld = Redactions(self._c), Withheld(self._c)
        said = redact(made.transcript, redactions.spans(episode))
        current = made.original.source
        if said.segments != made.original.segments:
            current, said = Source.EDITED, replace(said, source=Source.EDITED)
            if self.get(episode, Source.EDITED) != said:
                self._write(said)
        else:
            self._remove(episode, Source.EDITED)
        self._c.run(
            "update transcripts set current = (source = :current) where episode = :episode",
            current=current,
            episode=episode,
        )
        Edits(self._c).log(episode, made.mends)
        withheld.settle(episode, (), None)  # all are here while they follow
        Following(self._c).follow(made.transcript)
        withheld.settle(episode, redactions.all(episode), said)

    def _remove(self, episode: str, source: Source) -> None:
        self._c.run(
            "delete from transcripts where episode = :episode and source = :source", episode=episode, source=source
        )

    def _write(self, transcript: Transcript) -> None:
        """Puts a transcript in place of an older one of its source, not yet as the current one."""
        self._remove(transcript.episode, transcript.source)
        self._c.run(
            """
            insert into transcripts (episode, source, model, language, current)
            values (:episode, :source, :model, :language, 0)
            """,
            episode=transcript.episode,
            source=transcript.source,
            model=transcript.model,
            language=transcript.language,
        )
        row = self._c.one("select last_insert_rowid() as key")
        assert row is not None  # always has a row
        for position, one in enumerate(transcript.segments):
            self._c.run(
                """
                insert into segments (transcript, position, start, end, speaker, text, words)
                values (:transcript, :position, :start, :end, :speaker, :text, :words)
                """,
                transcript=row["key"],
                position=position,
                start=one.start,
                end=one.end,
                speaker=one.speaker,
                text=one.text,
                words=_words_json(one.words),
            )

    def windows(self, episode: str, model: str) -> tuple[Window, ...]:
        """The windows that a model has finished so far, in order."""
        rows = self._c.all(
            """
            select position, start, end, language, segments from windows
            where episode = :episode and model = :model order by position
            """,
            episode=episode,
            model=model,
        )
        return tuple(
            Window(
                index=row["position"],
                span=Span(start=row["start"], end=row["end"]),
                language=row["language"],
                segments=tuple(segment(one) for one in json.loads(row["segments"])),
            )
            for row in rows
        )

    def save_window(self, episode: str, model: str, window: Window) -> None:
        """Keeps a finished window, so that a kill loses at most the one under way."""
        with self._c.atomic():
            self._c.run(
                """
                insert or replace into windows (episode, model, position, start, end, language, segments)
                values (:episode, :model, :position, :start, :end, :language, :segments)
                """,
                episode=episode,
                model=model,
                position=window.index,
                start=window.span.start,
                end=window.span.end,
                language=window.language,
                segments=json.dumps(
                    [
                        {
                            "start": one.start,
                            "end": one.end,
                            "speaker": one.speaker,
                            "text": one.text,
                            "words": _words_json(one.words),
                        }
                        for one in window.segments
                    ]
                ),
            )


def segment(row: Row) -> Segment:
    """A row with start, end, speaker, text and words (JSON) as a Segment."""
    return Segment(
        start=row["start"],
        end=row["end"],
        speaker=row["speaker"],
        text=row["text"],
        words=tuple(
            Word(start=start, end=end, text=text, probability=probability)
            for start, end, text, probability in json.loads(row["words"])
        ),
    )


def _words_json(words: Iterable[Word]) -> str:
    return json.dumps([(word.start, word.end, word.text, word.probability) for word in words], ensure_ascii=False)

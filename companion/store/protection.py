"""What the public gets of an episode: whether it is shown, what was taken down or redacted, what is said beforehand."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from companion.errors import InvalidError, NotFoundError
from companion.redactions import Redaction, widened
from companion.store.connection import Connection
from companion.store.media import Audio, Media
from companion.store.redactions import Redactions
from companion.store.transcripts import Transcripts
from companion.store.vocabulary import Vocabulary
from companion.timecode import Span, clock

_LONGEST_NOTE = 500  # letters of a content note or a reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Takedown:
    """An episode or a moment (`subject`, its id) that was taken down, by whom, when and why."""

    subject: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """The silent copy that an episode's audio needs: of which file, where, and what the copy is then good for."""

    original: Audio
    spans: tuple[Span, ...]
    mark: str


class Protection:
    """Reads and writes all of that. A change is one transaction; after it nothing public tells what was hidden."""

    def __init__(self, connection: Connection, transcripts: Transcripts) -> None:
        self._c = connection
        self._transcripts = transcripts
        self._redactions = Redactions(connection)

    # whether it is shown

    def is_draft(self, episode: str) -> bool:
        """Whether an episode waits to be published."""
        return self._c.one("select 1 from drafts where episode = :episode", episode=episode) is not None

    def drafts(self) -> frozenset[str]:
        """The ids of all episodes that wait to be published."""
        return frozenset(row["episode"] for row in self._c.all("select episode from drafts"))

    def hidden(self) -> dict[str, str]:
        """What keeps episodes from the public, by their ids: "draft" or "taken down"; all others are shown."""
        down = self._c.all("select subject from takedowns where subject in (select id from episodes)")
        return {row["subject"]: "taken down" for row in down} | dict.fromkeys(self.drafts(), "draft")

    def publish(self, episode: str) -> None:
        """Shows an episode to the public."""
        self._hide(episode, "delete from drafts where episode = :id")

    def unpublish(self, episode: str) -> None:
        """Makes an episode a draft (again)."""
        self._hide(episode, "insert into drafts (episode) values (:id) on conflict (episode) do nothing")

    # what was taken down

    def takedown(self, subject: str) -> Takedown | None:
        """Why an episode or a moment was taken down; None if it was not."""
        row = self._c.one("select subject, reason, who, at from takedowns where subject = :subject", subject=subject)
        return Takedown(**{**row, "at": datetime.fromisoformat(row["at"])}) if row else None

    def taken_down(self, episode: str) -> tuple[Takedown, ...]:
        """What was taken down of an episode: its moments, in order of time."""
        rows = self._c.all(
            """
            select t.subject, t.reason, t.who, t.at from takedowns t join moments m on m.id = t.subject
            where m.episode = :episode order by m.start
            """,
            episode=episode,
        )
        return tuple(Takedown(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows)

    def take_down(self, subject: str, *, reason: str, who: str, at: datetime) -> None:
        """Takes an episode or a moment down; `InvalidError` without a reason, `NotFoundError` if there is no such."""
        if not reason.strip():
            raise InvalidError("Say why; only the desk will see it.")
        episode = self._episode_of(subject)
        with self._c.atomic():
            self._hide(
                episode,
                """
                insert into takedowns (subject, reason, who, at) values (:id, :reason, :who, :at)
                on conflict (subject) do update set reason = excluded.reason, who = excluded.who, at = excluded.at
                """,
                subject,
                reason=_short(reason),
                who=who,
                at=at.isoformat(),
            )

    def put_back(self, subject: str) -> None:
        """Shows again what was taken down."""
        self._hide(self._episode_of(subject), "delete from takedowns where subject = :id", subject)

    def belongs(self, moment: str, episode: str) -> bool:
        """Whether there is such a moment in an episode, redacted ones included."""
        try:
            return self._episode_of(moment) == episode
        except NotFoundError:
            return False

    def _episode_of(self, subject: str) -> str:
        row = self._c.one(
            """
            select id from episodes where id = :id
            union all select episode from moments where id = :id
            union all select episode from withheld where moment = :id
            """,
            id=subject,
        )
        if row is None:
            raise NotFoundError("episode or moment", subject)
        return str(row["id"])

    def _hide(self, episode: str, sql: str, id: str | None = None, **values: object) -> None:
        """A change of what is hidden, the vocabulary kept in step: it has the words of what can be found only."""
        vocabulary = Vocabulary(self._c)
        with self._c.atomic():
            before = vocabulary.counted(episode)
            self._c.run(sql, id=id or episode, **values)
            vocabulary.exchange(before, vocabulary.counted(episode))

    # what is said beforehand

    def caution(self, episode: str) -> str:
        """The content note of an episode, shown before anything of it is played; "" for none."""
        row = self._c.one("select text from cautions where episode = :episode", episode=episode)
        return str(row["text"]) if row else ""

    def cautions(self, episodes: Iterable[str]) -> dict[str, str]:
        """The content notes of those of some episodes that have one."""
        rows = self._c.all(
            "select episode, text from cautions where episode in (select value from json_each(:ids))",
            ids=json.dumps([*episodes]),
        )
        return {row["episode"]: row["text"] for row in rows}

    def set_caution(self, episode: str, text: str) -> None:
        """Sets the content note; an empty one takes it away."""
        with self._c.atomic():
            self._c.run("delete from cautions where episode = :episode", episode=episode)
            if text.strip():
                self._c.run(
                    "insert into cautions (episode, text) values (:episode, :text)",
                    episode=episode,
                    text=_short(text),
                )

    # what nobody may read or hear

    def redactions(self, episode: str) -> tuple[Redaction, ...]:
        """An episode's redactions in order of time."""
        return self._redactions.all(episode)

    def redact(self, episode: str, span: Span, *, reason: str, who: str, at: datetime, opening: bool = False) -> Span:
        """Takes a stretch out of everything, grown to whole words; `InvalidError` if it is none of the recording.

        With `opening` it is all before "the session starts here". Until the silent copy of the audio is saved, there
        is no audio of the episode. Gives the stretch that was taken out.
        """
        with self._c.atomic():
            length = self._length(episode)
            if span.start >= length or span.length <= 0:
                raise InvalidError(
                    f"{clock(span.start)} to {clock(span.end)} is no stretch of this recording: "
                    f"it plays for {clock(length)}, and a stretch ends after it begins."
                )
            span = widened(span, self._transcripts.between(episode, span))
            span = Span(start=span.start, end=min(span.end, length))
            self._redactions.add(episode, span, opening=opening, reason=_short(reason), who=who, at=at)
            self._transcripts.rebuild(episode)
        return span

    def lift(self, episode: str, key: int) -> None:
        """Takes a redaction back: words, moments and sound are as they were. `NotFoundError` if there is none."""
        with self._c.atomic():
            self._redactions.remove(episode, key)
            self._transcripts.rebuild(episode)

    def _length(self, episode: str) -> float:
        row = self._c.one(
            """
            select max(
                coalesce((select seconds from media where episode = e.id), 0),
                coalesce((select duration from episodes where id = e.id), 0),
                coalesce((select max(s.end) from segments s join transcripts t on t.key = s.transcript
                    where t.episode = e.id), 0)
            ) as seconds from episodes e where e.id = :episode
            """,
            episode=episode,
        )
        if row is None:
            raise NotFoundError("episode", episode)
        return float(row["seconds"])

    # its silence in the audio

    def silence(self, episode: str) -> Silence | None:
        """The silent copy that is still to be made for an episode; None if its audio needs none, or has it."""
        original = Media(self._c).get(episode)
        row = self._c.one(
            """
            select spans from spans
            where episode = :episode and episode not in (select episode from heard where episode = :episode)
            """,
            episode=episode,
        )
        if original is None or row is None:
            return None
        return Silence(original=original, spans=self._redactions.spans(episode), mark=row["spans"])

    def lose_silenced(self, episode: str) -> None:
        """Forgets the silent copy of an episode: its file is gone, so that it has to be made again."""
        with self._c.atomic():
            self._c.run("delete from silenced where episode = :episode", episode=episode)

    def save_silenced(self, silence: Silence, copy: Audio) -> bool:
        """Records the silent copy; it is served as long as audio and redactions are those it was made for.

        False, and nothing is recorded, if they are others by now, or the episode has such a copy already.
        """
        with self._c.atomic():
            if self.silence(copy.episode) != silence:
                return False
            self._c.run(
                """
                insert or replace into silenced (episode, original, spans, file, type, size, seconds, sha256)
                values (:episode, :original, :spans, :file, :type, :size, :seconds, :sha256)
                """,
                episode=copy.episode,
                original=silence.original.sha256,
                spans=silence.mark,
                file=copy.file,
                type=copy.type,
                size=copy.size,
                seconds=copy.seconds,
                sha256=copy.sha256,
            )
        return True


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > _LONGEST_NOTE:
        raise InvalidError(f"That is {len(text):,} letters; please say it in {_LONGEST_NOTE}.")
    return text

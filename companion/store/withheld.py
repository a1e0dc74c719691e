"""Moments that reach into what was redacted: taken out of every list and index, and kept for when it is taken back."""

import json
import re

from companion.places import bare_line
from companion.redactions import Redaction
from companion.store.connection import Connection, Row
from companion.store.moments import CLIP, clip_of, moment_of
from companion.transcripts import Transcript

_QUOTED = re.compile(r"[Tt]he cue “(?:[^”]*” heard as “([^”]*)|([^”]*))”")  # what was said, in a reason
_NO_REASON = "Words beside it were taken out, and its reasons with them"
_COLUMNS = "id, episode, theme, start, end, quote, speaker, before, after, score, why, tagger"


class Withheld:
    """Moves moments out of the way and back."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def settle(self, episode: str, redactions: tuple[Redaction, ...], said: Transcript | None) -> None:
        """Makes an episode's moments fit its redactions and what its transcript says by now; in one transaction.

        A moment that reaches into a redaction goes, and so does one whose words are not found in what is left: made
        over another transcription, they may be words that were taken out elsewhere. Of the others, the words beside
        them stay where the transcript still has them, and so do their reasons, which may quote other sentences.
        """
        self._restore(episode)
        if not redactions:
            return
        text = bare_line(" ".join(segment.text for segment in said.segments)) if said else ""
        for row in self._c.all(f"{CLIP} where m.episode = :episode", episode=episode):
            own, shown = moment_of(row), clip_of(row).moment
            lost = any(bare_line(one.quote) not in text for one in (own, shown))
            if lost or any(one.span.overlaps(cut.span) for cut in redactions for one in (own, shown)):
                self._keep(row["id"], gone=True)
                self._c.run("delete from moments where id = :id", id=row["id"])
            else:
                self._trim(row, text)

    def _trim(self, row: Row, text: str) -> None:
        before, after = (side if bare_line(side) in text else "" for side in (row["before"], row["after"]))
        told = json.dumps(json.loads(row["why"])[:2], ensure_ascii=False)
        quoted = [exact or heard for heard, exact in _QUOTED.findall(told)]
        why = row["why"] if all(bare_line(words) in text for words in quoted) else json.dumps([_NO_REASON, []])
        if (before, after, why) != (row["before"], row["after"], row["why"]):
            self._keep(row["id"], gone=False)
            self._c.run(
                "update moments set before = :before, after = :after, why = :why where id = :id",
                id=row["id"],
                before=before,
                after=after,
                why=why,
            )

    def _keep(self, id: str, *, gone: bool) -> None:
        row = self._c.one(f"select {_COLUMNS} from moments where id = :id", id=id)
        assert row is not None  # it was read a moment ago, in this transaction
        self._c.run(
            "insert into withheld (moment, episode, gone, row) values (:id, :episode, :gone, :row)",
            id=id,
            episode=row["episode"],
            gone=gone,
            row=json.dumps(dict(row), ensure_ascii=False),
        )

    def _restore(self, episode: str) -> None:
        for kept in self._c.all("select row from withheld where episode = :episode", episode=episode):
            row = json.loads(kept["row"])
            self._c.run(
                f"""
                insert into moments ({_COLUMNS})
                values ({", ".join(f":{name.strip()}" for name in _COLUMNS.split(","))})
                on conflict (id) do update set
                    before = excluded.before, after = excluded.after, why = excluded.why
                """,
                **row,
            )
        self._c.run("delete from withheld where episode = :episode", episode=episode)

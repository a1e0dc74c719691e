"""Migration 15: reasons without the words of other moments, which may have been redacted since."""

import json

from sqlite_utils import Database

from companion.store.migrations.run import migrations

_NAMED = "; like the accepted “"  # what came before such a line, at the end of a reason's sentence


@migrations()
def m015_reasons(db: Database) -> None:
    """A reason names the line that it is like by its moment from now on; in those kept the line is cut off."""
    for key, why in list(db.execute("select key, why from moments where instr(why, ?)", (_NAMED,))):
        db.execute("update moments set why = ? where key = ?", (_cut(why), key))
    for moment, row in list(db.execute("select moment, row from withheld where instr(row, ?)", (_NAMED,))):
        kept = json.loads(row)
        changed = json.dumps({**kept, "why": _cut(kept["why"])}, ensure_ascii=False)
        db.execute("update withheld set row = ? where moment = ?", (changed, moment))


def _cut(why: str) -> str:
    sentence, *rest = json.loads(why)
    return json.dumps([sentence.partition(_NAMED)[0], *rest], ensure_ascii=False)

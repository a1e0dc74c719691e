"""What a data folder holds, in a form that two folders can be compared by: no row keys, no times of writing."""

import hashlib
import sqlite3
from pathlib import Path

QUERIES = {
    "feeds": "select id, url, title, etag, modified from feeds order by id",
    "episodes": """
        select id, feed, guid, title, published, duration, notes, enclosure, transcripts from episodes order by id
    """,
    "media": "select episode, file, type, size, seconds, sha256 from media order by episode",
    "windows": "select episode, model, position from windows order by episode, model, position",
    "transcripts": "select episode, source, model, language, current from transcripts order by episode, source",
    "segments": """
        select t.episode, t.source, s.position, s.start, s.end, s.speaker, s.text, s.words
        from segments s join transcripts t on t.key = s.transcript order by t.episode, t.source, s.position
    """,
    "indexed segments": "select count(*) from segments_fts where segments_fts match 'the'",
    "taggings": "select episode, tagger from taggings order by episode",
    "moments": """
        select id, episode, theme, start, end, quote, speaker, before, after, score, why, tagger
        from moments order by id
    """,
    "failures": "select subject, stage, message from failures order by subject, stage",
}


def contents(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table's rows, and the audio folder's files by name and digest (parts of downloads left out)."""
    database = sqlite3.connect(data / "companion.db")
    found = {name: database.execute(query).fetchall() for name, query in QUERIES.items()}
    database.close()
    found["files"] = [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted((data / "audio").iterdir())
    ]
    return found

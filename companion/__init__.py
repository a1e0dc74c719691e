"""The model of the podcast companion: types, rules, tagging, storage, search and formats.

Start at the nouns: `feeds` (what a podcast publishes), `transcripts` (what was said), `themes` and `moments` (what it
shows), `reviews` (what people decide), `exercises` (what to try). `tagging` turns transcripts into moments, `formats`
reads and writes files, `store` keeps everything in one SQLite file, `demo` is the podcast that ships inside. Nothing
here knows the network, HTML or the speech model: `ingest` brings episodes in and `web` shows them, and the two meet
only in the database. `__main__` puts the three together.
"""

__version__ = "0.1.0"

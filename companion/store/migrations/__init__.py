"""All DDL, as migrations in order. A released one is never edited; `tests/schema.sql` is the readable sum."""

from companion.store.migrations import m001_site, m008_desk, m013_parts, m014_words, m015_reasons
from companion.store.migrations.run import migrations

__all__ = ["m001_site", "m008_desk", "m013_parts", "m014_words", "m015_reasons", "migrations"]

"""Telling a feed from a page by its first bytes."""

import pytest

from ingest import sniff


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<?xml version="1.0"?><rss version="2.0">', "feed"),
        ('<?xml version="1.0" encoding="utf-16"?><rss version="2.0">'.encode("utf-16"), "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
        (b"<rdf:RDF>", "feed"),
        (b"<!doctype HTML><rss>", "page"),
        (b"", "other"),
    ],
)
def test_kind(data: bytes, kind: str) -> None:
    assert sniff.kind(data) == kind

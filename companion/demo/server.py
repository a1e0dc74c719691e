"""Serves the built-in podcast on loopback, as a small podcast host would: it is ingested like any other feed."""

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

_TYPES = {"xml": "application/rss+xml; charset=utf-8", "mp3": "audio/mpeg", "vtt": "text/vtt; charset=utf-8"}
_FILE = re.compile(r"/([a-z0-9]+\.(xml|mp3|vtt))")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PLACE = b'url="http://podcast.example/'  # where the feed's files are said to lie until they are served


@contextmanager
def serving() -> Iterator[str]:
    """Serves the podcast on a free port of 127.0.0.1 while the block runs; gives the feed's address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed.xml"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of the podcast's files, with ETag, If-None-Match, Range and If-Range (RFC 9110, 13 and 14)."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        found = _FILE.fullmatch(urlsplit(self.path).path)
        content = self._read(found[1]) if found else None
        if found is None or content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        tag = f'"{hashlib.blake2b(content, digest_size=8).hexdigest()}"'
        headers = {"ETag": tag, "Content-Type": _TYPES[found[2]], "Accept-Ranges": "bytes"}
        status = HTTPStatus.OK
        if tag in self.headers.get("If-None-Match", ""):
            self._send(HTTPStatus.NOT_MODIFIED, {"ETag": tag}, b"")
            return
        part = _part(self.headers.get("Range", ""), len(content))
        if part is not None and self.headers.get("If-Range", tag) == tag:
            if not part:
                self._send(
                    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{len(content)}"}, b""
                )
                return
            status = HTTPStatus.PARTIAL_CONTENT
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
            content = content[part.start : part.stop]
        headers["Content-Length"] = str(len(content))
        self._send(status, headers, content if body else b"")

    def _read(self, name: str) -> bytes | None:
        path = files("companion.demo.podcast").joinpath(name)
        if not path.is_file():
            return None
        if not name.endswith(".xml"):
            return path.read_bytes()
        host, port = self.connection.getsockname()[:2]
        return path.read_bytes().replace(_PLACE, f'url="http://{host}:{port}/'.encode())

    def _send(self, status: HTTPStatus, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.send_header("Content-Length", "0")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the ingest that asks reports for itself."""


def _part(header: str, length: int) -> range | None:
    """The bytes asked for: None where the whole is to be sent, an empty range where nothing can satisfy it."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return range(max(0, length - int(found[2])), length)
    start = int(found[1])
    end = min(int(found[2]), length - 1) if found[2] else length - 1
    if found[2] and int(found[2]) < start:
        return None
    return range(start, end + 1) if start < length else range(0)

"""A real web host on loopback that behaves, and misbehaves, as it is told."""

import gzip
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Host:
    """`at` says what happens at a path; a list of behaviours is worked off one per request, the last one stays."""

    def __init__(self) -> None:
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.close_connection = True
                host.asked.append((self.path, dict(self.headers)))
                behaviours = host._paths.get(self.path.partition("?")[0], [reply(404)])
                behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
                try:
                    behaviour(self)
                except OSError:  # the fetcher hung up first
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Keep the tests' output quiet."""

        self._paths: dict[str, list[Behaviour]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def at(self, path: str, *behaviours: Behaviour) -> str:
        """Set what happens at a path; its address."""
        self._paths[path] = list(behaviours)
        return self.url(path)

    def url(self, path: str, name: str = "127.0.0.1") -> str:
        return f"http://{name}:{self.port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def reply(status: int = 200, body: bytes = b"", **headers: str) -> Behaviour:
    """An honest answer; header names are written with underscores for hyphens."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **fields}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return behave


def packed(body: bytes, **headers: str) -> Behaviour:
    """The body, gzipped."""
    return reply(200, gzip.compress(body), Content_Encoding="gzip", **headers)


def audio(body: bytes, *, etag: str = "", cut: int | None = None, ranges: bool = True, **headers: str) -> Behaviour:
    """A file with ranges by RFC 9110, or one whose answers break off after `cut` bytes, or that ignores Range."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        vouched = request.headers.get("If-Range") in (etag, names.get("Last-Modified"))
        start = 0
        if ranges and vouched and (wanted := request.headers.get("Range")):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start and start >= len(body):
            return reply(416, Content_Range=f"bytes */{len(body)}")(request)
        request.send_response(206 if start else 200)
        if start:
            names = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} | names
        for name, value in {"Content-Type": "audio/mpeg", "Content-Length": str(len(body) - start), **names}.items():
            request.send_header(name, value)
        if etag:
            request.send_header("ETag", etag)
        request.end_headers()
        request.wfile.write(body[start : len(body) if cut is None else start + cut])
        return None

    return behave

"""As much of a model hub as a few models need, on loopback."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

SHA = "0123456789abcdef0123456789abcdef01234567"


class ModelHub:
    """Serves `files`, by repository and path. `address` is where it is, `asked` the paths that were asked for."""

    def __init__(self, files: Mapping[str, Mapping[str, bytes]]) -> None:
        self.files = files
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (_Handler,), {"hub": self}))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: ModelHub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.hub.asked.append(self.path)
        path = self.path.partition("?")[0]
        owned = path.removeprefix("/api/models").removeprefix("/")
        found = next((files for name, files in self.hub.files.items() if owned.startswith(f"{name}/")), None)
        if found is None:
            self._answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif path.startswith("/api/models/") and "/tree/" in path:
            listing = [{"type": "file", "path": n, "size": len(b), "oid": SHA} for n, b in found.items()]
            self._answer(200, json.dumps(listing).encode())
        elif path.startswith("/api/models/"):
            info = {"id": "x/y", "sha": SHA, "siblings": [{"rfilename": name} for name in found]}
            self._answer(200, json.dumps(info).encode())
        else:
            name = path.partition(f"/resolve/{SHA}/")[2]
            tag = name.replace("/", "-")
            self._answer(200, found[name], {"ETag": f'"{tag}"', "X-Repo-Commit": SHA})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""

"""The command that serves the site, and the function behind it."""

import gc
import socket
from collections.abc import Callable
from dataclasses import replace

import click

from companion.config import Settings, override
from companion.errors import ConflictError, InvalidError


@click.command()
@click.option("--host", help="Address to listen on; 0.0.0.0 for every network this machine is in.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 for any that is free.")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the site of what has been ingested so far."""
    run(
        override(settings, host=host, port=port),
        ready=lambda address: click.echo(f"The companion is at {address} (Ctrl-C stops it)"),
    )


COMMANDS = (serve,)


def free(settings: Settings) -> None:
    """`ConflictError` if the site's port is taken, `InvalidError` if its host is none of this machine's."""
    _listen(settings.host, settings.port).close()


def run(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Serves until interrupted; calls `ready` with the site's address once it answers.

    `ConflictError` if the port is taken, `InvalidError` if the host is none of this machine's.
    """
    import asyncio

    import uvicorn

    from companion.store import Store
    from web.app import create_app

    Store.open(settings.database).close()  # a database that can't be used is said here, not page by page

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                # What is loaded now stays: looked through for garbage, it would hold up a visitor now and then.
                gc.collect()
                gc.freeze()
                # on a thread, so that `ready` may ask the site something
                await asyncio.to_thread(ready, f"http://{bound.authority}/")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.jobs.close()  # whoever hears of news hears no more: a stream without an end would be waited for
            await super().shutdown(sockets)

    app = create_app(settings)
    with _listen(settings.host, settings.port) as listening:
        bound = replace(settings, port=listening.getsockname()[1])
        server = Server(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies,
            )
        )
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            return


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InvalidError(f"There is no address “{host}” to listen on ({error}).") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ConflictError(
            f"Cannot listen on {host} port {port} ({error.strerror}). "
            "Another program may be using it; choose another with --port."
        ) from error
    return listening

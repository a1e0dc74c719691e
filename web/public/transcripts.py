"""Transcripts to take along, for readers and for podcast players: WebVTT, SubRip, podcast JSON, plain text."""

import re
import unicodedata
from urllib.parse import quote

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import NotFoundError
from companion.formats import FORMATS, Format
from web.deps import READ, Visit


def _handler(name: str, format: Format) -> HTTPRouteHandler:
    """The handler of one format. Each has its own: Litestar wraps a threaded one anew for each of several paths."""

    @route(f"/episodes/{{episode_id:str}}/transcript.{name}", http_method=READ, sync_to_thread=True)
    def transcript(episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
        """An episode's transcript as a file."""
        episode = visit.cards.episode(episode_id)
        said = visit.store.transcripts.get(episode_id)
        if said is None:
            raise NotFoundError("transcript of", episode_id, "It has not been written down yet.")
        file = f"{episode.title}{format.extension}"
        return Response(
            format.write(said, title=episode.title).encode(),
            headers={
                **visit.headers,
                "content-type": f"{format.media_type}; charset=utf-8",
                "access-control-allow-origin": "*",  # players on other sites read it
                "content-disposition": f"attachment; filename=\"{_ascii(file)}\"; filename*=UTF-8''{_encoded(file)}",
            },
        )

    return transcript


def _ascii(name: str) -> str:
    """A file name that any system takes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")[-120:]


def _encoded(name: str) -> str:
    """The same name with all its letters (RFC 8187), without those that part folders."""
    return quote(re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name)[-120:], safe="")


HANDLERS: tuple[HTTPRouteHandler, ...] = tuple(_handler(name, format) for name, format in FORMATS.items())

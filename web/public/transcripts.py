"""Transcripts to take along, for readers and for podcast players: WebVTT, SubRip, podcast JSON, plain text."""

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import NotFoundError
from companion.formats import FORMATS, Format
from web.attachment import attachment
from web.deps import READ, Visit


def _handler(name: str, format: Format) -> HTTPRouteHandler:
    """The handler of one format. Each has its own: Litestar wraps a threaded one anew for each of several paths."""

    @route(f"/episodes/{{episode_id:str}}/transcript.{name}", http_method=READ, sync_to_thread=True)
    def transcript(episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
        """An episode's transcript as a file."""
        episode = visit.cards.episode(episode_id)
        said = visit.store.transcripts.get(episode_id)
        if said is None:
            raise NotFoundError("transcript of", episode.title, "It has not been written down yet.")
        return Response(
            format.write(said, title=episode.title).encode(),
            headers={
                **visit.headers,
                "content-type": f"{format.media_type}; charset=utf-8",
                "content-disposition": attachment(f"{episode.title}{format.extension}"),
            },
        )

    return transcript


HANDLERS: tuple[HTTPRouteHandler, ...] = tuple(_handler(name, format) for name, format in FORMATS.items())

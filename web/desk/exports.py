"""An episode to take along: every format as a file, lines and notes to copy, and its moments cut out as MP3."""

import subprocess

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import children
from companion.config import Settings
from companion.errors import InvalidError, NotFoundError
from companion.exports import EXPORTS, SOUND, gather, opened, stretch
from companion.formats.material import Material, title
from companion.moments import State
from companion.timecode import clock
from web.absolute import origin
from web.attachment import attachment
from web.cards import Cards
from web.desk.desk import Desk
from web.desk.preview import led
from web.pages.desk_exports import ExportsPage

_HERE = "/desk/episodes/{episode_id:str}/exports"
_LONGEST = 120.0  # seconds that cutting may take: an hour of audio takes a few
_NAME = 60  # characters of a moment's words in the name of its file


@get(_HERE, sync_to_thread=True)
def exports(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """All there is of an episode to take along."""
    with opened(desk.settings.database, episode_id) as store:
        material = gather(store, episode_id, origin(request, desk.settings))
        accepted = tuple(clip for clip in material.moments if clip.state is State.ACCEPTED)
        page = ExportsPage(
            site=desk.site,
            user=desk.user,
            csrf=desk.csrf,
            episode=material.episode,
            texts={name: text for name in EXPORTS if (text := _made(name, material)) is not None},
            moments=Cards(store).moments(accepted),
            at=material.site,
            guessed=not desk.settings.base_url,
        )
    return Response(led(desk.house.render(page), episode_id), media_type="text/html")  # it may be a draft


@get(f"{_HERE}/{{format_:str}}", sync_to_thread=True)
def text(request: Request, episode_id: FromPath[str], format_: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """One format as a file."""
    if format_ not in EXPORTS:
        raise NotFoundError("format", format_)
    kind = EXPORTS[format_]
    with opened(desk.settings.database, episode_id) as store:
        material = gather(store, episode_id, origin(request, desk.settings))
    name = f"{material.episode.title}{kind.extension}"
    return _file(kind.write(material).encode(), f"{kind.media_type}; charset=utf-8", name)


@get(f"{_HERE}/{SOUND}/{{moment_id:str}}", sync_to_thread=True)
def sound(episode_id: FromPath[str], moment_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """A moment cut out of the episode."""
    with opened(desk.settings.database, episode_id) as store:
        material = gather(store, episode_id, "")
        _, span = stretch(store, material, moment_id)
    (clip,) = material.only(moment_id).moments
    name = f"{material.episode.title} {clock(span.start).replace(':', '.')} {title(clip, _NAME)}.mp3"
    return _file(_cut(desk.settings, episode_id, moment_id), "audio/mpeg", name)


def _made(name: str, material: Material) -> str | None:
    try:
        return EXPORTS[name].write(material)
    except NotFoundError:
        return None


def _file(body: bytes, type: str, name: str) -> Response[bytes]:
    return Response(body, headers={"content-type": type, "content-disposition": attachment(name)})


def _cut(settings: Settings, episode: str, moment: str) -> bytes:
    """The MP3, made by `companion export`: audio is decoded in processes of its own, never in the site's."""
    what = ("export", episode, "--format", SOUND, "--moment", moment)
    try:
        done = subprocess.run(
            children.command("companion", "--data", str(settings.data), *what),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            env=children.environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidError(f"Cutting the moment out took more than {_LONGEST:.0f} seconds. Try again later.") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["It stopped without a word."]
        raise InvalidError(f"The moment could not be cut out. {lines[-1].removeprefix('companion: ')}")
    return done.stdout


HANDLERS: tuple[HTTPRouteHandler, ...] = (exports, text, sound)

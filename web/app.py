"""The site as one ASGI application, put together here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

import companion
from companion.config import Settings
from companion.errors import CompanionError
from companion.timecode import clock, exact, fragment
from companion.wording import count, shortened
from web import api, deps, desk, errors, links, public, wording
from web.deps import STREAMED
from web.desk.jobs import Jobs
from web.headers import add_safety
from web.kept import Kept
from web.media import audio
from web.stores import Stores

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TEMPLATES = _HERE.parent / "templates"
_MODEL = Path(companion.__file__).parent
_SOURCES = {".py", ".toml", ".html", ".css", ".js", ".svg", ".png", ".ico", ".webmanifest"}


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Callable[[], datetime] = _now) -> Litestar:
    """The site over the data folder that the settings name; `clock` tells the time, in UTC."""
    house = deps.House(
        settings=settings,
        environment=environment(),
        build=_digest(repr(settings), _HERE, _TEMPLATES, _MODEL),
        stores=Stores(settings.database, proposals=settings.proposals == "shown"),
    )
    jobs = Jobs(settings, clock)
    return Litestar(
        route_handlers=[
            *public.HANDLERS,
            desk.router(),
            api.ROUTER,
            audio,
            create_static_files_router(
                path=house.static,
                directories=[_STATIC],
                html_mode=False,
                cache_control=CacheControlHeader(public=True, max_age=31_536_000, immutable=True),
                opt=STREAMED,
            ),
        ],
        dependencies={"visit": Provide(deps.visit)},
        state=State(
            {
                "house": house,
                "clock": clock,
                "jobs": jobs,
                "passwords": ThreadPoolExecutor(2),  # comparing one takes 64 MiB
            }
        ),
        exception_handlers={
            CompanionError: errors.ours,
            HTTPException: errors.protocol,
            Exception: errors.unforeseen,
        },
        middleware=[Kept(house)],
        on_shutdown=[house.stores.close, jobs.close],
        before_send=[add_safety],
        # never audio: a compressed body has no byte ranges; nor the desk: its length would tell of the token in it
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, exclude=[r"/audio$", r"^/desk"]),
        openapi_config=api.DESCRIBED,
        include_in_schema=False,  # only the API says otherwise
        logging_config=None,
        debug=False,
    )


def environment() -> Environment:
    """Where templates come from, and the few things they may call besides `page`."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["link"] = links
    made.filters |= {
        "clock": clock,
        "exact": exact,
        "fragment": fragment,
        "day": wording.day,
        "minutes": wording.minutes,
        "count": count,
        "shape": wording.shape,
        "truncate": shortened,  # the framework's own writes three dots after a full stop
    }
    return made


def _digest(told: str, *folders: Path) -> str:
    """Of everything but the database that pages are made from: with a new one, no page or file counts as unchanged."""
    digest = blake2b(told.encode(), digest_size=6)
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SOURCES):
            digest.update(path.read_bytes())
    return digest.hexdigest()

"""Redacting: a stretch, or all before a marker, is taken out of everything the public can read and hear; and back."""

import subprocess
import threading
from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, PathParameter

from companion import children
from companion.errors import InvalidError
from companion.silencing import silence_mp3
from companion.timecode import Span, clock, parse_time
from web import links
from web.desk.desk import PRODUCER, Desk, Form
from web.desk.publish_page import page, stretch

_HERE = "/desk/episodes/{episode_id:str}/redactions"
_Key = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]  # as large as the database counts


@post(_HERE, opt=PRODUCER, sync_to_thread=True)
def redact(episode_id: FromPath[str], desk: NamedDependency[Desk], data: Form) -> Response:
    """Takes out the stretch from `start` to `end`, or all before `marker`; with `look`, only shows what is said."""
    desk.cards.episode(episode_id)  # there is one
    if "look" in data:
        return desk.show(page(desk, episode_id, typed=data, at="redacted"))
    opening = "marker" in data
    section = "opening" if opening else "redacted"
    try:
        span = Span(start=0.0, end=parse_time(data["marker"])) if opening else stretch(data)
        with desk.store.atomic():
            taken = desk.store.protection.redact(
                episode_id, span, reason=data.get("reason", ""), who=desk.user.name, at=desk.now, opening=opening
            )
            desk.note("redact", f"{clock(taken.start)} to {clock(taken.end)}, {desk.cards.episode(episode_id).title}")
    except InvalidError as error:
        return desk.show(page(desk, episode_id, typed=data, trouble=error.message, at=section), status=400)
    _silence(desk, episode_id)
    return desk.go(links.publishing(episode_id, section))


@post(f"{_HERE}/{{key:int}}/lift", opt=PRODUCER, sync_to_thread=True)
def lift(episode_id: FromPath[str], key: _Key, desk: NamedDependency[Desk]) -> Response:
    """Takes a redaction back."""
    with desk.store.atomic():
        desk.store.protection.lift(episode_id, key)
        desk.note("take back a redaction", desk.cards.episode(episode_id).title)
    _silence(desk, episode_id)
    return desk.go(links.publishing(episode_id, "redacted"))


@post(f"{_HERE}/silence", opt=PRODUCER, sync_to_thread=True)
def silence(episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """Makes the silent copy, where that was interrupted."""
    desk.cards.episode(episode_id)
    _silence(desk, episode_id)
    return desk.go(links.publishing(episode_id, "redacted"))


def _silence(desk: Desk, episode_id: str) -> None:
    """Makes the silent copy: at once, or where the audio has to be decoded, in a program of its own."""
    if silence_mp3(desk.settings, desk.store, episode_id):
        return
    process = subprocess.Popen(
        children.command("ingest.silence", str(desk.settings.data), episode_id),
        stdin=subprocess.DEVNULL,
        env=children.environment(),
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves nothing behind when it ends


HANDLERS: tuple[HTTPRouteHandler, ...] = (redact, lift, silence)

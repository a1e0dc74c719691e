"""Commands about what has been brought in: search, moments, status, export."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from companion.config import Settings
from companion.errors import InvalidError
from companion.exports import EXPORTS, SOUND, gather, opened, public_address, single, stretch
from companion.formats.material import Material
from companion.moments import Clip, State
from companion.store import Hit, Store
from companion.tagging import asking
from companion.themes import themes
from companion.timecode import Span, clock, fragment
from companion.wording import count

_EMPTY = "No podcast yet. Try the built-in one with: companion demo   or add yours: companion add WHAT"

as_json = click.option("--json", "json_", is_flag=True, help="Print one JSON document and nothing else.")


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _theme(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in themes():
        raise click.BadParameter(f"{value!r} is not a theme; themes are {', '.join(themes())}.")
    return value


of_theme = click.option(
    "--theme", metavar="THEME", callback=_theme, help="Only moments of this theme, such as validation."
)


@click.command()
@click.argument("query")
@of_theme
@as_json
@click.pass_obj
def search(settings: Settings, query: str, theme: str | None, json_: bool) -> None:
    """Find what was said: moments first, then passages, then show notes."""
    with Store.open(settings.database) as store:
        results = store.search.query(query, theme=theme, limit=50)
        empty = not store.feeds.all()
    if json_:
        print_json({"total": results.total, "hits": [_hit_json(hit) for hit in results.hits]})
        return
    for hit in results.hits:
        label = f" [{', '.join(hit.themes)}]" if hit.themes else ""
        speaker = f"{hit.speaker}: " if hit.speaker else ""
        click.echo(f"{hit.title} {clock(hit.start)}{label}\n  {speaker}{hit.text}\n  {_hit_url(hit)}")
    if empty:
        click.echo(_EMPTY)
    elif not results.hits:
        click.echo(f"Nothing found for “{query}”. Try fewer words, or one word that you are sure of.")


def _hit_url(hit: Hit) -> str:
    if hit.kind == "notes":
        return f"/episodes/{hit.episode}"
    return f"/episodes/{hit.episode}?t={fragment(Span(start=hit.start, end=max(hit.start, hit.end)))}"


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "episode": hit.episode,
        "title": hit.title,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "speaker": hit.speaker,
        "themes": list(hit.themes),
        "url": _hit_url(hit),
    }


@click.command()
@of_theme
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only moments in this state.")
@click.option("--to-review", is_flag=True, help="Only proposals, in the order in which a verdict is worth most.")
@as_json
@click.pass_obj
def moments(settings: Settings, theme: str | None, state: str | None, to_review: bool, json_: bool) -> None:
    """List the moments that were found, the surest first."""
    if to_review and state not in (None, State.PROPOSED):
        raise InvalidError(f"--to-review lists proposals; leave out --state {state}.")
    with Store.open(settings.database) as store:
        clips = store.moments.find(theme=theme, state=State.PROPOSED if to_review else State(state) if state else None)
        titles = {episode.id: episode.title for episode in store.feeds.episodes()}
    if to_review:
        clips = tuple(clips[at] for at in asking.order([clip.moment.score for clip in clips]))
    if json_:
        print_json({"total": len(clips), "moments": [_clip_json(clip) for clip in clips]})
        return
    for clip in clips:
        one = clip.moment
        click.echo(
            f"{one.theme} {one.score:.2f} {clip.state}  {titles[one.episode]} {clock(one.span.start)}\n"
            f"  {one.speaker + ': ' if one.speaker else ''}{one.quote}\n  {one.why.told}  /moments/{one.id}"
        )
    if not clips:
        click.echo("No such moments yet. Bring episodes in with: companion ingest")


def _clip_json(clip: Clip) -> dict[str, Any]:
    one = clip.moment
    return {
        "id": one.id,
        "episode": one.episode,
        "theme": one.theme,
        "start": one.span.start,
        "end": one.span.end,
        "quote": one.quote,
        "speaker": one.speaker,
        "score": one.score,
        "why": {"sentence": one.why.told, "parts": [list(part) for part in one.why.parts]},
        "state": clip.state,
        "url": f"/moments/{one.id}",
    }


@click.command()
@as_json
@click.pass_obj
def status(settings: Settings, json_: bool) -> None:
    """Show every feed and how far each episode has come."""
    with Store.open(settings.database) as store:
        feeds, episodes = store.feeds.all(), store.feeds.episodes()
        stages, failures = store.overview.stages(), store.overview.failures()
        hidden = store.protection.hidden()
    failed = {id: first.message for id, (first, *_) in failures.items()}
    rows = [(episode, stages[episode.id]) for episode in episodes]
    if json_:
        print_json(
            {
                "feeds": [
                    {
                        "id": feed.id,
                        "title": feed.title,
                        "url": feed.url,
                        "failure": failed.get(feed.id),
                    }
                    for feed in feeds
                ],
                "episodes": [
                    {
                        "id": episode.id,
                        "title": episode.title,
                        "published": episode.published.isoformat() if episode.published else None,
                        "audio": done.seconds is not None,
                        "transcript": done.transcript,
                        "moments": done.moments,
                        "reviewed": done.reviewed,
                        "shown": hidden.get(episode.id, "published"),
                        "failure": failed.get(episode.id),
                    }
                    for episode, done in rows
                ],
            }
        )
        return
    for feed in feeds:
        click.echo(f"{feed.id}  {feed.title}  {feed.url}" + (f"\n  ! {failed[feed.id]}" if feed.id in failed else ""))
    for episode, done in rows:
        come = [word for word, there in (("audio", done.seconds), (done.transcript, done.transcript)) if there]
        state = ", ".join([*map(str, come), count(done.moments, "moment")] if come else ["not yet brought in"])
        state += f", {hidden[episode.id]}" if episode.id in hidden else ""
        click.echo(
            f"  {episode.id}  {episode.title}: {state}"
            + (f"\n    ! {failed[episode.id]}" if episode.id in failed else "")
        )
    if not feeds:
        click.echo(_EMPTY)


Cut = Callable[[Path, Span], bytes]


def exporting(cut: Cut) -> click.Command:
    """The export command; `cut` makes an MP3 of a stretch of an audio file."""

    @click.command()
    @click.argument("episode")
    @click.option(
        "--format", "format_", required=True, type=click.Choice([*EXPORTS, SOUND]), help="The format to write."
    )
    @click.option("--moment", metavar="ID", help="Only this moment of the episode.")
    @click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
    @click.pass_obj
    def export(settings: Settings, episode: str, format_: str, moment: str | None, output: Path | None) -> None:
        """Write an episode's transcript, chapters, soundbites, show notes or moments; or cut one moment out as MP3."""
        if format_ == "notes" and output is not None and output.suffix.lower() in (".html", ".htm"):
            format_ = "html"
        kind = EXPORTS.get(format_)
        if kind is not None and moment is not None and not kind.of_moments:
            raise click.UsageError(f"A single moment can't be written as {format_}: leave --moment out.")
        with opened(settings.database, episode) as store:
            material = gather(store, episode, public_address(settings))
            if kind is not None:
                body = kind.write(single(store, material, moment) if moment else material).encode()
            else:
                body = _sound(cut, settings, store, material, moment, to_terminal=output is None)
        if not settings.base_url and material.site.encode() in body:
            click.echo(f"The links in it begin with {material.site}; to change that, set base_url.", err=True)
        _put(body, output)

    return export


def _sound(
    cut: Cut, settings: Settings, store: Store, material: Material, moment: str | None, *, to_terminal: bool
) -> bytes:
    if moment is None:
        raise click.UsageError("Which moment? Name it with --moment ID; companion moments lists them.")
    if to_terminal and sys.stdout.isatty():
        raise click.UsageError("An MP3 is nothing to read: write it to a file with -o FILE, or into a pipe.")
    audio, span = stretch(store, material, moment)
    return cut(settings.audio / audio.file, span)


def _put(body: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(body, nl=False)
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise InvalidError(f"{output} cannot be written: {error.strerror}.") from error


COMMANDS: Iterable[click.Command] = (search, moments, status)

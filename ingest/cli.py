"""Commands that bring episodes in: add, preview, ingest; models, which they use; doctor, which looks at the machine."""

from dataclasses import asdict
from pathlib import Path

import click

from companion.cli import as_json, print_json
from companion.config import MICRO, Settings, override
from companion.feeds import Episode
from companion.wording import count


@click.command()
@click.argument("what")
@click.option("--id", "id_", metavar="NAME", help="The short name to keep it under; made from its title if not given.")
@click.pass_obj
def add(settings: Settings, what: str, id_: str | None) -> None:
    """Add a podcast: an RSS address, a page that announces one, an Apple Podcasts link or number, or secure-love."""
    from ingest.subscribe import subscribe

    done = subscribe(settings, what, id=id_)
    click.echo(
        f"{'Added' if done.new else 'Here already:'} “{done.feed.title}” as {done.feed.id}, "
        f"{count(done.episodes, 'episode')}. Bring the newest in with: companion ingest {done.feed.id} --latest 3"
    )


@click.command()
@click.argument("source", metavar="URL|FILE")
@as_json
@click.pass_obj
def preview(settings: Settings, source: str, json_: bool) -> None:
    """Show what a feed holds, storing nothing."""
    from ingest.discover import read_feed
    from ingest.fetch import HttpFetcher

    fetcher = HttpFetcher(allow_private=settings.allow_private_network)
    feed, episodes = read_feed(source, fetcher, apple_lookup=settings.apple_lookup)
    if json_:
        document = {"title": feed.title, "link": feed.link, "language": feed.language}
        print_json({**document, "episodes": [_episode_json(episode) for episode in episodes]})
        return
    click.echo(f"{feed.title}  {feed.link or ''}  {feed.language or ''}\n{count(len(episodes), 'episode')}")
    for episode in episodes:
        day = f"{episode.published:%Y-%m-%d}" if episode.published else "no date   "
        extras = [count(len(episode.transcripts), "transcript")] if episode.transcripts else []
        extras += [] if episode.enclosure else ["no audio"]
        click.echo(f"  {day}  {episode.title}" + (f"  ({', '.join(extras)})" if extras else ""))


def _episode_json(episode: Episode) -> dict[str, object]:
    enclosure = episode.enclosure
    return {
        "guid": episode.guid,
        "title": episode.title,
        "published": f"{episode.published:%Y-%m-%dT%H:%M:%SZ}" if episode.published else None,
        "duration": episode.duration,
        "season": episode.season,
        "number": episode.number,
        "type": episode.type,
        "link": episode.link,
        "enclosure": {"url": enclosure.url, "type": enclosure.type, "length": enclosure.length} if enclosure else None,
        "transcripts": [{"url": t.url, "type": t.type, "language": t.language} for t in episode.transcripts],
        "chapters": episode.chapters,
        "soundbites": [{"start": s.start, "duration": s.duration, "title": s.title} for s in episode.soundbites],
        "persons": [{"name": person.name, "role": person.role} for person in episode.persons],
    }


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]…")
@click.option("--latest", type=click.IntRange(min=1), metavar="N", help="Only the N newest episodes of each feed.")
@click.option("--episode", metavar="ID", help="Only this episode, even if it failed a moment ago.")
@click.option("--model", metavar="NAME|PATH", help=f"Speech model: a name, a folder, or {MICRO} (the built-in one).")
@click.option(
    "--transcribe",
    type=click.Choice(["always", "missing"]),
    help="Recognise also what has a published transcript (always), or only what lacks one (missing).",
)
@as_json
@click.pass_context
def ingest(
    ctx: click.Context,
    feeds: tuple[str, ...],
    latest: int | None,
    episode: str | None,
    model: str | None,
    transcribe: str | None,
    json_: bool,
) -> None:
    """Bring episodes in: download, transcribe, find moments. Stop it when you like; the next run goes on from there."""
    from ingest.pipeline import Plan
    from ingest.run import run

    settings = override(ctx.obj, model=model, transcribe=transcribe)
    outcome = run(settings, Plan(feeds=feeds, latest=latest, episode=episode))
    if json_:
        print_json({"episodes": outcome.episodes, "failures": [asdict(trouble) for trouble in outcome.troubles]})
    elif outcome.news or outcome.troubles:
        looked, failed = count(len(outcome.episodes), "episode"), count(len(outcome.troubles), "failure")
        click.echo(f"{looked.capitalize()} looked at, {failed}.")
    else:
        click.echo("Nothing new.")
        if not (outcome.episodes or feeds):  # maybe there is no podcast yet
            click.echo("To add a podcast: companion add WHAT. To see what is here: companion status")
    if outcome.troubles:
        ctx.exit(1)


@click.group(invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """List the models that lie in the data folder, or get one."""
    from ingest.models import kept

    if ctx.invoked_subcommand:
        return
    settings: Settings = ctx.obj
    speech = kept(settings)
    for folder in speech:
        click.echo(f"speech    {_size(folder)}  {folder}")
    if not speech:
        click.echo("No speech model yet; the one that is set is fetched when it is first needed.")
    if settings.embedder.is_dir():
        click.echo(f"embedder  {_size(settings.embedder)}  {settings.embedder}")
    else:
        click.echo("No sentence encoder; the tagger works without. To fetch one: companion models get embedder")


@models.command("get")
@click.argument("what", type=click.Choice(["embedder"]))
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, path_type=Path),
    help="Copy this folder (with an .onnx file and tokenizer.json) or .onnx file instead.",
)
@click.pass_obj
def get(settings: Settings, what: str, source: Path | None) -> None:
    """Fetch the sentence encoder that helps the tagger, about 23 MB, from the model hub."""
    from ingest.embedder import get as get_embedder

    encoder = get_embedder(settings, source)
    click.echo(f"The sentence encoder {encoder.digest} is in {settings.embedder}.")


def _size(folder: Path) -> str:
    return f"{sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6:7.1f} MB"


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look at this machine: the data folder, the database, the speech model, the device."""
    from ingest.checkup import checkup

    findings = checkup(ctx.obj)
    for finding in findings:
        click.echo(f"{'ok   ' if finding.good else 'WRONG'}  {finding.text}")
    if not all(finding.good for finding in findings):
        ctx.exit(1)


COMMANDS = (add, preview, ingest, models, doctor)

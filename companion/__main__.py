"""The composition root: settings in, commands mounted, errors to exit codes. The only file that sees all packages."""

import sys
from pathlib import Path

import click
import platformdirs

import companion.cli
import companion.tagging_cli
import companion.users_cli
import ingest.cli
import web.cli
from companion import __version__, config
from companion.config import MICRO, Settings, override
from companion.errors import CompanionError
from ingest.audio import cut


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="companion")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="COMPANION_DATA",
    help="Where everything is kept.  [default: the platform's user data folder]",
)
@click.option("--allow-private-network", is_flag=True, default=None, help="Let feeds live on this machine or network.")
@click.pass_context
def cli(ctx: click.Context, data: Path | None, allow_private_network: bool | None) -> None:
    """The companion to a podcast: brings episodes in, finds the moments worth hearing, and shows them on a site."""
    folder = data or platformdirs.user_data_path("companion", appauthor=False)
    ctx.obj = config.load(folder.absolute(), {"allow_private_network": allow_private_network})


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), help="The site's port.  [default: 8000]")
@click.option("--no-serve", is_flag=True, help="Only bring the podcast in.")
@click.pass_context
def demo(ctx: click.Context, port: int | None, no_serve: bool) -> None:
    """Bring in the podcast that ships inside, as any other podcast, and show the site."""
    from companion.demo import producer
    from companion.demo.server import serving
    from ingest.pipeline import Plan
    from ingest.run import run
    from ingest.subscribe import subscribe

    # The demo's podcast is served on loopback, as long as its site is: the desk may look for a new episode.
    settings: Settings = override(ctx.obj, port=port, allow_private_network=True)
    if not no_serve:
        web.cli.free(settings)  # said before the work, not after
    with serving() as address:
        subscribe(settings, address, id="demo", moved=True)
        # It is recognised by the built-in model, and heard even where it brings a text.
        outcome = run(override(settings, model=MICRO, transcribe="always"), Plan(feeds=("demo",)))
        if outcome.troubles:
            ctx.exit(1)
        if no_serve:
            return

        def ready(url: str) -> None:
            click.echo(f"The site is at {url} (Ctrl-C ends it)")
            password = producer.let_in(settings)  # not before: a demo that can't be shown locks nobody out
            if password:
                click.echo(f"The desk is at {url}desk: log in as {producer.NAME} with the password {password}")

        web.cli.run(settings, ready=ready)


for command in (
    *companion.cli.COMMANDS,
    companion.cli.exporting(cut),
    *companion.tagging_cli.COMMANDS,
    *companion.users_cli.COMMANDS,
    *ingest.cli.COMMANDS,
    *web.cli.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """Runs the command line: 0 done, 1 something failed, 2 wrong usage."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. What was finished is kept; the next run goes on from there.", err=True)
        sys.exit(1)
    except CompanionError as error:
        click.echo(f"companion: {error.message}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        sys.stdout = None
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()

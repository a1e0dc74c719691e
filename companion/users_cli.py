"""Commands about people who may enter the desk: add one, list them, change a password, take a key back."""

import sys
from datetime import UTC, datetime

import click

from companion.cli import as_json, print_json
from companion.config import Settings
from companion.errors import InvalidError
from companion.store import Store
from companion.users import SHORTEST, Role, User, hashed, named

_WHO = "command line"  # in the audit trail


@click.group()
def user() -> None:
    """Who may enter the desk: editors decide and correct; producers also publish, protect and manage people."""


@user.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.PRODUCER.value,
    show_default=True,
    help="What they may do.",
)
@click.pass_obj
def add(settings: Settings, name: str, role: str) -> None:
    """Let NAME in. Asks for a password twice, or reads it from standard input where that is no terminal."""
    person = User(name=named(name), role=Role(role))
    with Store.open(settings.database) as store:
        store.users.check_free(person.name)  # before a password is typed twice for nothing
        digest = hashed(_password())
        now = datetime.now(UTC)
        with store.atomic(shown=False):
            store.users.add(person, digest, now)
            store.audit.note(_WHO, "add person", f"{person.name} ({person.role})", now)
    click.echo(f"{person.name} may enter the desk as {person.role}: /desk on the site that `companion serve` shows.")


@user.command("list")
@as_json
@click.pass_obj
def list_(settings: Settings, json_: bool) -> None:
    """List who may enter, and as what."""
    with Store.open(settings.database) as store:
        people = store.users.all()
    if json_:
        print_json({"people": [{"name": one.name, "role": one.role} for one in people]})
        return
    for one in people:
        click.echo(f"{one.name}  {one.role}")
    if not people:
        click.echo("Nobody yet. Let somebody in with: companion user add NAME")


@user.command()
@click.argument("name")
@click.pass_obj
def password(settings: Settings, name: str) -> None:
    """Give NAME another password and log them out. It is asked for as by `add`."""
    with Store.open(settings.database) as store:
        store.users.get(name)  # before a password is typed twice for nothing
        digest = hashed(_password())
        now = datetime.now(UTC)
        with store.atomic(shown=False):
            person = store.users.renew(name, digest)
            store.audit.note(_WHO, "new password", person.name, now)
    click.echo(f"{person.name} has a new password, and has to log in again.")


@user.command()
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Take NAME's key and log them out. What they have decided stays."""
    with Store.open(settings.database) as store, store.atomic(shown=False):
        person = store.users.get(name)
        store.users.remove(person.name)
        store.audit.note(_WHO, "remove person", person.name, datetime.now(UTC))
    click.echo(f"{person.name} may not enter any more.")


COMMANDS = (user,)


def _password() -> str:
    if sys.stdin.isatty():
        text: str = click.prompt(
            f"Password (at least {SHORTEST} characters)",
            hide_input=True,
            confirmation_prompt="The same password again",
        )
        return text
    try:
        return sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InvalidError("The password on standard input is not UTF-8.") from error

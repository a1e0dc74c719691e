"""Who may enter the desk, and what they did there: for producers."""

from collections.abc import Callable, Mapping

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion.errors import InvalidError, NotFoundError
from companion.store import Deed
from companion.users import SHORTEST, Role, User, hashed, named, same
from web.deps import page_number
from web.desk.desk import PRODUCER, Desk, Form
from web.pages.desk import PeoplePage

_HERE = "/desk/people"
_DONE = f"{_HERE}?done"
_DEEDS = 50  # on a page of the audit trail
# what is said after a deed, of whom the audit trail says it was done to
_SAID = {
    "add person": "{} has a key now.",
    "change role": "Changed: {}.",
    "new password": "{} has a new password, and has to log in again.",
    "remove person": "{} has no key any more.",
}


@get(_HERE, opt=PRODUCER, sync_to_thread=True)
def people(request: Request, desk: NamedDependency[Desk]) -> Response:
    """The people, the way to let another in, and the audit trail. `?done` tells of this person's last deed here."""
    number = page_number(request)
    deeds = desk.store.audit.newest(limit=_DEEDS + 1, offset=(number - 1) * _DEEDS)
    return desk.show(_page(desk, deeds, number, said=_said(desk, deeds) if "done" in request.query_params else ""))


@post(_HERE, opt=PRODUCER, sync_to_thread=True)
def add(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Lets somebody in."""

    def let_in() -> None:
        user = User(name=named(data.get("name", "")), role=_role(data))
        digest = hashed(data.get("password", ""))  # which takes a while, so that nobody waits for it
        with desk.store.atomic(shown=False):
            desk.store.users.add(user, digest, desk.now)
            desk.note("add person", f"{user.name} ({user.role})")

    return _tried(desk, data, "add", let_in)


@post(f"{_HERE}/role", opt=PRODUCER, sync_to_thread=True)
def change(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives somebody another role; who is no producer any more is led out of this room."""

    def give() -> None:
        role = _role(data)
        with desk.store.atomic(shown=False):
            user = desk.store.users.get(data.get("name", ""))
            desk.store.users.change(user.name, role)
            desk.note("change role", f"{user.name} ({role})")

    mine = same(data.get("name", ""), desk.user.name)
    return _tried(desk, data, "role", give, to="/desk" if mine else _DONE)


@post(f"{_HERE}/password", opt=PRODUCER, sync_to_thread=True)
def password(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives somebody another password, and ends their sessions; if it is one's own, at the door they are told so."""

    def renew() -> None:
        digest = hashed(data.get("password", ""))
        with desk.store.atomic(shown=False):
            user = desk.store.users.get(data.get("name", ""))
            desk.store.users.put(user, digest, desk.now)
            desk.note("new password", user.name)

    mine = same(data.get("name", ""), desk.user.name)
    return _tried(desk, data, "password", renew, to=f"/desk/login?next={_HERE}&renewed" if mine else _DONE)


@post(f"{_HERE}/remove", opt=PRODUCER, sync_to_thread=True)
def remove(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes somebody's key."""

    def take() -> None:
        with desk.store.atomic(shown=False):
            user = desk.store.users.get(data.get("name", ""))
            desk.store.users.remove(user.name)
            desk.note("remove person", user.name)

    return _tried(desk, data, "remove", take)


def _tried(desk: Desk, data: Form, form: str, work: Callable[[], None], to: str = _DONE) -> Response:
    """Goes on once the work is done; if it can't be, shows the page again with the reason at the form it came from."""
    try:
        work()
    except InvalidError as error:
        trouble, status = error.message, 400
    except NotFoundError as error:  # somebody has taken the key meanwhile
        trouble, status = f"There is nobody named “{error.id}” any more.", 404
    else:
        return desk.go(to)
    deeds = desk.store.audit.newest(limit=_DEEDS + 1)
    return desk.show(_page(desk, deeds, typed=data, trouble=trouble, form=form), status)


def _page(
    desk: Desk,
    deeds: tuple[Deed, ...],
    number: int = 1,
    *,
    said: str = "",
    typed: Mapping[str, str] = {},
    trouble: str = "",
    form: str = "",
) -> PeoplePage:
    everybody = desk.store.users.all()
    name = typed.get("name", "")
    whose = "" if form == "add" else next((one.name for one in everybody if same(one.name, name)), "")
    return PeoplePage(
        site=desk.site,
        user=desk.user,
        csrf=desk.csrf,
        people=everybody,
        roles=tuple(Role),
        shortest=SHORTEST,
        said=said,
        trouble=trouble,
        troubled=f"{form}/{whose}" if whose or form == "add" else "",
        name=name if form == "add" else "",
        role=typed.get("role", "") if form == "add" else Role.EDITOR,
        deeds=deeds[:_DEEDS],
        older=f"{_HERE}?page={number + 1}#trail" if len(deeds) > _DEEDS else None,
        newer=f"{_HERE}?page={number - 1}#trail" if number > 1 else None,
    )


def _said(desk: Desk, deeds: tuple[Deed, ...]) -> str:
    last = next((deed for deed in deeds if deed.who == desk.user.name), None)
    return _SAID[last.action].format(last.what) if last and last.action in _SAID else ""


def _role(data: Mapping[str, str]) -> Role:
    try:
        return Role(data.get("role", ""))
    except ValueError as error:
        raise InvalidError(f"A role is one of {', '.join(Role)}.") from error


HANDLERS: tuple[HTTPRouteHandler, ...] = (people, add, change, password, remove)

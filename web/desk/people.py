"""Who may enter the desk, and what they did there: for producers."""

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from companion.errors import InvalidError
from companion.users import SHORTEST, Role, User, hashed, named
from web.deps import page_number
from web.desk.desk import PRODUCER, Desk, Form
from web.pages.desk import PeoplePage

_HERE = "/desk/people"
_DEEDS = 50  # on a page of the audit trail


@get(_HERE, opt=PRODUCER, sync_to_thread=True)
def people(request: Request, desk: NamedDependency[Desk]) -> Response:
    """The people, the way to let another in, and the audit trail."""
    number = page_number(request)
    deeds = desk.store.audit.newest(limit=_DEEDS + 1, offset=(number - 1) * _DEEDS)
    return desk.show(
        PeoplePage(
            site=desk.site,
            user=desk.user,
            csrf=desk.csrf,
            people=desk.store.users.all(),
            roles=tuple(Role),
            shortest=SHORTEST,
            deeds=deeds[:_DEEDS],
            older=f"{_HERE}?page={number + 1}#trail" if len(deeds) > _DEEDS else None,
            newer=f"{_HERE}?page={number - 1}#trail" if number > 1 else None,
        )
    )


@post(_HERE, opt=PRODUCER, sync_to_thread=True)
def add(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Lets somebody in."""
    user = User(name=named(data.get("name", "")), role=_role(data))
    digest = hashed(data.get("password", ""))  # which takes a while, so that nobody waits for it
    with desk.store.atomic(shown=False):
        desk.store.users.add(user, digest, desk.now)
        desk.note("add person", f"{user.name} ({user.role})")
    return desk.go(_HERE)


@post(f"{_HERE}/role", opt=PRODUCER, sync_to_thread=True)
def change(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives somebody another role."""
    name, role = data.get("name", ""), _role(data)
    with desk.store.atomic(shown=False):
        desk.store.users.change(name, role)
        desk.note("change role", f"{name} ({role})")
    return desk.go(_HERE)


@post(f"{_HERE}/remove", opt=PRODUCER, sync_to_thread=True)
def remove(data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes somebody's key."""
    name = data.get("name", "")
    with desk.store.atomic(shown=False):
        desk.store.users.remove(name)
        desk.note("remove person", name)
    return desk.go(_HERE)


def _role(data: dict[str, str]) -> Role:
    try:
        return Role(data.get("role", ""))
    except ValueError as error:
        raise InvalidError(f"A role is one of {', '.join(Role)}.") from error


HANDLERS: tuple[HTTPRouteHandler, ...] = (people, add, change, remove)

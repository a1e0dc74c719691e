"""One moment by itself."""

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion import exercises as practice
from companion.errors import NotFoundError
from companion.moments import State
from web.deps import READ, Visit
from web.pages.moments import MomentPage


@route("/moments/{moment_id:str}", http_method=READ, sync_to_thread=True)
def moment(moment_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """One moment, why it is one, and its neighbours of the same theme."""
    clip = visit.store.moments.get(moment_id)
    if clip.state is State.REJECTED:
        raise NotFoundError("moment", moment_id)
    same = visit.store.moments.find(theme=clip.moment.theme)
    place = [other.moment.id for other in same].index(moment_id)
    return visit.show(
        MomentPage(
            site=visit.site,
            card=visit.cards.moment(clip),
            reviewed=clip.state is State.ACCEPTED,
            place=visit.cards.listing(visit.cards.episode(clip.moment.episode)),
            exercises=practice.for_theme(clip.moment.theme),
            previous=visit.cards.moment(same[place - 1]) if place > 0 else None,
            next=visit.cards.moment(same[place + 1]) if place + 1 < len(same) else None,
        )
    )


HANDLERS: tuple[HTTPRouteHandler, ...] = (moment,)

"""What the desk's page of publishing and protecting an episode is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.feeds import Episode
from companion.moments import Moment
from companion.redactions import Redaction
from companion.store import Takedown
from web.pages.desk import DeskPage
from web.pages.parts import MomentCard


@dataclass(frozen=True, kw_only=True, slots=True)
class Down:
    """A moment that was taken down; `card` is None if the moment is not there any more."""

    takedown: Takedown
    card: MomentCard | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Goes:
    """What is said at a stretch that may be taken out, and just before and after it.

    `times` are the beginning and the end of each of these words, in hundredths of a second. `moments` are the accepted
    ones that reach into the stretch: they go with it.
    """

    before: str
    words: str
    after: str
    times: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishPage(DeskPage):
    """Whether an episode is shown, what is said before it, and what of it nobody may read or hear.

    `left` counts the moments that nobody has reviewed, `shown` says whether the public sees such. `down` is why the
    episode was taken down, None if it was not. `waiting` says that its silent copy is still being made, so that it has
    no audio; `sound` is where the desk hears it, "" for nowhere, `peaks` how loud it is, `seconds` how long.
    `said` is what is said at the stretch that is asked for, `seen` are the moments that can be taken down, in order of
    time. `trouble` is what is wrong with what was `typed` (by the field's name) in the section `troubled`.
    """

    template: ClassVar[str] = "desk/publish.html"
    episode: Episode
    producer: bool
    draft: bool
    left: int
    accepted: int
    shown: bool
    down: Takedown | None
    moments_down: tuple[Down, ...]
    caution: str
    redactions: tuple[Redaction, ...]
    opening: Redaction | None
    waiting: bool
    sound: str
    peaks: str
    seconds: float
    said: Goes | None
    seen: tuple[Moment, ...]
    trouble: str
    troubled: str
    typed: dict[str, str]

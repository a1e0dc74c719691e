"""What an export is made of: one episode with its moments, and the addresses that lead back to the site."""

from dataclasses import dataclass, replace
from textwrap import shorten

from companion.chapters import Chapter
from companion.errors import NotFoundError
from companion.exercises import Exercise, exercises, for_theme
from companion.feeds import Episode
from companion.moments import Clip, State
from companion.themes import themes
from companion.timecode import Span, fragment
from companion.transcripts import Transcript


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """One episode as an export may show it: nothing in it is redacted, rejected or taken down.

    `seconds` is the length of its audio (None: unknown), `chapters` are its own, `moments` are in order of time,
    `hidden` the stretches that nobody may hear, `site` is where the public finds the site, without a slash at its end.
    """

    podcast: str
    episode: Episode
    seconds: float | None
    transcript: Transcript | None
    chapters: tuple[Chapter, ...]
    moments: tuple[Clip, ...]
    hidden: tuple[Span, ...]
    site: str

    def accepted(self) -> tuple[Clip, ...]:
        """The moments to publish; `NotFoundError` if nobody has accepted one yet."""
        found = tuple(clip for clip in self.moments if clip.state is State.ACCEPTED)
        if not found:
            raise NotFoundError("accepted moment in", self.episode.title, _REVIEW)
        return found

    def only(self, moment: str) -> "Material":
        """The same with this moment alone; `NotFoundError` if the episode has none of this id."""
        found = tuple(clip for clip in self.moments if clip.moment.id == moment)
        if not found:
            raise NotFoundError(
                f"moment in “{self.episode.title}” with the id", moment, "companion moments lists them."
            )
        return replace(self, moments=found)

    def moment_page(self, clip: Clip) -> str:
        """The moment's page."""
        return f"{self.site}/moments/{clip.moment.id}"

    def episode_page(self, span: Span | None = None) -> str:
        """The episode's page; with a span it plays that and stops."""
        return f"{self.site}/episodes/{self.episode.id}" + (f"?t={fragment(span)}" if span else "")

    def exercise_page(self, exercise: Exercise) -> str:
        """The exercise's page."""
        return f"{self.site}/exercises/{exercise.slug}"


_REVIEW = "Accept some at the desk, then export again."


def exercise(clip: Clip) -> Exercise | None:
    """What a listener of a moment can try: the exercise a person chose for it, else the first of its theme."""
    return exercises().get(clip.exercise or "") or next(iter(for_theme(clip.moment.theme)), None)


def theme_name(clip: Clip) -> str:
    """The theme as people call it."""
    theme = themes().get(clip.moment.theme)
    return theme.name if theme else clip.moment.theme


def title(clip: Clip, longest: int) -> str:
    """A moment in at most so many characters: its title or its words, shortened between two words if need be."""
    whole = clip.title or clip.moment.quote
    short = shorten(whole, longest, placeholder="…")
    return short if short != "…" else f"{whole[: longest - 1]}…"

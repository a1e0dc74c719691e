"""From what is stored to what pages show: moments as cards, episodes with their timelines, search hits."""

from collections.abc import Sequence

from companion.exercises import weekly_prompt
from companion.feeds import Episode
from companion.moments import Clip
from companion.store import Hit, Store
from companion.store.media import Audio
from companion.themes import Kind, Theme, themes
from web import links
from web.pages.parts import EpisodeCard, FoundMoment, Mark, MomentCard, Passage, Play, Prompt, ThemeCard

_APART = 4.2  # percent of a timeline between two marks in one lane: their width, where it is narrowest
_LANES = 5  # more would make a wall of it; where they are full, marks may touch
_LEAD = 0.25  # seconds a moment is played from before its start, so that its first sound is whole


class Cards:
    """Makes cards from one open store, asking it only once for each episode and its audio."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._episodes: dict[str, Episode] = {}
        self._audio: dict[str, Audio | None] = {}
        self._cautions: dict[str, str] = {}

    def episode(self, id: str) -> Episode:
        """An episode; `NotFoundError` if there is none."""
        if id not in self._episodes:
            self._episodes[id] = self._store.feeds.episode(id)
        return self._episodes[id]

    def audio(self, id: str) -> Audio | None:
        """The audio of an episode, None while there is none."""
        if id not in self._audio:
            self._audio[id] = self._store.media.get(id)
        return self._audio[id]

    def caution(self, id: str) -> str:
        """What is to be said before anything of an episode is played; "" if there is nothing."""
        if id not in self._cautions:
            self._cautions[id] = self._store.protection.caution(id)
        return self._cautions[id]

    def moment(self, clip: Clip) -> MomentCard:
        """A moment with all that is needed to show and play it."""
        moment, theme = clip.moment, theme_of(clip.moment.theme)
        episode = self.episode(moment.episode)
        play = None
        if self.audio(episode.id):
            play = Play(
                audio=links.audio(episode.id),
                start=max(moment.span.start - _LEAD, 0.0),
                end=moment.span.end,
                words=moment.quote,
                by=moment.speaker or episode.title,
                theme=theme,
                page=links.moment(moment.id),
            )
        return MomentCard(clip=clip, theme=theme, episode=episode, play=play, caution=self.caution(episode.id))

    def moments(self, clips: tuple[Clip, ...]) -> tuple[MomentCard, ...]:
        """Several moments as cards, their episodes and audio asked for at once."""
        wanted = {clip.moment.episode for clip in clips} - (self._episodes.keys() & self._audio.keys())
        if wanted:
            self._episodes |= {episode.id: episode for episode in self._store.feeds.some(wanted)}
            self._audio |= dict.fromkeys(wanted) | {audio.episode: audio for audio in self._store.media.some(wanted)}
            self._cautions |= dict.fromkeys(wanted, "") | self._store.protection.cautions(wanted)
        return tuple(self.moment(clip) for clip in clips)

    def listing(self, episode: Episode) -> EpisodeCard:
        """An episode as it stands in a list, its moments as marks on its timeline."""
        return self.listings((episode,))[0]

    def listings(self, episodes: Sequence[Episode]) -> tuple[EpisodeCard, ...]:
        """Several episodes as they stand in a list, their audio and moments asked for at once."""
        ids = [episode.id for episode in episodes]
        self._episodes |= {episode.id: episode for episode in episodes}
        self._audio |= dict.fromkeys(ids) | {audio.episode: audio for audio in self._store.media.some(ids)}
        clips = self._store.moments.of_episodes(ids)
        return tuple(_listing(episode, self._audio[episode.id], clips[episode.id]) for episode in episodes)

    def found_moment(self, hit: Hit) -> FoundMoment:
        """A search hit that is a moment."""
        assert hit.moment is not None  # by its kind
        return FoundMoment(card=self.moment(self._store.moments.get(hit.moment)), pieces=pieces(hit))

    def passage(self, hit: Hit) -> Passage:
        """A search hit in a transcript: played from there on."""
        page = links.episode(hit.episode, hit.start)
        play = None
        if self.audio(hit.episode):
            play = Play(
                audio=links.audio(hit.episode),
                start=hit.start,
                end=None,
                words=hit.text,
                by=hit.speaker or hit.title,
                theme=None,
                page=page,
            )
        return Passage(
            pieces=pieces(hit),
            title=hit.title,
            start=hit.start,
            speaker=hit.speaker,
            page=page,
            play=play,
            caution=self.caution(hit.episode),
        )


def _listing(episode: Episode, audio: Audio | None, clips: tuple[Clip, ...]) -> EpisodeCard:
    seconds = audio.seconds if audio else episode.duration
    marks = _marks(in_time(clips), seconds) if seconds else ()
    return EpisodeCard(episode=episode, seconds=seconds, moments=len(clips), marks=marks)


def _marks(clips: tuple[Clip, ...], seconds: float) -> tuple[Mark, ...]:
    """Moments, in order of time, as marks, each in the lowest lane with room for it."""
    marks: list[Mark] = []
    last = [-_APART] * _LANES  # where the last mark of each lane stands
    for clip in clips:
        at = round(min(clip.moment.span.start / seconds, 1) * 100, 2)
        free = (lane for lane in range(_LANES) if at - last[lane] >= _APART)
        lane = next(free, last.index(min(last)))
        last[lane] = at
        start, theme = clip.moment.span.start, theme_of(clip.moment.theme)
        marks.append(Mark(at=at, lane=lane, start=start, theme=theme, moment=clip.moment.id))
    return tuple(marks)


def in_time(clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
    """Moments by when they are heard to begin: a person may have moved that, and they come in order of proposal."""
    return tuple(sorted(clips, key=lambda clip: clip.moment.span.start))


def found_notes(hit: Hit) -> Passage:
    """A search hit in show notes, which have no time to play."""
    page = links.episode(hit.episode)
    return Passage(pieces=pieces(hit), title=hit.title, start=None, speaker=None, page=page, play=None, caution="")


def pieces(hit: Hit) -> tuple[tuple[str, bool], ...]:
    """A hit's text cut at its marks: (text, whether it matched)."""
    found: list[tuple[str, bool]] = []
    last = 0
    for start, end in sorted(hit.marks):
        found += [(hit.text[last:start], False), (hit.text[start:end], True)]
        last = end
    return tuple((text, marked) for text, marked in [*found, (hit.text[last:], False)] if text)


def prompt(episode: Episode) -> Prompt | None:
    """The week's prompt in an episode's show notes."""
    text = weekly_prompt(episode.notes)
    return Prompt(episode=episode, text=text) if text else None


def theme_of(slug: str) -> Theme:
    """A theme by its slug; one that is no longer in themes.toml is shown under its slug, so that its moments stay."""
    known = themes().get(slug)
    if known is not None:
        return known
    return Theme(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        kind=Kind.PATTERN,
        definition="",
        sounds_like=(),
        is_not=(),
        answered_by=(),
    )


def theme_cards(kind: Kind, counts: dict[str, int]) -> tuple[ThemeCard, ...]:
    """The themes of a kind, in editorial order."""
    return tuple(
        ThemeCard(theme=theme, moments=counts.get(theme.slug, 0)) for theme in themes().values() if theme.kind is kind
    )

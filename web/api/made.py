"""From what is stored to what the API answers; `at` is the site's own address, without a slash at its end."""

from companion import exercises, feeds, moments, themes
from companion.store import Audio as StoredAudio
from companion.store import Hit as StoredHit
from web import links
from web.api import answers


def feed(stored: feeds.Feed) -> answers.Feed:
    """A feed."""
    return answers.Feed(
        id=stored.id,
        title=stored.title,
        author=stored.author,
        description=stored.description,
        language=stored.language,
        link=stored.link,
        image=stored.image,
    )


def episode(stored: feeds.Episode, audio: StoredAudio | None, caution: str, heard: int, at: str) -> answers.Episode:
    """An episode with its audio and how many moments are heard in it."""
    copy = None
    if audio is not None:
        copy = answers.Audio(
            url=at + links.audio(stored.id), type=audio.type, seconds=round(audio.seconds, 3), bytes=audio.size
        )
    return answers.Episode(
        id=stored.id,
        feed=stored.feed,
        title=stored.title,
        published=stored.published,
        season=stored.season,
        number=stored.number,
        explicit=stored.explicit,
        seconds=copy.seconds if copy else stored.duration,
        notes=stored.notes,
        prompt=exercises.weekly_prompt(stored.notes),
        link=stored.link,
        image=stored.image,
        audio=copy,
        caution=caution,
        moments=heard,
        page=at + links.episode(stored.id),
    )


def moment(clip: moments.Clip, title: str, caution: str, at: str) -> answers.Moment:
    """A moment of the episode with that title."""
    stored = clip.moment
    return answers.Moment(
        id=stored.id,
        theme=stored.theme,
        episode=stored.episode,
        episode_title=title,
        start=stored.span.start,
        end=stored.span.end,
        quote=stored.quote,
        speaker=stored.speaker,
        before=stored.before,
        after=stored.after,
        state=answers.Shown(clip.state),
        score=stored.score,
        why=stored.why.told,
        note=clip.note,
        caution=caution,
        page=at + links.moment(stored.id),
    )


def theme(stored: themes.Theme, heard: int, at: str) -> answers.Theme:
    """A theme and how many moments show it."""
    return answers.Theme(
        slug=stored.slug,
        name=stored.name,
        kind=stored.kind,
        definition=stored.definition,
        sounds_like=stored.sounds_like,
        is_not=stored.is_not,
        answered_by=stored.answered_by,
        moments=heard,
        page=at + links.theme(stored.slug),
    )


def exercise(stored: exercises.Exercise, at: str) -> answers.Exercise:
    """An exercise."""
    return answers.Exercise(
        slug=stored.slug,
        title=stored.title,
        themes=stored.themes,
        minutes=stored.minutes,
        turns=stored.turns,
        together=stored.together,
        why=stored.why,
        steps=tuple(answers.Step(text=step.text, hear=step.hear or None) for step in stored.steps),
        prompts=stored.prompts,
        page=at + links.exercise(stored.slug),
    )


def hit(stored: StoredHit, at: str) -> answers.Hit:
    """Something found."""
    said = stored.kind != "notes"
    page = (
        links.moment(stored.moment) if stored.moment else links.episode(stored.episode, stored.start if said else None)
    )
    return answers.Hit(
        kind=stored.kind,
        text=stored.text,
        marks=stored.marks,
        episode=stored.episode,
        episode_title=stored.title,
        start=round(stored.start, 2) if said else None,
        end=stored.end if said else None,
        speaker=stored.speaker,
        themes=stored.themes,
        moment=stored.moment,
        page=at + page,
    )

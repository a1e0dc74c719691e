"""The page on which a transcript is corrected, put together from the store, with what a form on it came with."""

from collections.abc import Mapping
from dataclasses import replace

from companion.errors import NotFoundError
from companion.store.manuscripts import Manuscript
from web import links
from web.cards import theme_of
from web.desk import passages
from web.desk.desk import Desk
from web.pages.desk_transcript import Open, Passage, TranscriptPage
from web.pages.parts import Play

_SHOWN = 60  # edits that are listed unless all are asked for


def manuscript_of(desk: Desk, id: str) -> Manuscript:
    """What is read of an episode, and what the machine wrote; `NotFoundError` while nobody has written it down."""
    manuscript = desk.store.transcripts.manuscript(id)
    if manuscript is None:
        raise NotFoundError("transcript of", id)
    return manuscript


def page(desk: Desk, id: str, *, original: bool = False, everything: bool = False) -> TranscriptPage:
    """The page with no passage open."""
    episode = desk.store.feeds.episode(id)
    manuscript = manuscript_of(desk, id)
    corrections = desk.store.corrections
    shown = manuscript.original if original else manuscript.transcript
    sound = desk.store.media.get(id) is not None
    edits, lost = passages.told(corrections.journal(id), manuscript.lost)
    whole = Play(
        audio=links.desk_audio(id),
        start=0.0,
        end=None,
        words=episode.title,
        by=desk.site.podcast,
        theme=None,
        page=links.transcribed(id),
    )
    return TranscriptPage(
        site=desk.site,
        user=desk.user,
        csrf=desk.csrf,
        episode=episode,
        play=whole if sound else None,
        passages=passages.passages(shown, desk.store.protection.redactions(id), audio=sound),
        open=None,
        original=original,
        trouble="",
        kept="",
        troubled="",
        typed={},
        voices=passages.voices_of(manuscript.transcript),
        edits=edits if everything else edits[:_SHOWN],
        older=0 if everything else max(len(edits) - _SHOWN, 0),
        lost=lost,
        strays=tuple((one, theme_of(one.theme)) for one in desk.store.transcripts.strays(manuscript)),
        names=corrections.names(),
        offers=corrections.offers(),
        mended=corrections.mended(id),
    )


def opened(
    page: TranscriptPage,
    passage: Passage | None,
    typed: Mapping[str, str] = {},
    *,
    trouble: str = "",
    changed: bool = False,
) -> TranscriptPage:
    """The page with a passage open; what was `typed` stays, even where there is no passage to put it to.

    `changed` says that the passage reads otherwise than when that was typed.
    """
    if passage is None or page.original:
        return replace(page, trouble=trouble, kept=typed.get("text", "") or typed.get("speaker", ""))
    shown = Open(
        passage=passage,
        text=typed.get("text", passage.text),
        speaker=typed.get("speaker", passage.speaker or ""),
        trouble=trouble,
        changed=changed,
    )
    return replace(page, open=shown)


def refused(page: TranscriptPage, form: str, typed: Mapping[str, str], trouble: str) -> TranscriptPage:
    """The page with what is wrong with a form beside the words, at that form; above all where it is not there."""
    there = form == "learn" or (form == "rename" and typed.get("old") in {voice.name for voice in page.voices})
    if there:
        return replace(page, trouble=trouble, troubled=form, typed=typed)
    return replace(page, trouble=trouble, kept=typed.get("new", ""))

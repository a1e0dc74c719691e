"""Correcting a transcript: words, voices, turns and names, each act a form that works without scripts."""

from collections.abc import Callable
from dataclasses import replace

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from companion.errors import InvalidError, NotFoundError
from companion.store import Actor, ChangedError, Chosen
from web import links
from web.cards import theme_of
from web.desk import passages
from web.desk.desk import Desk, Form
from web.pages.desk_transcript import Open, Passage, TranscriptPage
from web.pages.parts import Play

_HERE = "/desk/episodes/{episode_id:str}/transcript"
_SHOWN = 60  # edits that are listed unless all are asked for


@get(_HERE, sync_to_thread=True)
def transcript(request: Request, episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """The transcript: `?turn=` opens the passage with that word, `?original=1` shows the machine's words."""
    asked = request.query_params
    page = _page(desk, episode_id, original="original" in asked, everything="all" in asked)
    first = _number(asked.get("turn", ""))
    holding = (one for one in page.passages if first is not None and one.first <= first < one.end)
    return desk.show(_opened(page, next(holding, None)))


@post(f"{_HERE}/words", sync_to_thread=True)
def words(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Makes a passage read as it was written here."""
    chosen = _chosen(episode_id, data)

    def act(here: Chosen, by: Actor) -> None:
        if desk.store.corrections.reword(here, data.get("text", ""), by):
            desk.note("correct words", f"{episode_id}: {here.was[:80]}")

    return _acted(desk, chosen, act, data.get("text", ""))


@post(f"{_HERE}/voice", sync_to_thread=True)
def voice(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives a turn to a speaker, from one of its words on: so it is split, if that is not its first."""
    chosen = _chosen(episode_id, data)
    begin = _number(data.get("from", "")) or 0

    def act(here: Chosen, by: Actor) -> None:
        turn = _turn(desk, here, begin)
        desk.store.corrections.give(turn, data.get("speaker", ""), by)
        desk.note("give to a voice", f"{episode_id}: {data.get('speaker', '')}: {turn.was[:80]}")

    return _acted(desk, chosen, act)


@post(f"{_HERE}/join", sync_to_thread=True)
def join(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Makes a turn part of the one before it."""
    chosen = _chosen(episode_id, data)

    def act(here: Chosen, by: Actor) -> None:
        desk.store.corrections.join(_turn(desk, here, 0), by)
        desk.note("join turns", f"{episode_id}: {here.was[:80]}")

    return _acted(desk, chosen, act)


@post(f"{_HERE}/rename", sync_to_thread=True)
def rename(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Gives a speaker another name, here or in the whole podcast."""
    old, new = data.get("old", ""), data.get("new", "")
    everywhere, joins = data.get("where") == "podcast", "joins" in data
    with desk.store.atomic():
        desk.store.corrections.rename(episode_id, old, new, _by(desk), everywhere=everywhere, joins=joins)
        desk.note("rename speaker", f"{episode_id}{' and all others' if everywhere else ''}: {old} → {new}")
    return desk.go(f"{links.transcribed(episode_id)}#voices")


@post(f"{_HERE}/undo", sync_to_thread=True)
def undo(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes an edit back, or its taking back."""
    with desk.store.atomic():
        desk.store.corrections.undo(episode_id, _number(data.get("edit", "")) or 0, _by(desk))
        desk.note("undo correction", f"{episode_id}: {data.get('edit', '')}")
    return desk.go(f"{links.transcribed(episode_id)}#edits")


@post(f"{_HERE}/revert", sync_to_thread=True)
def revert(episode_id: FromPath[str], desk: NamedDependency[Desk]) -> Response:
    """Takes every edit of the episode back."""
    with desk.store.atomic():
        number = desk.store.corrections.revert(episode_id, _by(desk))
        desk.note("undo all corrections", f"{episode_id}: {number}")
    return desk.go(f"{links.transcribed(episode_id)}#edits")


@post(f"{_HERE}/learn", sync_to_thread=True)
def learn(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Puts a name into the glossary."""
    with desk.store.atomic():
        desk.store.corrections.learn(data.get("name", ""), _by(desk))
        desk.note("add to glossary", data.get("name", ""))
    return desk.go(f"{links.transcribed(episode_id)}#glossary")


@post(f"{_HERE}/forget", sync_to_thread=True)
def forget(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Takes a name out of the glossary."""
    with desk.store.atomic():
        desk.store.corrections.forget(data.get("name", ""), _by(desk))
        desk.note("remove from glossary", data.get("name", ""))
    return desk.go(f"{links.transcribed(episode_id)}#glossary")


@post(f"{_HERE}/unmend", sync_to_thread=True)
def unmend(episode_id: FromPath[str], data: Form, desk: NamedDependency[Desk]) -> Response:
    """Puts one word back that the glossary mended."""
    start = _seconds(data.get("start", ""))
    if start is None:
        raise InvalidError("This is no time of a mended word.")
    with desk.store.atomic():
        desk.store.corrections.unmend(episode_id, start, data.get("name", ""), _by(desk))
        desk.note("undo mend", f"{episode_id}: {data.get('name', '')}")
    return desk.go(f"{links.transcribed(episode_id)}#glossary")


def _by(desk: Desk) -> Actor:
    return Actor(who=desk.user.name, at=desk.now)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _chosen(episode: str, data: dict[str, str]) -> Chosen:
    first, end = _number(data.get("first", "")), _number(data.get("end", ""))
    if first is None or end is None:
        raise InvalidError("It is not clear which words are meant. Reload the page and open the passage again.")
    start = _seconds(data.get("start", ""))
    return Chosen(episode=episode, first=first, end=end, was=data.get("was", ""), start=start)


def _turn(desk: Desk, here: Chosen, begin: int) -> Chosen:
    """The rest of the turn that words belong to, from their word number `begin` on."""
    found = _page(desk, here.episode).passages
    first = min(here.first + begin, here.end - 1)
    end = next(passages.turn_end(found, one) for one in found if one.first <= first < one.end)
    said = " ".join(one.text for one in found).split()
    return Chosen(episode=here.episode, first=first, end=end, was=" ".join(said[first:end]))


def _acted(desk: Desk, chosen: Chosen, act: Callable[[Chosen, Actor], None], text: str | None = None) -> Response:
    """Back to the passage, wherever it stands by now; where it reads otherwise, both are shown, to choose."""
    try:
        with desk.store.atomic():
            here = desk.store.corrections.found(chosen)
            act(here, _by(desk))
    except ChangedError as error:
        page = _page(desk, chosen.episode)
        return desk.show(_opened(page, passages.as_now(page.passages, chosen), text, error.message), 409)
    return desk.go(f"{links.transcribed(chosen.episode)}#w{here.first}")


def _page(desk: Desk, id: str, *, original: bool = False, everything: bool = False) -> TranscriptPage:
    episode = desk.store.feeds.episode(id)
    manuscript = desk.store.transcripts.manuscript(id)
    if manuscript is None:
        raise NotFoundError("transcript of", id)
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
        voices=passages.voices_of(manuscript.transcript),
        edits=edits if everything else edits[:_SHOWN],
        older=0 if everything else max(len(edits) - _SHOWN, 0),
        lost=lost,
        strays=tuple((one, theme_of(one.theme)) for one in desk.store.transcripts.strays(manuscript)),
        terms=corrections.terms(),
        offers=corrections.offers(),
        mended=corrections.mended(id),
    )


def _opened(
    page: TranscriptPage, passage: Passage | None, text: str | None = None, trouble: str = ""
) -> TranscriptPage:
    """The page with a passage open; what was written stays, even where none is left."""
    if passage is None or page.original:
        return replace(page, trouble=trouble, kept=text or "")
    return replace(page, open=Open(passage=passage, text=passage.text if text is None else text, trouble=trouble))


HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *(transcript, words, voice, join, rename, undo, revert),
    *(learn, forget, unmend),
)

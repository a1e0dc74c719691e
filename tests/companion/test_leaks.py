"""Ways by which words that were redacted or taken down could come back, each of them shut."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import OperationalError

import pytest
from samples import ONE, episode, moment
from sqlite_utils import Database

from companion.cuts import Talk
from companion.deciding import Act, Wish, changes
from companion.errors import InvalidError
from companion.moments import Moment, State, Why
from companion.reviews import Change, Review, Verdict
from companion.store import Store, Validators
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Word
from companion.users import Role, User

AT = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "Mark Miller from Berlin drinks again."
KIND = "I can see that it hurt you."


def said(*lines: tuple[float, str], timed: bool = True, id: str = ONE) -> Transcript:
    """Ben's lines, each from its second on, a word a second."""
    segments = []
    for start, text in lines:
        words = tuple(
            Word(start=start + n, end=start + n + 0.5, text=word, probability=0.9)
            for n, word in enumerate(text.split())
        )
        segments.append(Segment(start=start, end=words[-1].end, text=text, speaker="Ben", words=words if timed else ()))
    return Transcript(episode=id, source=Source.RECOGNISED, model="m", language="en", segments=tuple(segments))


def at(quote: str, start: float, end: float, **changes: object) -> Moment:
    return replace(moment(quote), span=Span(start=start, end=end), after="", **changes)  # type: ignore[arg-type]


def yes(one: Moment, seen: int = 0, verdict: Verdict = Verdict.ACCEPT) -> Change:
    return Change(review=Review(moment=one.id, verdict=verdict, reviewer="ann", at=AT, note=""), seen=seen)


def redact(store: Store, start: float, end: float) -> None:
    store.protection.redact(ONE, Span(start=start, end=end), reason="", who="Nora", at=AT)


@pytest.fixture
def public(store: Store, tmp_path: Path) -> Iterator[Store]:
    with Store.public(tmp_path / "companion.db") as seen:
        yield seen


def shown(public: Store, id: str = ONE) -> list[str]:
    return [clip.moment.quote for clip in public.moments.of_episode(id)]


def test_taking_an_act_back_brings_no_redacted_words_back(store: Store, public: Store) -> None:
    store.transcripts.save(said((0, KIND), (8, SECRET)))
    kind = at(KIND, 0, 6.6)
    store.moments.replace(ONE, "t", (kind,))
    talk = Talk(said((0, KIND), (8, SECRET)))
    for act, end in ((Act.EDGES, 14.0), (Act.ACCEPT, None), (Act.EDGES, 6.6)):
        wish = Wish(act=act, reviewer="ann", at=AT, title="", note="", exercise="", start=0.0, end=end)
        store.reviewing.decide(changes(wish, store.reviewing.case(kind.id), lambda: talk, None))
    redact(store, 7.9, 13.6)
    assert shown(public) == [KIND]
    store.reviewing.undo(ONE, "ann", AT)
    assert shown(public) == []
    store.protection.lift(ONE, store.protection.redactions(ONE)[0].key)
    assert shown(public) == [f"{KIND} {SECRET}"]


def test_a_redacted_moment_does_not_stand_in_the_way_of_taking_back(store: Store, public: Store) -> None:
    store.transcripts.save(said((0, KIND), (50, f"{KIND} So much.")))
    one, other = at(KIND, 0, 7), at(f"{KIND} So much.", 50, 59)
    store.moments.replace(ONE, "t", (one, other))
    store.reviewing.decide((yes(one, verdict=Verdict.REJECT),))
    store.reviewing.decide((yes(one, store.reviewing.case(one.id).seen), yes(other)))
    redact(store, 50, 58)
    assert store.reviewing.undo(ONE, "ann", AT) == (one.id,)
    assert store.reviewing.case(one.id).state is State.REJECTED
    assert store.reviewing.undo(ONE, "ann", AT) == (one.id,)
    assert store.reviewing.undoable(ONE, "ann") == 0


def test_an_undo_that_is_sent_twice_takes_back_once(store: Store) -> None:
    store.transcripts.save(said((0, KIND), (50, f"{KIND} So much.")))
    one, other = at(KIND, 0, 7), at(f"{KIND} So much.", 50, 59)
    store.moments.replace(ONE, "t", (one, other))
    store.reviewing.decide((yes(one),))
    store.reviewing.decide((yes(other),))
    assert store.reviewing.undo(ONE, "ann", AT, undoable=2) == (other.id,)
    assert store.reviewing.undo(ONE, "ann", AT, undoable=2) == ()
    assert store.reviewing.case(one.id).state is State.ACCEPTED


def test_a_verdict_whose_words_were_heard_elsewhere_since_quotes_none_that_are_taken_out(
    store: Store, public: Store
) -> None:
    store.transcripts.save(said((0, "So it goes."), (8, SECRET)))
    one = at(SECRET, 8, 13.5)
    store.moments.replace(ONE, "t", (one,))
    store.reviewing.decide((yes(one),))
    again = said((0, "So it goes."), (30, "Everyone in Berlin knows what such a man does."))
    store.transcripts.save(again)
    assert shown(public) == [SECRET]  # found nowhere, it stays as it was
    redact(store, 30, 40)
    assert shown(public) == []
    assert public.search.query("Berlin").total == 0
    made = store.transcripts.manuscript(ONE)
    assert made is not None
    assert [(stray.moment, stray.withheld) for stray in store.transcripts.strays(made)] == [(one.id, True)]
    store.protection.lift(ONE, store.protection.redactions(ONE)[0].key)
    assert shown(public) == [SECRET]
    assert [stray.withheld for stray in store.transcripts.strays(made)] == [False]


def test_where_no_word_has_a_time_a_redaction_takes_the_whole_line_and_its_moments(store: Store, public: Store) -> None:
    text = f"{KIND} {SECRET}"
    store.transcripts.save(said((0, text), timed=False))
    store.moments.replace(ONE, "t", (at(KIND, 0, 5),))
    redact(store, 9, 11)
    assert shown(public) == []
    told = public.transcripts.get(ONE)
    assert told is None or told.segments == ()


def test_reasons_do_not_quote_what_was_redacted_beside_them(store: Store, public: Store) -> None:
    store.transcripts.save(said((0, KIND), (8, "I can see why Mark hurt you.")))
    cue = "the cue “I can see why that hurt” heard as “I can see why Mark hurt”"
    why = Why(sentence=f"T{cue[1:]} (score 0.90)", parts=((cue, 1.0), ("the words “you”", 0.2)))
    exact = Why(
        sentence="The cue “I can see that it hurt” (score 0.80)", parts=(("the cue “I can see that it hurt”", 1.0),)
    )
    store.moments.replace(
        ONE, "t", (at(KIND, 0, 6.6, why=why), replace(at(KIND, 0, 6.6, why=exact), id="other", theme="leaning-in"))
    )
    redact(store, 8, 14)
    reasons = {clip.moment.theme: clip.moment.why for clip in public.moments.of_episode(ONE)}
    assert "Mark" not in str(reasons)
    assert reasons["validation"].parts == () and reasons["leaning-in"] == exact
    store.protection.lift(ONE, store.protection.redactions(ONE)[0].key)
    assert {clip.moment.theme: clip.moment.why for clip in public.moments.of_episode(ONE)}["validation"] == why


def test_a_reason_names_an_accepted_line_only_while_that_may_be_seen(store: Store, public: Store) -> None:
    two = episode("two")
    store.feeds.save(store.feeds.all()[0], (episode(), two), Validators(etag=None, modified=None))
    store.transcripts.save(said((0, f"{KIND} {SECRET}")))
    accepted = at(f"{KIND} {SECRET}", 0, 13)
    store.moments.replace(ONE, "t", (accepted,))
    store.reviewing.decide((yes(accepted),))
    store.transcripts.save(said((0, KIND), id=two.id))
    like = replace(at(KIND, 0, 7), id="like", episode=two.id)
    like = replace(like, why=Why(sentence="So (score 0.90)", parts=(("so", 1.0),), like=accepted.quote))
    store.moments.replace(two.id, "t", (like,))

    def reason() -> str:
        return public.moments.get("like").moment.why.told

    assert reason() == f"So (score 0.90); like the accepted “{accepted.quote}”"
    store.protection.take_down(ONE, reason="they asked", who="Nora", at=AT)
    assert reason() == "So (score 0.90)"
    store.protection.put_back(ONE)
    redact(store, 7, 14)
    assert reason() == "So (score 0.90)"
    assert store.decisions.all() == ()


def test_what_was_taken_down_stays_down_under_another_tagger_or_theme(store: Store, public: Store) -> None:
    line = "I can see that it hurt you so much, and it makes sense to me."
    store.transcripts.save(said((20, line)))
    first = at("I can see that it hurt you so much,", 20, 29)
    store.moments.replace(ONE, "t1", (first,))
    store.protection.take_down(first.id, reason="she asked", who="Nora", at=AT)
    longer = replace(at(line, 20, 34), id="longer", tagger="t2")
    other = replace(longer, id="other", theme="leaning-in")
    store.moments.replace(ONE, "t2", (longer, other))
    assert shown(public) == []
    assert [one.subject for one in store.protection.taken_down(ONE)] == [first.id]
    with pytest.raises(InvalidError, match="taken down"):
        store.reviewing.decide((replace(yes(other), made=other),))
    store.protection.put_back(first.id)
    assert shown(public) == [first.quote]


def test_old_proposals_do_not_rise_again_when_a_redaction_is_lifted(store: Store, public: Store) -> None:
    store.transcripts.save(said((0, KIND), (8, SECRET), (20, "Of course you were sad.")))
    old = replace(at(KIND, 0, 6.6), after=SECRET)
    store.moments.replace(ONE, "t1", (old,))
    redact(store, 8, 14)
    store.moments.replace(ONE, "t2", (replace(at("Of course you were sad.", 20, 25), tagger="t2"),))
    store.protection.lift(ONE, store.protection.redactions(ONE)[0].key)
    assert shown(public) == ["Of course you were sad."]


def test_a_note_on_a_rejection_keeps_the_theme_it_shows_instead(store: Store) -> None:
    store.transcripts.save(said((0, KIND)))
    one = at(KIND, 0, 7)
    store.moments.replace(ONE, "t", (one,))

    def do(act: Act, **given: object) -> None:
        wish = Wish(act=act, reviewer="ann", at=AT, exercise="", **{"title": "", "note": "", **given})  # type: ignore[arg-type]
        store.reviewing.decide(changes(wish, store.reviewing.case(one.id), lambda: Talk(said((0, KIND))), None))

    do(Act.THEME, theme="leaning-in")
    do(Act.WORDS, note="she asks")
    review = store.reviewing.case(one.id).review
    assert review is not None and (review.instead, review.note) == ("leaning-in", "she asks")
    do(Act.ACCEPT)
    review = store.reviewing.case(one.id).review
    assert review is not None and review.instead is None


def test_reasons_of_an_older_database_lose_the_lines_of_others(store: Store, tmp_path: Path) -> None:
    store.transcripts.save(said((0, KIND), (8, SECRET), (20, KIND)))
    old = Why(sentence=f"So (score 0.90); like the accepted “{SECRET}”", parts=(("so", 1.0),))
    near, far = replace(at(KIND, 0, 7, why=old), after=SECRET), replace(at(KIND, 20, 27, why=old), id="far")
    store.moments.replace(ONE, "t", (near, far))
    redact(store, 8, 14)
    store.close()
    file = Database(tmp_path / "companion.db")
    file.execute("delete from _sqlite_migrations where name = 'm015_reasons'")
    file.conn.commit()
    file.close()
    with Store.open(tmp_path / "companion.db") as again:
        assert {clip.moment.why.told for clip in again.moments.of_episode(ONE)} == {"So (score 0.90)"}
        again.protection.lift(ONE, again.protection.redactions(ONE)[0].key)
        assert {clip.moment.why.told for clip in again.moments.of_episode(ONE)} == {"So (score 0.90)"}


def test_what_the_public_sees_cannot_be_written_through_it_and_the_desks_door_can(store: Store, public: Store) -> None:
    for table in ("episodes", "moments", "transcripts", "media", "hidden"):
        with pytest.raises(OperationalError, match="view"):
            public._c.run(f"delete from {table}")
    nora = User(name="Nora", role=Role.PRODUCER)
    store.users.put(nora, "digest", AT)
    session = public.sessions.start(nora, AT)
    public.audit.note("Nora", "log in", "", AT)
    assert store.sessions.find(session, AT) == nora
    assert [deed.action for deed in store.audit.newest(limit=1)] == ["log in"]

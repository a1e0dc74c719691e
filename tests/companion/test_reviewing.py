"""Deciding: nothing is overwritten unseen, everything can be taken back, and the journal only grows."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from samples import ONE, moment, transcript

from companion.cuts import Talk
from companion.deciding import Act, Wish, changes, found
from companion.errors import InvalidError, NotFoundError, StaleError
from companion.moments import State
from companion.reviews import Verdict
from companion.store import Store
from companion.timecode import Span

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUOTE = "I can see that it hurt you."
TEXT = f"It was late. {QUOTE} And I am sorry. We can stop now."


@pytest.fixture
def talk(store: Store) -> Talk:
    said = transcript(text=TEXT)  # a word a second, from 10.0
    store.transcripts.save(said)
    store.moments.replace(ONE, "cues-1", (replace(moment(QUOTE), span=Span(start=13.0, end=19.5)),))
    return Talk(said)


ID = moment(QUOTE).id


def wish(act: Act, by: str = "ann", **given: object) -> Wish:
    return Wish(**{"act": act, "reviewer": by, "at": AT, "title": "", "note": "", "exercise": "", **given})  # type: ignore[arg-type]


def do(store: Store, talk: Talk, act: Act, by: str = "ann", id: str = ID, **given: object) -> tuple[int, ...]:
    return store.reviewing.decide(changes(wish(act, by, **given), store.reviewing.case(id), lambda: talk, 120.0))


def seen(store: Store) -> list[tuple[str, State, str, float, float, str]]:
    """What counts: theme, state, words, edges and title of each of the episode's moments."""
    return [
        (
            case.moment.theme,
            case.state,
            case.quote,
            case.span.start,
            case.span.end,
            case.review.title if case.review else "",
        )
        for case in store.reviewing.of_episode(ONE)
    ]


def test_everything_is_taken_back_step_by_step_down_to_the_proposal(store: Store, talk: Talk) -> None:
    states = [seen(store)]
    for act, given in (
        (Act.WIDEN, {}),
        (Act.NARROW_BACK, {}),
        (Act.WORDS, {"title": "The hurt counts"}),
        (Act.ACCEPT, {"title": "The hurt counts"}),
        (Act.SPLIT, {"start": 21.2, "title": "The hurt counts"}),
        (Act.THEME, {"theme": "leaning-in", "title": "The hurt counts"}),
        (Act.OPEN, {}),
    ):
        do(store, talk, act, **given)
        states.append(seen(store))
    assert all(one != other for one, other in pairwise(states))
    rows = store._c.one("select count(*) as n from reviews")
    for state in reversed(states[:-1]):
        store.reviewing.undo(ONE, "ann", AT)
        assert seen(store) == state
    after = store._c.one("select count(*) as n from reviews")
    assert rows is not None and after is not None and after["n"] == 2 * rows["n"]
    with pytest.raises(InvalidError, match="nothing of yours"):
        store.reviewing.undo(ONE, "ann", AT)
    assert [clip.state for clip in store.moments.find()] == [State.PROPOSED]
    assert store.decisions.all() == ()


def test_edges_move_by_sentences_and_to_words(store: Store, talk: Talk) -> None:
    do(store, talk, Act.WIDEN_BACK)
    assert store.reviewing.case(ID).quote == f"It was late. {QUOTE}"
    do(store, talk, Act.WIDEN)
    assert store.reviewing.case(ID).quote == f"It was late. {QUOTE} And I am sorry."
    do(store, talk, Act.NARROW_BACK)
    do(store, talk, Act.NARROW)
    assert store.reviewing.case(ID).quote == QUOTE
    do(store, talk, Act.NARROW)  # the last sentence stays
    assert store.reviewing.case(ID).quote == QUOTE
    do(store, talk, Act.START, start=14.7)  # in the silence after "can": the next word begins it
    assert store.reviewing.case(ID).span == Span(start=15.0, end=19.5)
    do(store, talk, Act.END, end=17.2)
    assert (store.reviewing.case(ID).quote, store.reviewing.case(ID).span.end) == ("see that it", 17.5)


def test_what_changes_nothing_is_no_act(store: Store, talk: Talk) -> None:
    for act in (Act.WORDS, Act.OPEN, Act.NARROW, Act.NARROW_BACK):
        assert do(store, talk, act) == ()
    do(store, talk, Act.ACCEPT)
    do(store, talk, Act.WIDEN_BACK)
    for act, given in ((Act.ACCEPT, {}), (Act.WIDEN_BACK, {}), (Act.EDGES, {"start": 10.0, "end": 19.5})):
        assert do(store, talk, act, **given) == ()
    assert store.reviewing.undoable(ONE, "ann") == 2
    do(store, talk, Act.NARROW, title="Late")  # the edge can't move, but this is new
    store.reviewing.undo(ONE, "ann", AT)
    store.reviewing.undo(ONE, "ann", AT)
    assert seen(store) == [("validation", State.ACCEPTED, QUOTE, 13.0, 19.5, "")]


def test_a_decision_nobody_saw_is_not_overwritten(store: Store, talk: Talk) -> None:
    old = store.reviewing.case(ID)
    do(store, talk, Act.REJECT, by="bob", note="He quotes her.")
    with pytest.raises(StaleError):
        store.reviewing.decide(changes(wish(Act.ACCEPT), old, lambda: talk, 120.0))
    assert (store.reviewing.case(ID).state, store.reviewing.case(ID).review.note) == (State.REJECTED, "He quotes her.")  # type: ignore[union-attr]


def test_two_who_decide_alike_do_not_disagree(store: Store, talk: Talk) -> None:
    old = store.reviewing.case(ID)
    (first,) = do(store, talk, Act.ACCEPT, by="bob", note="She means it.")
    assert store.reviewing.decide(changes(wish(Act.ACCEPT), old, lambda: talk, 120.0)) == (first,)
    with pytest.raises(StaleError):  # what they wrote would be lost
        store.reviewing.decide(changes(wish(Act.ACCEPT, note="A doubt."), old, lambda: talk, 120.0))
    review = store.reviewing.case(ID).review
    assert review is not None and (review.reviewer, review.note) == ("bob", "She means it.")


def test_what_is_written_on_the_way_to_another_theme_is_not_lost_where_its_moment_is_accepted_already(
    store: Store, talk: Talk
) -> None:
    do(store, talk, Act.THEME, by="bob", theme="leaning-in", title="Curious")
    do(store, talk, Act.OPEN, by="bob")  # the proposal is open again, the moment it was made into stays
    do(store, talk, Act.THEME, theme="leaning-in")  # with nothing of one's own, it stands already
    do(store, talk, Act.OPEN, note="A doubt.")
    before = seen(store)
    with pytest.raises(StaleError) as raised:
        do(store, talk, Act.THEME, theme="leaning-in", note="A doubt.")
    assert raised.value.moment == moment(QUOTE, theme="leaning-in").id  # both are shown what the other has said of it
    assert seen(store) == before
    review = store.reviewing.case(ID).review
    assert review is not None and review.note == "A doubt."
    do(store, talk, Act.THEME, by="bob", theme="leaning-in", note="She asks.")  # one's own may change
    assert [(clip.note, clip.state) for clip in store.moments.find(theme="leaning-in")] == [
        ("She asks.", State.ACCEPTED)
    ]


def test_an_act_whose_answer_was_lost_is_made_once(store: Store, talk: Talk) -> None:
    old = store.reviewing.case(ID)
    first = store.reviewing.decide(changes(wish(Act.ACCEPT), old, lambda: talk, 120.0))
    assert store.reviewing.decide(changes(wish(Act.ACCEPT), old, lambda: talk, 120.0)) == first
    theirs = changes(wish(Act.THEME, theme="resentment"), store.reviewing.case(ID), lambda: talk, 120.0)
    assert store.reviewing.decide(theirs) == store.reviewing.decide(theirs)
    assert len(store.reviewing.of_episode(ONE)) == 2


def test_taking_back_never_undoes_what_another_decided_since(store: Store, talk: Talk) -> None:
    do(store, talk, Act.ACCEPT)
    do(store, talk, Act.REJECT, by="bob")
    with pytest.raises(StaleError):
        store.reviewing.undo(ONE, "ann", AT)
    store.reviewing.undo(ONE, "bob", AT)
    case = store.reviewing.case(ID)
    assert case.review is not None and (case.review.reviewer, case.state) == ("ann", State.ACCEPTED)
    store.reviewing.undo(ONE, "ann", AT)
    assert store.reviewing.case(ID).state is State.PROPOSED


def test_another_theme_rejects_and_accepts_in_one_act_and_teaches_both(store: Store, talk: Talk) -> None:
    do(store, talk, Act.THEME, theme="leaning-in", title="Curious", note="She asks.")
    clip = store.moments.find(state=State.ACCEPTED)[0]
    assert (clip.moment.theme, clip.moment.quote, clip.title, clip.note) == (
        "leaning-in",
        QUOTE,
        "Curious",
        "She asks.",
    )
    taught = {(one.theme, one.verdict, one.instead) for one in store.decisions.all()}
    assert taught == {("validation", Verdict.REJECT, "leaning-in"), ("leaning-in", Verdict.ACCEPT, None)}


def test_a_missed_moment_is_made_of_selected_words_and_gone_when_taken_back(store: Store, talk: Talk) -> None:
    change = found(wish(Act.ACCEPT, theme="resentment"), ONE, talk.cut(20.0, 23.6))
    store.reviewing.decide((change,))
    assert [clip.moment.quote for clip in store.moments.find(theme="resentment")] == ["And I am sorry."]
    store.reviewing.undo(ONE, "ann", AT)
    with pytest.raises(NotFoundError):
        store.moments.get(change.review.moment)
    store.reviewing.decide((change,))
    assert store.moments.get(change.review.moment).state is State.ACCEPTED


@pytest.mark.parametrize(
    ("act", "given", "says"),
    [
        (Act.EDGES, {"start": 18.0, "end": 12.0}, "must end after it begins"),
        (Act.EDGES, {"start": -1.0, "end": 12.0}, "must end after it begins"),
        (Act.EDGES, {"start": 500.0, "end": 510.0}, "The recording ends at 2:00"),
        (Act.EDGES, {"start": 60.0, "end": 70.0}, r"Nothing is said after 0:2\d"),
        (Act.EDGES, {"start": 13.6, "end": 13.9}, "Nothing is said between"),
        (Act.EDGES, {"start": 13.0}, "at which time"),
        (Act.SPLIT, {"start": 3.0}, "cut it in two"),
        (Act.THEME, {"theme": "joy"}, "“joy” is none"),
        (Act.ACCEPT, {"title": "x" * 129}, "129 letters"),
        (Act.ACCEPT, {"note": "x" * 2001}, "2001 letters"),
        (Act.ACCEPT, {"exercise": "yoga"}, "no exercise “yoga”"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    store: Store, talk: Talk, act: Act, given: dict[str, object], says: str
) -> None:
    before = seen(store)
    with pytest.raises(InvalidError, match=says):
        do(store, talk, act, **given)
    assert seen(store) == before


def test_ten_thousand_words_are_too_many_for_a_moment() -> None:
    talk = Talk(transcript(text="word " * 10_000))
    with pytest.raises(InvalidError, match=r"10000 words, 2:46:49 long; a moment may last 3:00"):
        talk.cut(0.0, 10_009.5)


def test_the_same_words_elsewhere_are_another_moment_only_with_a_word_more(store: Store) -> None:
    said = transcript(text="Thank you. And again: Thank you.")
    store.transcripts.save(said)
    talk = Talk(said)
    for start, end, fault in ((10.0, 12.0, None), (14.0, 16.0, "theme, at 0:10")):
        change = found(wish(Act.ACCEPT, theme="validation"), ONE, talk.cut(start, end))
        if fault is None:
            store.reviewing.decide((change,))
        else:
            with pytest.raises(InvalidError, match=fault):
                store.reviewing.decide((change,))


def test_a_new_tagger_takes_only_what_nobody_has_touched(store: Store, talk: Talk) -> None:
    do(store, talk, Act.ACCEPT)
    store.reviewing.undo(ONE, "ann", AT)
    store.moments.replace(ONE, "cues-2", ())
    assert store.reviewing.of_episode(ONE) == ()
    store.moments.replace(ONE, "cues-3", (replace(moment(QUOTE), span=Span(start=13.0, end=19.5)),))
    do(store, talk, Act.WIDEN)
    store.moments.replace(ONE, "cues-4", ())
    assert [case.quote for case in store.reviewing.of_episode(ONE)] == [f"{QUOTE} And I am sorry."]

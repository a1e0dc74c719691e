"""Second opinions: given unseen, kept beside the verdict, compared, and settled by a review."""

from datetime import UTC, datetime, timedelta

import pytest
from samples import ONE, moment

from companion.errors import InvalidError, NotFoundError, StaleError
from companion.moments import State
from companion.opinions import Opinion
from companion.reviews import Change, Review, Verdict
from companion.store import Store
from companion.timecode import Span

DAY = datetime(2026, 3, 1, tzinfo=UTC)
FIRST, OTHER = moment(), moment("Thank you.", theme="leaning-in")
MOVED = Span(start=10.5, end=12.0)


@pytest.fixture
def decided(store: Store) -> Store:
    """Two moments that Ann has decided: one accepted with other edges, one rejected; and one that nobody has."""
    store.moments.replace(ONE, "cues-1", (FIRST, OTHER, moment("Nobody looked yet.")))
    store.moments.review(review(FIRST.id, Verdict.ACCEPT, span=MOVED, quote="I can see", title="Seen", note="clear"))
    store.moments.review(review(OTHER.id, Verdict.REJECT))
    return store


def review(id: str, verdict: Verdict, *, by: str = "Ann", **more: object) -> Review:
    return Review(**{"moment": id, "verdict": verdict, "reviewer": by, "at": DAY, "note": "", **more})  # type: ignore[arg-type]


def opinion(id: str, verdict: Verdict, *, by: str = "Ben", instead: str | None = None, day: int = 1) -> Opinion:
    return Opinion(moment=id, verdict=verdict, reviewer=by, at=DAY + timedelta(days=day), note="why", instead=instead)


def test_what_others_decided_is_offered_as_it_was_proposed(decided: Store) -> None:
    assert decided.opinions.waiting("Ben", limit=9) == tuple(sorted((FIRST, OTHER), key=lambda one: one.id))
    assert decided.opinions.unseen(FIRST.id, "Ben").span == FIRST.span != MOVED
    assert decided.opinions.left("Ben") == 2
    assert decided.opinions.left("Ann") == 0


def test_what_was_taken_back_or_found_by_a_person_is_not_offered(decided: Store) -> None:
    decided.reviewing.undo(ONE, "Ann", DAY)
    found = moment("It hurt.", theme="past-wounds")
    decided.reviewing.decide([Change(review=review(found.id, Verdict.ACCEPT), seen=0, made=found)])
    assert decided.opinions.waiting("Ben", limit=9) == (FIRST,)
    with pytest.raises(NotFoundError):
        decided.opinions.unseen(found.id, "Ben")


def test_an_opinion_is_no_verdict(decided: Store) -> None:
    before, version = decided.moments.get(FIRST.id), decided.version()
    given = opinion(FIRST.id, Verdict.REJECT)
    decided.opinions.give(given)
    assert decided.moments.get(FIRST.id) == before
    assert decided.version() == version
    assert len(decided.decisions.all()) == 2
    assert decided.opinions.mine(FIRST.id, "Ben") == given
    assert (decided.opinions.left("Ben"), decided.opinions.given("Ben")) == (1, 1)
    decided.moments.replace(ONE, "cues-2", ())
    assert decided.opinions.mine(FIRST.id, "Ben") == given


def test_who_may_not_give_one(decided: Store) -> None:
    undecided = moment("Nobody looked yet.")
    for wrong, error in (
        (opinion("gone", Verdict.ACCEPT), NotFoundError),
        (opinion(undecided.id, Verdict.ACCEPT), InvalidError),
        (opinion(FIRST.id, Verdict.ACCEPT, by="Ann"), InvalidError),
    ):
        with pytest.raises(error):
            decided.opinions.give(wrong)
    assert decided.opinions.pairs() == {}


def test_only_what_was_said_unseen_counts_as_agreement(decided: Store) -> None:
    decided.opinions.give(opinion(FIRST.id, Verdict.REJECT))
    decided.opinions.give(opinion(FIRST.id, Verdict.ACCEPT, day=2))
    decided.opinions.give(opinion(OTHER.id, Verdict.REJECT))
    assert decided.opinions.pairs() == {
        "validation": ((Verdict.ACCEPT, Verdict.REJECT),),
        "leaning-in": ((Verdict.REJECT, Verdict.REJECT),),
    }
    assert decided.opinions.disagreements() == ()  # a change of mind can end one


def test_two_who_reject_can_still_disagree_about_what_it_is(decided: Store) -> None:
    decided.moments.review(review(OTHER.id, Verdict.REJECT, instead="resentment"))
    decided.opinions.give(opinion(OTHER.id, Verdict.REJECT))
    assert decided.opinions.disagreements() == ()
    decided.opinions.give(opinion(OTHER.id, Verdict.REJECT, instead="past-wounds", day=2))
    assert [one.case.moment for one in decided.opinions.disagreements()] == [OTHER]


def test_settling_writes_the_final_review_and_keeps_what_people_did(decided: Store) -> None:
    decided.opinions.give(opinion(FIRST.id, Verdict.REJECT))
    (one,) = decided.opinions.disagreements()
    final = one.settled("Cleo", DAY, note="", on=None)
    decided.opinions.settle(final, seen=one.case.seen)
    assert decided.opinions.disagreements() == ()
    clip = decided.moments.get(FIRST.id)
    assert (clip.state, clip.moment.span, clip.title, clip.note) == (State.ACCEPTED, MOVED, "Seen", "clear")
    case = decided.reviewing.case(FIRST.id)
    assert case.review == final and final.reviewer == "Cleo"
    with pytest.raises(InvalidError, match="settled"):
        decided.opinions.give(opinion(FIRST.id, Verdict.REJECT, day=3))


def test_settling_on_the_other_side(decided: Store) -> None:
    given = opinion(OTHER.id, Verdict.ACCEPT)
    decided.opinions.give(given)
    (one,) = decided.opinions.disagreements()
    decided.opinions.settle(one.settled("Ann", DAY, note="", on=given), seen=one.case.seen)
    clip = decided.moments.get(OTHER.id)
    assert (clip.state, clip.note) == (State.ACCEPTED, "why")


def test_settling_what_somebody_else_has_just_settled_changes_nothing(decided: Store) -> None:
    decided.opinions.give(opinion(FIRST.id, Verdict.REJECT))
    (one,) = decided.opinions.disagreements()
    decided.opinions.settle(one.settled("Cleo", DAY, note="", on=one.opinions[0]), seen=one.case.seen)
    with pytest.raises(StaleError):
        decided.opinions.settle(one.settled("Dora", DAY, note="", on=None), seen=one.case.seen)
    assert decided.moments.get(FIRST.id).state is State.REJECTED


def test_a_settlement_that_is_taken_back_is_open_again(decided: Store) -> None:
    decided.opinions.give(opinion(FIRST.id, Verdict.REJECT))
    (one,) = decided.opinions.disagreements()
    decided.opinions.settle(one.settled("Cleo", DAY, note="", on=one.opinions[0]), seen=one.case.seen)
    decided.reviewing.undo(ONE, "Cleo", DAY)
    assert [again.review.verdict for again in decided.opinions.disagreements()] == [Verdict.ACCEPT]

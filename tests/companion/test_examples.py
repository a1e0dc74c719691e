"""A theme's moments as examples: the ladder, neighbours, what is new, and who leads the talk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import samples

from companion.feeds import Person
from companion.moments import Moment
from companion.reviews import Review, Verdict
from companion.store import Hosts, Store, Validators
from companion.transcripts import Transcript

OTHER = samples.episode("two").id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "companion.db") as store:
        keep(store, samples.episode(), samples.episode("two", season=2, published=datetime(2025, 11, 3, tzinfo=UTC)))
        yield store


def keep(store: Store, *episodes: object) -> None:
    store.feeds.save(samples.FEED, episodes, Validators(etag=None, modified=None))  # type: ignore[arg-type]


def tell(store: Store, *scores: float, episode: str = samples.ONE, speaker: str | None = None) -> list[Moment]:
    """Moments of these scores, put into an episode beside none."""
    made = [
        replace(
            samples.moment(score=score),
            id=f"{episode[-2:]}{score}{speaker or ''}",
            episode=episode,
            speaker=speaker,
        )
        for score in scores
    ]
    store.moments.replace(episode, "test", tuple(made))
    return made


def decide(store: Store, moment: Moment, verdict: Verdict, day: int = 1) -> None:
    at = datetime(2026, 1, day, tzinfo=UTC)
    store.moments.review(Review(moment=moment.id, verdict=verdict, reviewer="Ann", at=at, note=""))


def scores(store: Store, **asked: object) -> list[list[float]]:
    rungs = store.examples.ladder("validation", **{"each": 9, **asked})  # type: ignore[arg-type]
    return [[clip.moment.score for clip in rung.clips] for rung in rungs]


def test_the_ladder_goes_from_clear_to_subtle_reviewed_ones_first_on_each_rung(store: Store) -> None:
    made = tell(store, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
    decide(store, made[1], Verdict.ACCEPT)
    decide(store, made[5], Verdict.ACCEPT)
    decide(store, made[6], Verdict.REJECT)
    assert scores(store) == [[0.8, 0.9], [0.7, 0.6], [0.4, 0.5]]
    decide(store, made[6], Verdict.ACCEPT)  # the newest decision counts
    assert scores(store) == [[0.8, 0.9, 0.7], [0.6, 0.5], [0.4, 0.3]]


def test_a_rung_holds_no_more_than_asked_and_says_how_many_there_are(store: Store) -> None:
    tell(store, *(number / 10 for number in range(1, 10)))
    rungs = store.examples.ladder("validation", each=2)
    assert [(len(rung.clips), rung.total) for rung in rungs] == [(2, 3)] * 3
    assert scores(store, each=1) == [[0.9], [0.6], [0.3]]


def test_a_ladder_of_few_or_none(store: Store) -> None:
    assert scores(store) == [[], [], []]
    tell(store, 0.4)
    assert scores(store) == [[0.4], [], []]


def test_the_ladder_of_a_season_or_of_some_voices_keeps_its_rungs(store: Store) -> None:
    tell(store, 0.9, 0.4, speaker="Nora")
    tell(store, 0.8, 0.3, episode=OTHER, speaker="Tom")
    assert scores(store) == [[0.9, 0.8], [0.4], [0.3]]
    assert scores(store, season=2) == [[0.8], [], [0.3]]
    assert scores(store, names=["Nora"], by_names=True) == [[0.9], [0.4], []]
    assert scores(store, names=["Nora"], by_names=False) == [[0.8], [], [0.3]]
    assert scores(store, names=["Nora"], by_names=True, season=2) == [[], [], []]
    scope = store.examples.scope("validation")
    assert (scope.seasons, scope.speakers) == ((1, 2), {"Nora", "Tom"})


def test_a_voice_nobody_knows_is_neither_the_therapists_nor_a_partners(store: Store) -> None:
    tell(store, 0.9)
    assert scores(store, names=["Nora"], by_names=True) == scores(store, names=["Nora"], by_names=False)
    assert scores(store, names=["Nora"], by_names=False) == [[], [], []]
    assert store.examples.scope("validation").speakers == frozenset()


def test_neighbours_lead_through_all_moments_in_the_order_of_the_list(store: Store) -> None:
    made = tell(store, 0.9, 0.8, 0.7, 0.6, 0.5)
    twin = replace(made[2], id="twin")
    store.moments.replace(OTHER, "test", (replace(twin, episode=OTHER),))
    decide(store, made[1], Verdict.ACCEPT)
    decide(store, made[4], Verdict.ACCEPT)
    decide(store, made[3], Verdict.REJECT)
    order = [clip.moment.id for clip in store.moments.find(theme="validation")]
    assert len(order) == 5
    for place, id in enumerate(order):
        before, after = store.examples.neighbours(store.moments.get(id))
        assert (before.moment.id if before else None) == (order[place - 1] if place else None)
        assert (after.moment.id if after else None) == (order[place + 1] if place + 1 < len(order) else None)


def test_a_moment_alone_has_no_neighbours(store: Store) -> None:
    (made,) = tell(store, 0.9)
    assert store.examples.neighbours(store.moments.get(made.id)) == (None, None)
    decide(store, made, Verdict.ACCEPT)
    assert store.examples.neighbours(store.moments.get(made.id)) == (None, None)


def test_what_is_new_is_what_was_published_or_accepted_last(store: Store) -> None:
    first, rejected = tell(store, 0.9, 0.8)
    (later,) = tell(store, 0.7, episode=OTHER)
    decide(store, rejected, Verdict.REJECT)
    found = store.examples.newest(limit=5)
    assert [(one.clip.moment.id, one.since) for one in found] == [
        (later.id, datetime(2025, 11, 3, tzinfo=UTC)),
        (first.id, samples.episode().published),
    ]
    decide(store, first, Verdict.ACCEPT, day=7)
    newest = store.examples.newest("validation", limit=1)
    assert [(one.clip.moment.id, one.since) for one in newest] == [(first.id, datetime(2026, 1, 7, tzinfo=UTC))]
    assert store.examples.newest("resentment", limit=5) == ()


def test_what_is_new_without_a_day(store: Store) -> None:
    keep(store, samples.episode("two", published=None))
    (undated,) = tell(store, 0.7, episode=OTHER)
    assert [(one.clip.moment.id, one.since) for one in store.examples.newest(limit=5)] == [(undated.id, None)]


def test_the_hosts_are_those_the_feed_names(store: Store) -> None:
    couple = (Person(name="Mia", role="host"), Person(name="Tom", role="guest"))
    keep(store, samples.episode("two", persons=couple))
    assert store.voices.hosts() == Hosts(names=("Mia", "Nora"), named=True)


def heard(episode: str, *speakers: str | None) -> Transcript:
    one = samples.transcript()
    segments = tuple(replace(one.segments[0], speaker=speaker) for speaker in speakers)
    return replace(one, episode=episode, segments=segments)


def test_where_none_is_named_the_voice_of_every_couple_leads(store: Store) -> None:
    keep(store, samples.episode(persons=()), samples.episode("two", persons=()))
    assert store.voices.hosts() == Hosts(names=(), named=False)
    store.transcripts.save(heard(samples.ONE, "Dana", "Tom", "Nora", None))
    assert store.voices.hosts() == Hosts(names=(), named=False)  # any of the three
    store.transcripts.save(heard(OTHER, "Ines", "Nora", None, None))
    assert store.voices.hosts() == Hosts(names=("Nora",), named=False)


def test_one_voice_in_one_episode_is_no_therapist(store: Store) -> None:
    keep(store, samples.episode(persons=()), samples.episode("two", persons=()))
    store.transcripts.save(heard(samples.ONE, "Dana"))
    assert store.voices.hosts().names == ()

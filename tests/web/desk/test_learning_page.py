"""Learning at the desk: training on verdicts, old against new, versions, and proposing anew."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import podcast
import pytest
from entering import HERE, TOM, enter
from filelock import FileLock
from litestar.testing import TestClient
from test_overview import eventually

from companion.config import Settings
from companion.errors import ConflictError
from companion.moments import Moment, moment_id
from companion.retraining import Outcome, Retrained, last_training, open_shelf, retag, retrain
from companion.reviews import Review, Verdict
from companion.store import Store
from companion.tagging.learning import Comparison, Figures, measured
from web.app import create_app
from web.wording import day

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def teach(settings: Settings) -> Settings:
    """Twenty more verdicts on one theme, half of them yes: enough to be judged by."""
    with Store.open(settings.database) as store:
        (like,) = (clip.moment for clip in store.moments.find("validation", episode=podcast.SECOND))
        for number in range(20):
            quote = f"I can see it hurt you {number}" if number % 2 else f"What time is the train {number}"
            moment: Moment = replace(like, id=moment_id(like.episode, "validation", quote), quote=quote)
            verdict = Verdict.ACCEPT if number % 2 else Verdict.REJECT
            store.moments.add(moment, Review(moment=moment.id, verdict=verdict, reviewer="Nora", at=NOW, note=""))
    return settings


@pytest.fixture
def taught(own: Settings) -> Settings:
    return teach(own)


@pytest.fixture
def tom(taught: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(taught), base_url=HERE, raise_server_exceptions=False) as client:
        client.headers["x-csrf-token"] = enter(client, TOM)
        yield client


def test_before_anything_was_learnt(visitor: TestClient) -> None:
    enter(visitor, TOM)
    told = words(visitor.get("/desk/learning").text)
    assert "You have given 2 verdicts so far" in told
    assert "It has not been trained with your verdicts yet" in told
    assert "From the written examples alone in use ear-" in told
    assert "3 episodes have proposals by another version" in told


def test_the_button_trains_and_the_page_compares_old_with_new(
    tom: TestClient, taught: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.desk.learning._apart", lambda work, settings: work(settings))
    old = open_shelf(taught).in_use()
    with FileLock(taught.lock):
        answer = tom.post("/desk/learning/train", follow_redirects=False)
        assert answer.headers["location"] == "/desk/learning#doing"
        busy = words(tom.get("/desk/learning").text)
        assert "Learning from your verdicts: waits for its turn." in busy
        assert "Learn from the verdicts" not in busy
    eventually(lambda: "Learning from your verdicts: done" in tom.get("/desk/learning").text, seconds=60)
    done = last_training(taught)
    assert done is not None and done.old == old
    (row,) = [one for one in done.themes if one.theme == "validation"]
    assert (row.verdicts, row.held) == (21, 4)
    html = tom.get("/desk/learning").text
    assert len(re.findall('aria-labelledby="figures"', html)) == 1  # one name, one landmark
    told = words(html)
    assert re.search(r"Validation 21 4 too few to tell (–|[01]\.\d\d) → (–|[01]\.\d\d)", told)
    assert not re.search(r"\d (better|worse)", told)
    (judged,) = measured(done.themes)
    assert (
        "On the verdicts held back it was not worse than the one before, and was taken: the average AP of 1 theme that "
        f"can be measured stayed at {judged[1]:.2f}. These are few verdicts to go by"
    ) in told
    made = f"{day(datetime.now(UTC))}, "
    assert f"The last training made a new version, taught by 18 verdicts, on {made}" in told
    assert re.search(rf"Taught by 18 verdicts, {made}\d\d:\d\d UTC in use {done.new} no proposals", told)
    with Store.open(taught.database) as store:
        assert [deed.action for deed in store.audit.newest(limit=1)] == ["retrain"]


def test_enough_verdicts_tell_better_from_worse(
    tom: TestClient, taught: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = Figures(precision=0.5, recall=0.9, ap=0.9), Figures(precision=0.6, recall=0.9, ap=0.8)
    many = Comparison(theme="validation", verdicts=50, held=10, old=good, new=bad)
    few = Comparison(theme="leaning-in", verdicts=40, held=9, old=good, new=bad)
    last = Retrained(old="ear-a", new="ear-b", outcome=Outcome.WORSE, themes=(few, many))
    monkeypatch.setattr("web.desk.learning.last_training", lambda settings: last)
    told = words(tom.get("/desk/learning").text)
    assert "Leaning in 40 9 too few to tell 0.50 → 0.60 0.90 → 0.90 0.90 → 0.80 Validation" in told
    assert "Validation 50 10 0.50 → 0.60 better 0.90 → 0.90 0.90 → 0.80 worse" in told
    assert "it was worse than the one before, which stayed in use: the average AP of 2 themes that can be " in told
    assert "measured went from 0.90 to 0.80." in told
    assert "These are few" not in told


def test_why_the_themes_add_up_to_more(tom: TestClient, taught: Settings) -> None:
    retrain(taught)
    assert "another theme instead" not in words(tom.get("/desk/learning").text)
    with Store.open(taught.database) as store:
        (clip,) = store.moments.find("leaning-in", episode=podcast.SECOND)
        seen = Review(moment=clip.moment.id, verdict=Verdict.REJECT, reviewer="Nora", at=NOW, note="")
        store.moments.review(replace(seen, instead="validation"))
    told = words(tom.get("/desk/learning").text)
    assert "1 verdict names another theme instead, and counts for both themes" in told
    assert "What came since that training is not among these." in told
    done = retrain(taught)
    assert sum(one.verdicts for one in done.themes) == 23 + 1
    assert "What came since" not in words(tom.get("/desk/learning").text)


def test_when_a_version_was_made_stays_when_the_same_is_learnt_again(taught: Settings) -> None:
    name = retrain(taught).new
    file = taught.taggers / f"{name}.json"
    os.utime(file, (1_000_000, 1_000_000))
    retrain(taught)
    assert open_shelf(taught).made(name) == datetime(1970, 1, 12, 13, 46, 40, tzinfo=UTC)


def test_another_version_can_be_chosen(tom: TestClient, taught: Settings) -> None:
    built_in = open_shelf(taught).in_use()
    done = retrain(taught)
    assert done.outcome is Outcome.TAKEN
    assert open_shelf(taught).in_use() == done.new != built_in
    tom.post("/desk/learning/use", data={"version": built_in})
    assert open_shelf(taught).in_use() == built_in
    assert tom.post("/desk/learning/use", data={"version": "ear-none"}).status_code == 404
    assert open_shelf(taught).in_use() == built_in


def test_a_worse_tagger_is_kept_but_not_used(taught: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.retraining.better", lambda themes: False)
    before = open_shelf(taught).in_use()
    done = retrain(taught)
    assert (done.outcome, open_shelf(taught).in_use()) == (Outcome.WORSE, before)
    assert done.new in open_shelf(taught).names()
    assert last_training(taught) == done


def test_training_again_finds_nothing_new(taught: Settings) -> None:
    first = retrain(taught)
    second = retrain(taught)
    assert (second.outcome, second.old, second.new) == (Outcome.SAME, first.new, first.new)


def test_proposing_anew_replaces_proposals_and_never_verdicts(tom: TestClient, taught: Settings) -> None:
    used = open_shelf(taught).in_use()
    with Store.open(taught.database) as store:
        before = {clip.moment.id: clip for clip in store.moments.find(limit=None) if clip.state == "accepted"}
    tom.post("/desk/learning/tag")
    eventually(lambda: "Listening to the episodes again: done" in tom.get("/desk/learning").text)
    with Store.open(taught.database) as store:
        clips = store.moments.find(limit=None)
        assert {clip.moment.id: clip for clip in clips if clip.state == "accepted"} == before
        assert {clip.moment.tagger for clip in clips if clip.state == "proposed"} == {used}
        assert store.moments.tagged_by(podcast.SECOND) == used
        assert store.moments.tagged_by(podcast.SILENT) is None
    told = words(tom.get("/desk/learning").text)
    assert "Propose anew" not in told
    assert retag(taught).episodes == 0


def test_not_beside_an_ingest(taught: Settings) -> None:
    with FileLock(taught.lock), pytest.raises(ConflictError, match="ingest is at work"):
        retag(taught)

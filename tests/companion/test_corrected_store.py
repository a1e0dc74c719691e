"""Correcting in the store: what is read and searched follows at once, and nothing of a person's work is lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from samples import FEED, ONE, episode, moment
from talk import heard_again, talk

from companion.corrections import Reworded
from companion.draft import Draft, all_words
from companion.errors import InvalidError, NotFoundError
from companion.moments import State, moment_id
from companion.reviews import Review, Verdict
from companion.store import Actor, ChangedError, Chosen, Store, Validators
from companion.timecode import Span
from companion.transcripts import Source, Transcript

ANN = Actor(who="Ann", at=datetime(2026, 3, 1, tzinfo=UTC))
TWO = episode("two").id


def spoken(lines: int = 40, id: str = ONE) -> Transcript:
    return replace(talk(lines), episode=id)


def chosen(store: Store, first: int, end: int, id: str = ONE) -> Chosen:
    made = store.transcripts.manuscript(id)
    assert made is not None
    was = " ".join(word.text for word in all_words(made.transcript)[first:end])
    return Chosen(episode=id, first=first, end=end, was=was)


def read(store: Store, id: str = ONE) -> str:
    said = store.transcripts.get(id)
    assert said is not None
    return " ".join(segment.text for segment in said.segments)


def test_a_correction_is_read_and_found_at_once_and_the_original_stays(store: Store) -> None:
    original = spoken()
    store.transcripts.save(original)
    store.moments.replace(ONE, "cues-1", ())
    before = store.version()
    assert store.corrections.reword(chosen(store, 3, 4), "Zanzibar", ANN) == 1
    assert store.version() == before + 1
    assert "Zanzibar" in read(store)
    assert store.search.query("zanzibar").total == 1
    assert [known.word for known in store.search._vocabulary.beginning("zanz", 5)] == ["zanzibar"]
    current = store.transcripts.get(ONE)
    assert current is not None and current.source is Source.EDITED
    assert store.transcripts.original(ONE) == store.transcripts.get(ONE, Source.RECOGNISED) == original
    assert store.transcripts.sources(ONE) == {Source.RECOGNISED}
    assert store.moments.tagged_by(ONE) == "cues-1"


def test_taken_back_everything_is_as_the_machine_wrote_it(store: Store) -> None:
    original = spoken()
    store.transcripts.save(original)
    store.corrections.reword(chosen(store, 3, 6), "Zanzibar is far", ANN)
    store.corrections.rename(ONE, "Dana", "Dana Wolf", ANN, everywhere=False)
    assert store.corrections.revert(ONE, ANN) == 2
    assert store.transcripts.get(ONE) == original
    assert store.search.query("zanzibar").total == 0
    assert len(store.corrections.journal(ONE)) == 4
    store.corrections.undo(ONE, store.corrections.journal(ONE)[3].key, ANN)  # the taking back of the first
    assert "Zanzibar" in read(store)
    with pytest.raises(NotFoundError):
        store.corrections.undo(ONE, 999, ANN)


def test_the_journal_says_who_and_when_and_only_grows(store: Store) -> None:
    store.transcripts.save(spoken())
    store.corrections.reword(chosen(store, 3, 4), "Zanzibar", ANN)
    (line,) = store.corrections.journal(ONE)
    assert (line.by, line.at, line.episode) == ("Ann", ANN.at, ONE)
    assert isinstance(line.edit, Reworded)
    assert line.edit.new == ("Zanzibar",)
    store.corrections.undo(ONE, line.key, replace(ANN, who="Ben"))
    assert [one.by for one in store.corrections.journal(ONE)] == ["Ann", "Ben"]


def test_words_that_somebody_else_has_changed_are_not_overwritten(store: Store) -> None:
    store.transcripts.save(spoken())
    seen = chosen(store, 0, 8)
    store.corrections.reword(chosen(store, 3, 4), "Zanzibar", ANN)
    with pytest.raises(ChangedError, match="Nothing was overwritten"):
        store.corrections.reword(seen, "something else", ANN)
    assert "something else" not in read(store)
    assert len(store.corrections.journal(ONE)) == 1


def test_chosen_words_are_found_again_by_their_time_or_where_they_are_sure(store: Store) -> None:
    store.transcripts.save(heard_with(spoken(), (40, 90), "Yeah."))
    made = store.transcripts.manuscript(ONE)
    assert made is not None
    first, other = (replace(chosen(store, at, at + 1), start=all_words(made.transcript)[at].start) for at in (40, 90))
    long = chosen(store, 60, 72)
    store.corrections.reword(chosen(store, 3, 4), "three more words", ANN)
    assert store.corrections.found(other) == replace(other, first=92, end=93)
    assert store.corrections.found(long) == replace(long, first=62, end=74)  # said nowhere else
    with pytest.raises(ChangedError):  # two places, and nothing that tells which
        store.corrections.reword(replace(other, start=None), "No.", ANN)
    store.corrections.reword(first, "No.", ANN)
    with pytest.raises(ChangedError):  # the only other one is not the one that was meant
        store.corrections.reword(first, "Never.", ANN)
    assert read(store).count("Yeah.") == 1 and "Never." not in read(store)


def test_what_cannot_be_done_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.corrections.reword(Chosen(episode=ONE, first=0, end=1, was="x"), "y", ANN)
    store.transcripts.save(spoken())
    with pytest.raises(InvalidError, match="Write the name"):
        store.corrections.rename(ONE, "Dana", " ", ANN, everywhere=False)
    with pytest.raises(InvalidError, match="at most 60"):
        store.corrections.give(chosen(store, 0, 3), "x" * 61, ANN)
    with pytest.raises(ChangedError):
        store.corrections.reword(Chosen(episode=ONE, first=9000, end=9001, was=""), "y", ANN)


def test_a_speaker_is_renamed_in_one_episode_or_in_all_and_in_those_that_come(store: Store) -> None:
    store.feeds.save(FEED, (episode("two"), episode("three")), Validators(etag=None, modified=None))
    store.transcripts.save(spoken())
    store.transcripts.save(spoken(id=TWO))
    store.corrections.rename(ONE, "Tom", "Thomas", ANN, everywhere=False)
    store.corrections.rename(ONE, "Dana", "Dana Wolf", ANN, everywhere=True)
    store.transcripts.save(spoken(id=episode("three").id))

    def voices(id: str) -> set[str | None]:
        said = store.transcripts.get(id)
        assert said is not None
        return {segment.speaker for segment in said.segments}

    assert voices(ONE) == {"Nora", "Dana Wolf", "Thomas"}
    assert voices(TWO) == voices(episode("three").id) == {"Nora", "Dana Wolf", "Tom"}
    store.corrections.undo(TWO, store.corrections.journal(TWO)[0].key, ANN)
    assert voices(ONE) == {"Nora", "Dana", "Thomas"}
    assert voices(TWO) == {"Nora", "Dana", "Tom"}


def test_a_new_transcription_keeps_corrections_verdicts_and_says_what_it_lost(store: Store) -> None:
    original = spoken(200)
    store.transcripts.save(original)
    words = all_words(original)
    line = original.segments[50]
    first = sum(len(segment.words) for segment in original.segments[:50])
    for at in range(40, 1200, 60):
        store.corrections.reword(chosen(store, at, at + 1), f"Zebra{at}", ANN)
    judged = replace(
        moment(line.text),
        span=Span(start=line.start, end=line.end),
        before=" ".join(word.text for word in words[first - 10 : first]),
        after=original.segments[51].text,
        speaker=line.speaker,
    )
    store.moments.add(judged, accepted(judged.id))
    again = heard_again(original, wrong=0.1, seed=11, advert=30.0)
    store.transcripts.save(again)
    lost = store.transcripts.manuscript(ONE).lost  # type: ignore[union-attr]
    assert sum(f"Zebra{at}" in read(store) for at in range(40, 1200, 60)) + len(lost) == 20
    assert len(lost) <= 1
    (clip,) = store.moments.of_episode(ONE)
    assert clip.state is State.ACCEPTED
    assert clip.moment.id == judged.id
    assert clip.moment.span.start == pytest.approx(line.start + 40, abs=1.5)
    assert clip.moment.quote in read(store)
    store.transcripts.save(spoken(1))
    made = store.transcripts.manuscript(ONE)
    assert made is not None and len(made.lost) == 20
    assert [one.moment for one in store.transcripts.strays(made)] == [judged.id]
    store.transcripts.save(original)
    made = store.transcripts.manuscript(ONE)
    assert made is not None and made.lost == () and store.transcripts.strays(made) == ()


def accepted(id: str, **changes: object) -> Review:
    values = {"moment": id, "verdict": Verdict.ACCEPT, "reviewer": "Ann", "at": ANN.at, "note": "", **changes}
    return Review(**values)  # type: ignore[arg-type]


def test_the_words_of_moments_follow_a_correction_and_its_taking_back(store: Store) -> None:
    original = spoken()
    store.transcripts.save(original)
    line, other = original.segments[4], original.segments[8]
    proposal = replace(moment(line.text), span=Span(start=line.start, end=line.end), speaker=line.speaker)
    cut = replace(moment(other.text), span=Span(start=other.start, end=other.end))
    store.moments.replace(ONE, "cues-1", (proposal, cut))
    part = " ".join(other.text.split()[:4])
    edge = Span(start=other.start, end=other.words[3].end)
    store.moments.review(accepted(cut.id, span=edge, quote=part))
    first = sum(len(segment.words) for segment in original.segments[:4])
    second = sum(len(segment.words) for segment in original.segments[:8])
    store.corrections.reword(chosen(store, second + 1, second + 2), "Zanzibar", ANN)
    store.corrections.reword(chosen(store, first + 2, first + 3), "Timbuktu", ANN)
    store.corrections.rename(ONE, str(line.speaker), "Somebody Else", ANN, everywhere=False)
    followed = store.moments.get(proposal.id).moment
    assert "Timbuktu" in followed.quote and followed.quote in read(store)
    assert followed.speaker == "Somebody Else"
    assert "Zanzibar" in store.moments.get(cut.id).moment.quote
    assert store.reviewing.case(cut.id).quote == store.moments.get(cut.id).moment.quote
    assert store.search.query("timbuktu").total >= 1
    store.corrections.revert(ONE, ANN)
    assert store.moments.get(proposal.id).moment == replace(proposal, before="", after=followed.after)
    assert store.moments.get(cut.id).moment.quote == part


def test_the_words_beside_a_moment_follow_their_own_corrections(store: Store) -> None:
    original = spoken()
    store.transcripts.save(original)
    line, above, below = (original.segments[at] for at in (4, 3, 5))
    told = replace(
        moment(line.text),
        span=Span(start=line.start, end=line.end),
        speaker=line.speaker,
        before=above.text,
        after=below.text,
    )
    store.moments.replace(ONE, "cues-1", (told,))
    first = sum(len(segment.words) for segment in original.segments[:4])
    store.corrections.reword(chosen(store, first - 1, first), "Timbuktu.", ANN)
    now = store.moments.get(told.id).moment
    assert now.before == f"{above.text.rpartition(' ')[0]} Timbuktu."
    assert (now.quote, now.span, now.after) == (told.quote, told.span, told.after)
    store.corrections.revert(ONE, ANN)
    assert store.moments.get(told.id).moment == told
    store.moments.review(
        accepted(told.id, span=Span(start=line.start, end=below.end), quote=f"{line.text} {below.text}")
    )
    assert (store.moments.get(told.id).moment.before, store.moments.get(told.id).moment.after) == ("", "")


def test_a_judged_moment_is_not_proposed_again_because_its_words_were_corrected(store: Store) -> None:
    store.transcripts.save(spoken())
    store.moments.replace(ONE, "cues-1", (moment(),))
    store.moments.review(accepted(moment().id))
    corrected = replace(moment("I can see that it hurts you."), score=0.9)
    assert corrected.id == moment_id(ONE, "validation", "I can see that it hurts you.") != moment().id
    store.moments.replace(ONE, "cues-2", (corrected, replace(corrected, id="other", theme="leaning-in")))
    assert {clip.moment.id for clip in store.moments.of_episode(ONE)} == {moment().id, "other"}


def test_redacted_words_stay_out_of_everything_whatever_is_corrected(store: Store) -> None:
    original = spoken()
    store.transcripts.save(original)
    line = original.segments[5]
    first = sum(len(segment.words) for segment in original.segments[:5])
    store.corrections.reword(chosen(store, first + 1, first + 2), "Zanzibar", ANN)
    span = Span(start=line.start, end=line.end)
    store.protection.redact(ONE, span, reason="a name", who="Ann", at=ANN.at)
    assert "Zanzibar" not in read(store)
    assert store.search.query("zanzibar").total == 0
    store.corrections.reword(chosen(store, 0, 1), "Timbuktu", ANN)
    assert "Timbuktu" in read(store) and "Zanzibar" not in read(store)
    store.protection.lift(ONE, store.protection.redactions(ONE)[0].key)
    assert "Zanzibar" in read(store)


def test_the_glossary_mends_old_and_new_episodes_and_each_mend_can_be_taken_back(store: Store) -> None:
    store.feeds.save(FEED, (episode("two"),), Validators(etag=None, modified=None))
    store.transcripts.save(spoken())
    for at in (30, 90):
        store.corrections.reword(chosen(store, at, at + 1), "Priscila", ANN)
    mend_me = read(store)
    assert mend_me.count("Priscila") == 2
    assert store.corrections.offers() == ()  # it was an ordinary word each time
    store.transcripts.save(heard_with(spoken(id=TWO), (30, 90), "Priscila"))
    for at in (30, 90):
        store.corrections.reword(chosen(store, at, at + 1, TWO), "Priscilla", ANN)
    (offer,) = store.corrections.offers()
    assert (offer.name, offer.heard, offer.times) == ("Priscilla", ("Priscila",), 2)
    store.corrections.revert(TWO, ANN)
    store.corrections.learn("Priscilla", ANN)
    assert read(store, TWO).count("Priscilla") == 2
    first, second = store.corrections.mended(TWO)
    assert (first.mend.heard, first.mend.name) == ("Priscila", "Priscilla")
    store.corrections.unmend(TWO, first.mend.start, "Priscilla", ANN)
    assert (read(store, TWO).count("Priscilla"), read(store, TWO).count("Priscila ")) == (1, 1)
    assert store.corrections.mended(TWO)[1] == second
    with pytest.raises(InvalidError, match="already"):
        store.corrections.learn("Priscilla", ANN)
    with pytest.raises(InvalidError, match="single word"):
        store.corrections.learn("the whole sentence", ANN)
    store.corrections.forget("Priscilla", ANN)
    assert read(store, TWO).count("Priscilla") == 0
    assert store.corrections.names() == ()
    with pytest.raises(NotFoundError):
        store.corrections.forget("Priscilla", ANN)


def test_a_name_heard_wrong_three_times_in_one_episode_is_offered(store: Store) -> None:
    store.transcripts.save(heard_with(heard_with(spoken(), (30, 60), "Juli"), (90,), "Julee,"))
    for at, name in ((30, "Julie"), (60, "Julie"), (90, "Julie,")):
        store.corrections.reword(chosen(store, at, at + 1), name, ANN)
    (offer,) = store.corrections.offers()
    assert (offer.name, offer.heard, offer.times) == ("Julie", ("Julee", "Juli"), 3)


def heard_with(transcript: Transcript, places: tuple[int, ...], word: str) -> Transcript:
    draft = Draft(transcript)
    for at in places:
        draft.reword(at, at + 1, [word])
    return replace(draft.transcript(), source=Source.RECOGNISED)

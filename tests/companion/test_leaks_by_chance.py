"""Hundreds of acts at the desk in an order nobody thought of: no word that is taken out at the end of one is public."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from samples import ONE

from companion.cuts import Talk
from companion.deciding import Act, Wish, changes
from companion.draft import all_words
from companion.errors import CompanionError
from companion.moments import Moment, Why, moment_id
from companion.store import Store
from companion.store.corrections import Actor, Chosen
from companion.store.search import parse
from companion.themes import themes
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript, Word

STEPS = 100
EDGES = (Act.EDGES, Act.WIDEN, Act.WIDEN_BACK, Act.NARROW, Act.NARROW_BACK, Act.SPLIT)
VERDICTS = (Act.ACCEPT, Act.ACCEPT, Act.REJECT, Act.THEME, Act.OPEN)


class Desk:
    """People at work on one episode whose every word is said but once, so that none of them can be mistaken."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.dice = random.Random(seed)
        words = ["".join(letters) for letters in product("bdfgklm", "aeiou", "nprstvz", "aeiou", "bdgk")]
        self.dice.shuffle(words)
        self.words = iter(words)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.versions = 0
        self.heard = Transcript(
            episode=ONE, source=Source.RECOGNISED, model="m", language="en", segments=tuple(self._talk())
        )
        store.transcripts.save(self.heard)
        self.tag()

    def _talk(self) -> Iterator[Segment]:
        at = 2.0
        for _ in range(20):
            said = []
            for _ in range(self.dice.randint(4, 9)):
                said.append(Word(start=at, end=at + 0.5, text=next(self.words), probability=0.9))
                at += 0.8
            yield self._segment(said, self.dice.choice(["Dana", "Tom"]))
            at += self.dice.choice([0.3, 2.5])

    def _segment(self, words: list[Word], speaker: str | None) -> Segment:
        text = " ".join(word.text for word in words)
        return Segment(start=words[0].start, end=words[-1].end, text=text, speaker=speaker, words=tuple(words))

    def _somebody(self) -> Actor:
        self.now += timedelta(seconds=1)
        return Actor(who=self.dice.choice(["Ann", "Ben"]), at=self.now)

    def _stretch(self) -> Span:
        start = self.dice.uniform(0, 120)
        return Span(start=start, end=start + self.dice.uniform(0.3, 12))

    def _said(self) -> Transcript:
        said = self.store.transcripts.get(ONE)
        assert said is not None
        return said

    def _chosen(self) -> Chosen:
        words = all_words(self._said())
        first = self.dice.randrange(len(words))
        some = words[first : first + self.dice.randint(1, 4)]
        was = " ".join(word.text for word in some)
        return Chosen(episode=ONE, first=first, end=first + len(some), start=some[0].start, was=was)

    def tag(self) -> None:
        """A tagger proposes anew, and quotes what stands beside in its reasons."""
        self.versions += 1
        segments = self._said().segments
        made = {}
        for _ in range(8):
            at = self.dice.randrange(len(segments))
            some, theme = segments[at : at + self.dice.choice([1, 1, 2])], self.dice.choice(list(themes()))
            quote = " ".join(one.text for one in some)
            near = f"the cue “{segments[at - 1].text}”"
            made[moment_id(ONE, theme, quote)] = Moment(
                id=moment_id(ONE, theme, quote),
                episode=ONE,
                theme=theme,
                span=Span(start=some[0].start, end=some[-1].end),
                quote=quote,
                speaker=some[0].speaker,
                before=" ".join(one.text for one in segments[max(0, at - 2) : at]),
                after=" ".join(one.text for one in segments[at + len(some) : at + len(some) + 2]),
                score=0.5,
                why=Why(sentence=f"T{near[1:]} (score 0.50)", parts=((near, 1.0),)),
                tagger=f"t-{self.versions}",
            )
        self.store.moments.replace(ONE, f"t-{self.versions}", tuple(made.values()))

    def redact(self) -> None:
        self.store.protection.redact(ONE, self._stretch(), reason="", who="Nora", at=self.now)

    def start_later(self) -> None:
        opening = Span(start=0, end=self.dice.uniform(0.5, 10))
        self.store.protection.redact(ONE, opening, reason="", who="Nora", at=self.now, opening=True)

    def lift(self) -> None:
        if found := self.store.protection.redactions(ONE):
            self.store.protection.lift(ONE, self.dice.choice(found).key)

    def reword(self) -> None:
        text = " ".join(next(self.words) for _ in range(self.dice.randint(0, 4)))
        self.store.corrections.reword(self._chosen(), text, self._somebody())

    def give(self) -> None:
        self.store.corrections.give(self._chosen(), self.dice.choice(["Dana", "Tom", "Ruth"]), self._somebody())

    def join(self) -> None:
        self.store.corrections.join(self._chosen(), self._somebody())

    def undo_a_correction(self) -> None:
        if journal := self.store.corrections.journal(ONE):
            self.store.corrections.undo(ONE, self.dice.choice(journal).key, self._somebody())

    def revert(self) -> None:
        self.store.corrections.revert(ONE, self._somebody())

    def transcribe_again(self) -> None:
        """Some words are not heard any more, some as others, and all may come later."""
        later, segments = self.dice.choice([0.0, 0.0, 5.0]), []
        for segment in self.heard.segments:
            words = [
                Word(
                    start=word.start + later,
                    end=word.end + later,
                    text=word.text if self.dice.random() > 0.08 else next(self.words),
                    probability=0.9,
                )
                for word in segment.words
                if self.dice.random() > 0.05
            ]
            if words:
                segments.append(self._segment(words, segment.speaker))
        self.heard = Transcript(
            episode=ONE, source=Source.RECOGNISED, model="m", language="en", segments=tuple(segments)
        )
        self.store.transcripts.save(self.heard)

    def _review(self, act: Act) -> None:
        cases = self.store.reviewing.of_episode(ONE)
        if not cases:
            return
        case, somebody, stretch, talk = self.dice.choice(cases), self._somebody(), self._stretch(), Talk(self._said())
        start = (case.span.start + case.span.end) / 2 if act is Act.SPLIT else stretch.start
        wish = Wish(
            act=act,
            reviewer=somebody.who,
            at=somebody.at,
            title="",
            note="",
            exercise="",
            theme=self.dice.choice(list(themes())),
            start=start,
            end=stretch.end,
        )
        self.store.reviewing.decide(changes(wish, case, lambda: talk, None))

    def decide(self) -> None:
        self._review(self.dice.choice(VERDICTS))

    def move_edges(self) -> None:
        self._review(self.dice.choice(EDGES))

    def undo_a_review(self) -> None:
        somebody = self._somebody()
        self.store.reviewing.undo(ONE, somebody.who, somebody.at)

    def take_down(self) -> None:
        if cases := self.store.reviewing.of_episode(ONE):
            self.store.protection.take_down(self.dice.choice(cases).moment.id, reason="x", who="Nora", at=self.now)

    def put_back(self) -> None:
        if down := self.store.protection.taken_down(ONE):
            self.store.protection.put_back(self.dice.choice(down).subject)

    def secret(self) -> set[str]:
        """The words that are taken out now: as they were heard, and as they were corrected."""
        spans = [one.span for one in self.store.protection.redactions(ONE)]
        manuscript = self.store.transcripts.manuscript(ONE)
        assert manuscript is not None
        words = all_words(manuscript.transcript) + all_words(manuscript.original)
        out = [any(span.start <= (word.start + word.end) / 2 < span.end for span in spans) for word in words]
        gone = {word.text for word, is_out in zip(words, out, strict=True) if is_out}
        return gone - {word.text for word in all_words(self._said())}


def told(public: Store, secret: set[str]) -> Iterator[str]:
    """All that the public can read of the episode, and what it finds when it asks for what it may not know."""
    said = public.transcripts.get(ONE)
    for segment in said.segments if said else ():
        yield f"{segment.text} {' '.join(word.text for word in segment.words)}"
    for clip in public.moments.of_episode(ONE):
        moment = clip.moment
        yield f"{moment.quote} {moment.before} {moment.after} {moment.why} {clip.title} {clip.note}"
    for word in sorted(secret)[:10]:
        yield " ".join(hit.text for hit in public.search.query(f'"{word}"').hits)
        yield " ".join(public.search.suggest(parse(word[:4]))[0])
        yield str(public.search.spelt(parse(f"{word[:-1]}x")))


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_acts_lets_out_what_is_taken_out(store: Store, tmp_path: Path, seed: int) -> None:
    desk = Desk(store, seed)
    acts = [desk.redact] * 4 + [desk.reword] * 4 + [desk.decide] * 4 + [desk.move_edges] * 3 + [desk.undo_a_review] * 2
    acts += [desk.lift, desk.tag, desk.transcribe_again, desk.undo_a_correction] * 2
    acts += [desk.start_later, desk.give, desk.join, desk.revert, desk.take_down, desk.put_back]
    done = []
    for _ in range(STEPS):
        act = desk.dice.choice(acts)
        done.append(act.__name__)
        try:
            act()
        except CompanionError:
            done.append("(refused)")
        secret = desk.secret()
        with Store.public(tmp_path / "companion.db") as public:
            for text in told(public, secret):
                assert not secret & set(re.findall(r"[a-z]+", text)), (done, text)
            shown = {clip.moment.id for clip in public.moments.of_episode(ONE)}
            assert not shown & {one.subject for one in store.protection.taken_down(ONE)}, done

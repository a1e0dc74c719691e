"""Alignment of published text with recognised words, under the damage that real recordings and recognisers do."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from companion.transcripts import Segment, Source, Transcript, Word
from ingest.align import align

Times = list[tuple[float, float]]


def talk(count: int, seed: int) -> list[str]:
    """Words as frequent as in speech (Zipf), from one vocabulary whatever the seed, so that episodes resemble."""
    letters = random.Random(0)
    vocabulary = ["".join(letters.choices("etaoinshrdlu", k=1 + n.bit_length() // 2)) for n in range(1, 3000)]
    weights = [1 / rank for rank in range(1, 3000)]
    return random.Random(seed).choices(vocabulary, weights, k=count)


def publish(words: Sequence[str], *, sentence: int = 10) -> Transcript:
    """Capitals, full stops and two speakers in turn; times that are no use."""
    segments = []
    for start in range(0, len(words), sentence):
        text = " ".join(words[start : start + sentence]).capitalize() + "."
        segments.append(Segment(start=0, end=1, text=text, speaker="AB"[start // sentence % 2], words=()))
    return Transcript(episode="x", source=Source.PUBLISHED, model="vtt", language=None, segments=tuple(segments))


def say(words: Sequence[str], *, start: float = 0.0) -> list[Word]:
    """The words recognised without a fault, 0.3 s each, 0.1 s apart."""
    return [
        Word(start=start + n * 0.4, end=start + n * 0.4 + 0.3, text=word, probability=0.9)
        for n, word in enumerate(words)
    ]


def recognise(words: Sequence[Word]) -> Transcript:
    end = words[-1].end if words else 0.0
    segment = Segment(start=0, end=end, text=" ".join(word.text for word in words), speaker=None, words=tuple(words))
    return Transcript(episode="e", source=Source.RECOGNISED, model="micro", language="en", segments=(segment,))


def timed(transcript: Transcript | None) -> list[Word]:
    """All words, after what must hold of every result: times ascend, and segments reach from first to last word."""
    assert transcript is not None
    words = [word for segment in transcript.segments for word in segment.words]
    assert all(one.start <= one.end <= two.start for one, two in pairwise(words))
    for segment in transcript.segments:
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert " ".join(word.text for word in segment.words) == segment.text
    return words


def off(words: Sequence[Word], spoken: Sequence[Word]) -> list[float]:
    return sorted(abs(one.start - two.start) for one, two in zip(words, spoken, strict=True))


def test_text_and_speakers_are_the_podcasters_and_times_the_recognisers() -> None:
    published = publish(talk(200, 1))
    spoken = say(talk(200, 1), start=30)
    found = align(published, recognise(spoken))
    words = timed(found)
    assert found is not None
    assert (found.episode, found.source, found.model, found.language) == ("e", Source.ALIGNED, "micro", "en")
    assert [(one.text, one.speaker) for one in found.segments] == [
        (one.text, one.speaker) for one in published.segments
    ]
    assert off(words, spoken)[-1] < 1e-9
    assert {word.probability for word in words} == {0.9}


def damage(words: Sequence[Word], rate: float) -> list[Word]:
    """A share of the words dropped, doubled, exchanged for another or misheard in a letter."""
    dice = random.Random(7)
    heard: list[Word] = []
    for word in words:
        other = dice.choice(words).text
        wrong = {
            "dropped": [],
            "doubled": [(word.start, word.start + 0.1, word.text), (word.start + 0.1, word.end, other)],
            "exchanged": [(word.start, word.end, other)],
            "misheard": [(word.start, word.end, word.text[:-1] + "y")],
        }
        kind = dice.choice(list(wrong)) if dice.random() < rate else None
        said = wrong[kind] if kind else [(word.start, word.end, word.text)]
        heard.extend(Word(start=start, end=end, text=text, probability=0.8) for start, end, text in said)
    return heard


@pytest.mark.parametrize(("rate", "matched"), [(0.2, 0.85), (0.4, 0.65)])
def test_recognition_errors(rate: float, matched: float) -> None:
    spoken = say(talk(4000, 1))
    words = timed(align(publish(talk(4000, 1)), recognise(damage(spoken, rate))))
    distances = off(words, spoken)
    assert distances[len(distances) // 2] < 0.001
    assert distances[int(len(distances) * 0.99)] < 1.0
    assert sum(word.probability > 0 for word in words) > matched * len(words)


def test_an_advertisement_between_sentences_moves_what_follows_and_takes_no_word() -> None:
    text = talk(2000, 1)
    before, after = say(text[:1000]), say(text[1000:], start=460.0)
    advertisement = say(talk(150, 99), start=400.0)
    words = timed(align(publish(text), recognise(damage([*before, *advertisement, *after], 0.2))))
    distances = off(words, [*before, *after])
    assert distances[-10] < 1.0, "but for a word or two beside the advertisement"
    assert sum(400.5 < word.start < 459.5 for word in words) <= 5


def test_unrecognised_words_beside_an_advertisement_stay_with_their_sentence() -> None:
    text = talk(60, 1)
    spoken = [*say(text[:27]), *say(talk(150, 99), start=12.0), *say(text[33:], start=85.2)]
    words = timed(align(publish(text), recognise(spoken)))
    assert all(10.7 <= word.start < 13 for word in words[27:30]), "the end of the sentence before"
    assert all(83 < word.start <= 85.2 for word in words[30:33]), "the beginning of the sentence after"
    assert {word.probability for word in words[27:33]} == {0.0}


def test_paragraphs_missing_from_the_recording_or_from_the_text() -> None:
    text = talk(2000, 1)
    spoken = say(text)
    cut = timed(align(publish(text), recognise([*spoken[:800], *spoken[1000:]])))
    assert off([*cut[:800], *cut[1000:]], [*spoken[:800], *spoken[1000:]])[-4] < 0.001
    assert all(spoken[799].start <= word.start <= spoken[1000].start for word in cut[800:1000])

    shortened = timed(align(publish([*text[:800], *text[1000:]]), recognise(spoken)))
    assert off(shortened, [*spoken[:800], *spoken[1000:]])[-4] < 0.001


def test_what_was_not_recognised_follows_the_published_times_if_those_around_it_are_steady() -> None:
    text = talk(120, 1)
    spoken = [*say(text[:50], start=30.0), *say(text[50:], start=60.0)]  # with a pause of ten seconds
    published = publish(text)
    shifted = [
        replace(segment, start=spoken[n * 10].start - 25, end=spoken[n * 10 + 9].end - 25)
        for n, segment in enumerate(published.segments)
    ]
    heard = recognise([*spoken[10:35], *spoken[65:110]])
    words = timed(align(replace(published, segments=tuple(shifted)), heard))
    assert [n for n, word in enumerate(words) if word.probability == 0] == [
        *range(10),
        *range(35, 65),
        *range(110, 120),
    ]
    assert off(words[:110], spoken[:110])[-1] < 1.0
    jumped = [*shifted[:5], *(replace(one, start=one.start + 60, end=one.end + 60) for one in shifted[5:])]
    words = timed(align(replace(published, segments=tuple(jumped)), heard))
    assert off(words[35:50], spoken[35:50])[-1] < 1.5, "times that jump in between say nothing about it"


def test_words_before_the_first_and_after_the_last_recognised_one() -> None:
    text = talk(40, 1)
    words = timed(align(publish(text), recognise(say(text[5:35], start=20.0))))
    assert all(18 < word.start < 20 for word in words[:5])
    assert all(word.start == words[34].end for word in words[35:]), "nothing is known to be said after the last word"


def test_spelling_does_not_matter() -> None:
    text = (
        "“I’m sure,” she said — don't wait: we're well-being-minded, Dr. O'Hara, OK? It's 3 o'clock; they cannot STAY."
    )
    heard = (
        "i am sure she said do not wait we are well being minded doctor o'hara okay it is three o'clock they can't stay"
    )
    segment = Segment(start=0, end=0, text=text, speaker=None, words=())
    published = Transcript(episode="x", source=Source.PUBLISHED, model="srt", language="en", segments=(segment,))
    words = timed(align(published, recognise(say(heard.split()))))
    assert [word.text for word in words if word.probability == 0] == ["—"]
    assert (words[0].start, words[0].end) == (0.0, pytest.approx(0.7)), "“I’m is said in two recognised words"


def test_another_episode_is_not_aligned() -> None:
    greeting = talk(60, 5)
    published = publish([*greeting, *talk(3000, 1)])
    assert align(published, recognise(say([*greeting, *talk(3000, 2)]))) is None


@pytest.mark.parametrize(("text", "heard"), [([], ["hello"] * 9), (["Hello."] * 9, []), (["…"] * 9, ["hello"] * 9)])
def test_nothing_to_align(text: list[str], heard: list[str]) -> None:
    assert align(publish(text), recognise(say(heard))) is None


def test_recognised_times_that_overlap_come_out_in_order() -> None:
    text = talk(300, 1)
    spoken = [Word(start=w.start - 0.2, end=w.end + 0.3, text=w.text, probability=0.5) for w in say(text, start=1.0)]
    words = timed(align(publish(text), recognise(spoken)))
    assert off(words, spoken)[-1] < 1.0


def test_the_same_words_over_and_over() -> None:
    text = ["breathe", "in", "and", "breathe", "out"] * 2000
    spoken = say(text)
    assert off(timed(align(publish(text), recognise(spoken))), spoken)[-1] < 1e-9

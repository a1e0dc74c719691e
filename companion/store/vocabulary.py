"""The words of everything that can be searched, with how often they occur: for spelling, names, and what is common."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from companion.store.connection import Connection

_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][^\W\d_]+")
_LONGEST = 40  # letters; what is longer is no word
_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A word of the vocabulary: `n` times heard or read, `named` times with a capital inside a sentence."""

    word: str
    n: int
    named: int

    @property
    def name(self) -> bool:
        """Whether it is mostly written as a name."""
        return self.named * 2 >= self.n and self.named > 0


class Vocabulary:
    """Reads the words; keeps them in step with what is saved."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def exchange(self, before: Iterable[str], after: Iterable[str]) -> None:
        """Takes the words of some texts out and puts those of others in; within the caller's transaction."""
        words, names = count(after)
        old_words, old_names = count(before)
        words.subtract(old_words)
        names.subtract(old_names)
        for word, n in words.items():
            if n or names[word]:
                self._c.run(
                    """
                    insert into words (word, n, named) values (:word, :n, :named)
                    on conflict (word) do update set n = n + excluded.n, named = named + excluded.named
                    """,
                    word=word,
                    n=n,
                    named=names[word],
                )
        if old_words:
            self._c.run("delete from words where n <= 0")

    def counted(self, episode: str) -> list[str]:
        """The texts of an episode whose words are counted: title, notes and talk, or nothing while it is hidden."""
        return [*self.notes(episode), *self.talk(episode)]

    def notes(self, episode: str) -> list[str]:
        """Its title and notes, or nothing while it is hidden."""
        rows = self._c.all(
            """
            select title || '. ' || notes_text as text from episodes
            where id = :id and id not in (select id from hidden)
            """,
            id=episode,
        )
        return [row["text"] for row in rows]

    def talk(self, episode: str) -> list[str]:
        """What its current transcript says, or nothing while it is hidden."""
        rows = self._c.all(
            """
            select s.text from segments s join transcripts t on t.key = s.transcript
            where t.episode = :id and t.current = 1 and t.episode not in (select id from hidden)
            """,
            id=episode,
        )
        return [row["text"] for row in rows]

    def known(self, words: Iterable[str]) -> dict[str, Known]:
        """Those of some words that occur, by themselves."""
        asked = list(dict.fromkeys(map(plain, words)))[:200]
        marks = ", ".join(f":w{place}" for place in range(len(asked)))
        rows = self._c.all(
            f"select word, n, named from words where word in ({marks})",
            **{f"w{place}": word for place, word in enumerate(asked)},
        )
        return {row["word"]: Known(**row) for row in rows}

    def beginning(self, start: str, limit: int) -> tuple[Known, ...]:
        """The most frequent words that begin so."""
        rows = self._c.all(
            "select word, n, named from words where word >= :start and word < :end order by n desc, word limit :limit",
            start=plain(start),
            end=plain(start) + _LAST,
            limit=limit,
        )
        return tuple(Known(**row) for row in rows)

    def long(self, shortest: int, longest: int) -> tuple[tuple[str, int, int], ...]:
        """All words of some lengths, as (word, n, named)."""
        rows = self._c.all(
            "select word, n, named from words where length(word) between :shortest and :longest",
            shortest=shortest,
            longest=longest,
        )
        return tuple((row["word"], row["n"], row["named"]) for row in rows)


def count(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """How often each word occurs in some texts, and how often written as a name: with a capital inside a sentence."""
    words: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for text in texts:
        words.update(_WORD.findall(text))
        names.update(_NAME.findall(text))
    return _folded(words), _folded(names)


def _folded(counted: Counter[str]) -> Counter[str]:
    folded: Counter[str] = Counter()
    for word, n in counted.items():
        if len(word) <= _LONGEST:
            folded[plain(word)] += n
    return folded


def plain(word: str) -> str:
    """A word as the index folds it: letter by letter in lower case, so that ß stays; accents off Latin letters only."""
    if word.isascii():
        return word.lower()
    return "".join(map(_letter, word))


def _letter(letter: str) -> str:
    lower = letter.casefold()
    if len(lower) > 1:
        lower = letter.lower()
    base = unicodedata.normalize("NFD", lower)[0]
    return base if base.isascii() else lower

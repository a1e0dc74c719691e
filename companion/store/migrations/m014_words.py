"""Migration 14: the vocabulary counted anew, its words folded as the indexes fold them."""

from sqlite_utils import Database

from companion.store.migrations.run import migrations


@migrations()
def m014_words(db: Database) -> None:
    """Before, “Straße” was counted as “strasse” and “мой” as “мои”, which no index has."""
    from companion.store.vocabulary import count  # later: the store imports the migrations

    texts = db.execute(
        """
        select s.text from segments s join transcripts t on t.key = s.transcript and t.current = 1
        where t.episode not in (select id from hidden)
        union all select title || '. ' || notes_text from episodes where id not in (select id from hidden)
        """
    )
    words, names = count(text for (text,) in texts)
    db.execute("delete from words")
    for word, n in words.items():
        db.execute("insert into words (word, n, named) values (?, ?, ?)", (word, n, names[word]))

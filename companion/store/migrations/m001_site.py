"""Migrations 1 to 7: feeds, transcripts, moments, decisions, and the site's search."""

from sqlite_utils import Database

from companion.store.migrations.run import migrations, run


@migrations()
def m001_feeds(db: Database) -> None:
    """Feeds, their episodes, and the audio that was fetched for them."""
    run(
        db,
        """
        create table feeds (
            id text primary key,
            url text not null,
            title text not null,
            link text,
            language text,
            description text not null,
            image text,
            author text not null,
            etag text,
            modified text
        ) strict;
        create table episodes (
            key integer primary key,
            id text not null unique,
            feed text not null references feeds(id) on delete cascade,
            guid text not null,
            title text not null,
            published text,
            duration real,
            season integer,
            number integer,
            type text not null,
            explicit integer not null,
            image text,
            link text,
            notes text not null,
            notes_text text not null,
            enclosure text,
            transcripts text not null,
            chapters text,
            soundbites text not null,
            persons text not null,
            unique (feed, guid)
        ) strict;
        create table media (
            episode text primary key references episodes(id) on delete cascade,
            file text not null,
            type text not null,
            size integer not null,
            seconds real not null,
            sha256 text not null
        ) strict;
        create table failures (
            subject text not null,
            stage text not null,
            message text not null,
            attempts integer not null,
            retry_at text not null,
            primary key (subject, stage)
        ) strict;
        create table revision (number integer not null) strict;
        insert into revision (number) values (1);
        """,
    )


@migrations()
def m002_transcripts(db: Database) -> None:
    """What was said: finished windows of a recognition under way, and whole transcripts."""
    run(
        db,
        """
        create table windows (
            episode text not null references episodes(id) on delete cascade,
            model text not null,
            position integer not null,
            start real not null,
            end real not null,
            language text,
            segments text not null,
            primary key (episode, model, position)
        ) strict;
        create table transcripts (
            key integer primary key,
            episode text not null references episodes(id) on delete cascade,
            source text not null,
            model text not null,
            language text,
            current integer not null,
            unique (episode, source)
        ) strict;
        create table segments (
            key integer primary key,
            transcript integer not null references transcripts(key) on delete cascade,
            position integer not null,
            start real not null,
            end real not null,
            speaker text,
            text text not null,
            words text not null,
            unique (transcript, position)
        ) strict;
        """,
    )


@migrations()
def m003_moments(db: Database) -> None:
    """Proposals by the tagger, which tagger has seen which episode, and the append-only reviews by people."""
    run(
        db,
        """
        create table taggings (
            episode text primary key references episodes(id) on delete cascade,
            tagger text not null
        ) strict;
        create table moments (
            key integer primary key,
            id text not null unique,
            episode text not null references episodes(id) on delete cascade,
            theme text not null,
            start real not null,
            end real not null,
            quote text not null,
            speaker text,
            before text not null,
            after text not null,
            score real not null,
            why text not null,
            tagger text not null
        ) strict;
        create index moments_by_episode on moments (episode, start);
        create index moments_by_theme on moments (theme, score);
        create table reviews (
            key integer primary key,
            moment text not null,
            verdict text not null,
            reviewer text not null,
            at text not null,
            note text not null
        ) strict;
        create index reviews_by_moment on reviews (moment, key);
        """,
    )


@migrations()
def m004_search(db: Database) -> None:
    """Full-text indexes over segments, moments and show notes, kept in step by triggers."""
    for table, columns in (("segments", ("text",)), ("moments", ("quote",)), ("episodes", ("title", "notes_text"))):
        names = ", ".join(columns)
        new = ", ".join(f"new.{column}" for column in columns)
        old = ", ".join(f"old.{column}" for column in columns)
        insert = f"insert into {table}_fts (rowid, {names}) values (new.key, {new});"
        delete = f"insert into {table}_fts ({table}_fts, rowid, {names}) values ('delete', old.key, {old});"
        run(
            db,
            f"""
            create virtual table {table}_fts using fts5 (
                {names}, content='{table}', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
            );
            create trigger {table}_ai after insert on {table} begin {insert} end;
            create trigger {table}_ad after delete on {table} begin {delete} end;
            create trigger {table}_au after update of {names} on {table} begin {delete} {insert} end;
            """,
        )


@migrations()
def m005_decisions(db: Database) -> None:
    """What the tagger learns from a review, kept with it: the words judged, their theme, and who proposed them."""
    run(
        db,
        """
        alter table reviews add column theme text not null default '';
        alter table reviews add column text text not null default '';
        alter table reviews add column before text not null default '';
        alter table reviews add column tagger text not null default '';
        alter table reviews add column instead text;
        alter table reviews add column start real;
        alter table reviews add column end real;
        update reviews set (theme, text, before, tagger) =
            (select theme, quote, before, tagger from moments where id = reviews.moment)
            where moment in (select id from moments);
        """,
    )


@migrations()
def m006_words(db: Database) -> None:
    """Speakers in the index of segments, so that one can be searched for; and every word with how often it occurs."""
    from companion.store.vocabulary import count  # later: the store imports the migrations

    new, old = "new.key, new.text, new.speaker", "old.key, old.text, old.speaker"
    insert = f"insert into segments_fts (rowid, text, speaker) values ({new});"
    delete = f"insert into segments_fts (segments_fts, rowid, text, speaker) values ('delete', {old});"
    run(
        db,
        f"""
        drop trigger segments_ai;
        drop trigger segments_ad;
        drop trigger segments_au;
        drop table segments_fts;
        create virtual table segments_fts using fts5 (
            text, speaker, content='segments', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
        );
        insert into segments_fts (segments_fts) values ('rebuild');
        create trigger segments_ai after insert on segments begin {insert} end;
        create trigger segments_ad after delete on segments begin {delete} end;
        create trigger segments_au after update of text, speaker on segments begin {delete} {insert} end;
        create table words (
            word text primary key,
            n integer not null,
            named integer not null
        ) strict, without rowid;
        """,
    )
    texts = db.execute(
        """
        select s.text from segments s join transcripts t on t.key = s.transcript and t.current = 1
        union all select title || '. ' || notes_text from episodes
        """
    )
    words, names = count(text for (text,) in texts)
    for word, n in words.items():
        db.execute("insert into words (word, n, named) values (?, ?, ?)", (word, n, names[word]))


@migrations()
def m007_segments_by_time(db: Database) -> None:
    """What is said at a time, found without reading the whole transcript."""
    run(db, "create index segments_by_time on segments (transcript, start, end);")

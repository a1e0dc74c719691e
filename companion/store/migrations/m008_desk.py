"""Migrations 8 to 12: the desk's people, acts, opinions, corrections and protection."""

from sqlite_utils import Database

from companion.store.migrations.run import migrations, run


@migrations()
def m008_people(db: Database) -> None:
    """People who may enter the desk, their sessions, tries to log in, and the audit trail of what they did."""
    run(
        db,
        """
        create table users (
            name text primary key collate nocase,
            role text not null,
            password text not null,
            added text not null
        ) strict;
        create table sessions (
            id text primary key,
            user text not null references users(name) on delete cascade,
            started text not null,
            seen text not null
        ) strict;
        create index sessions_by_user on sessions (user);
        create table attempts (
            subject text primary key,
            failures integer not null,
            at text not null
        ) strict;
        create table audit (
            key integer primary key,
            at text not null,
            who text not null,
            action text not null,
            what text not null
        ) strict;
        """,
    )


@migrations()
def m009_acts(db: Database) -> None:
    """What a person writes to a moment, and which reviews were one act, so that it can be taken back as one."""
    run(
        db,
        """
        alter table reviews add column title text not null default '';
        alter table reviews add column exercise text;
        alter table reviews add column act integer;
        alter table reviews add column made integer not null default 0;
        alter table reviews add column restores integer;
        alter table reviews add column undoes integer;
        create index reviews_by_reviewer on reviews (reviewer, key);
        """,
    )


@migrations()
def m010_opinions(db: Database) -> None:
    """Second opinions: what was said beside the `first` verdict, unseen, and the review that settled it."""
    run(
        db,
        """
        create table opinions (
            key integer primary key,
            moment text not null,
            theme text not null,
            verdict text not null,
            instead text,
            reviewer text not null,
            at text not null,
            note text not null,
            first text not null,
            settled integer
        ) strict;
        create index opinions_by_moment on opinions (moment, reviewer, key);
        """,
    )


@migrations()
def m011_corrections(db: Database) -> None:
    """What people correct in transcripts, names that the glossary mends, and where cut moments are by now."""
    run(
        db,
        """
        create table corrections (
            key integer primary key,
            episode text references episodes(id) on delete cascade,
            feed text references feeds(id) on delete cascade,
            kind text not null,
            edit text not null,
            who text not null,
            at text not null
        ) strict;
        create index corrections_by_episode on corrections (episode, key);
        create table glossary (
            key integer primary key,
            name text not null,
            who text not null,
            at text not null,
            removed_by text,
            removed_at text
        ) strict;
        create table mends (
            key integer primary key,
            episode text not null references episodes(id) on delete cascade,
            start real not null,
            heard text not null,
            name text not null,
            at text not null
        ) strict;
        create index mends_by_episode on mends (episode, start);
        alter table reviews add column now_start real;
        alter table reviews add column now_end real;
        alter table reviews add column now_text text;
        """,
    )


@migrations()
def m012_protection(db: Database) -> None:
    """What the public does not get: drafts, what was taken down, what was redacted; and what it is told beforehand."""
    run(
        db,
        """
        create table drafts (
            episode text primary key references episodes(id) on delete cascade
        ) strict;
        create table takedowns (
            subject text primary key,
            reason text not null,
            who text not null,
            at text not null
        ) strict;
        create view hidden as select episode as id from drafts union all select subject from takedowns;
        create table cautions (
            episode text primary key references episodes(id) on delete cascade,
            text text not null
        ) strict;
        create table redactions (
            key integer primary key,
            episode text not null references episodes(id) on delete cascade,
            start real not null,
            end real not null,
            opening integer not null,
            reason text not null,
            who text not null,
            at text not null
        ) strict;
        create index redactions_by_episode on redactions (episode, start, end);
        create index moments_shown on moments (theme, episode, id, start, end);
        create table withheld (
            moment text primary key,
            episode text not null references episodes(id) on delete cascade,
            gone integer not null,
            row text not null
        ) strict;
        create table silenced (
            episode text primary key references episodes(id) on delete cascade,
            original text not null,
            spans text not null,
            file text not null,
            type text not null,
            size integer not null,
            seconds real not null,
            sha256 text not null
        ) strict;
        create view spans as
            select episode, group_concat(start || ' ' || end) as spans
            from (select episode, start, end from redactions order by episode, start, end) group by episode;
        create view heard as
            select episode, file, type, size, seconds, sha256 from media
            where episode not in (select episode from redactions)
            union all
            select s.episode, s.file, s.type, s.size, s.seconds, s.sha256
            from silenced s
            join media m on m.episode = s.episode and m.sha256 = s.original
            where s.spans = (select spans from spans where episode = s.episode);
        """,
    )
    _index_current(db)


def _index_current(db: Database) -> None:
    """The index of segments holds current transcripts only: the others may say what was redacted since."""
    said, is_current = "'delete', key, text, speaker from segments where transcript = old.key", "and current = 1"
    put = "insert into segments_fts (rowid, text, speaker) "
    take = "insert into segments_fts (segments_fts, rowid, text, speaker) "
    mine = f"when exists (select 1 from transcripts where key = {{}}.transcript {is_current})"
    run(
        db,
        f"""
        drop trigger segments_ai;
        drop trigger segments_ad;
        drop trigger segments_au;
        drop table segments_fts;
        create view spoken as
            select s.key, s.text, s.speaker from segments s join transcripts t on t.key = s.transcript {is_current};
        create virtual table segments_fts using fts5 (
            text, speaker, content='spoken', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
        );
        insert into segments_fts (segments_fts) values ('rebuild');
        create trigger segments_ai after insert on segments {mine.format("new")} begin
            {put} values (new.key, new.text, new.speaker);
        end;
        create trigger segments_ad after delete on segments {mine.format("old")} begin
            {take} values ('delete', old.key, old.text, old.speaker);
        end;
        create trigger segments_au after update of text, speaker on segments {mine.format("new")} begin
            {take} values ('delete', old.key, old.text, old.speaker);
            {put} values (new.key, new.text, new.speaker);
        end;
        create trigger transcripts_bd before delete on transcripts when old.current = 1 begin
            {take} select {said};
        end;
        create trigger transcripts_off after update of current on transcripts when old.current > new.current begin
            {take} select {said};
        end;
        create trigger transcripts_on after update of current on transcripts when old.current < new.current begin
            {put} select key, text, speaker from segments where transcript = new.key;
        end;
        """,
    )

CREATE INDEX corrections_by_episode on corrections (episode, key);

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
ON "_sqlite_migrations" ("migration_set", "name");

CREATE INDEX mends_by_episode on mends (episode, start);

CREATE INDEX moments_by_episode on moments (episode, start);

CREATE INDEX moments_by_theme on moments (theme, score);

CREATE INDEX moments_shown on moments (theme, episode, id, start, end);

CREATE INDEX opinions_by_moment on opinions (moment, reviewer, key);

CREATE INDEX redactions_by_episode on redactions (episode, start, end);

CREATE INDEX reviews_by_moment on reviews (moment, key);

CREATE INDEX reviews_by_reviewer on reviews (reviewer, key);

CREATE INDEX segments_by_time on segments (transcript, start, end);

CREATE INDEX sessions_by_user on sessions (user);

CREATE TABLE attempts (
subject text primary key,
failures integer not null,
at text not null
) strict;

CREATE TABLE audit (
key integer primary key,
at text not null,
who text not null,
action text not null,
what text not null
) strict;

CREATE TABLE cautions (
episode text primary key references episodes(id) on delete cascade,
text text not null
) strict;

CREATE TABLE corrections (
key integer primary key,
episode text references episodes(id) on delete cascade,
feed text references feeds(id) on delete cascade,
kind text not null,
edit text not null,
who text not null,
at text not null
) strict;

CREATE TABLE drafts (
episode text primary key references episodes(id) on delete cascade
) strict;

CREATE TABLE episodes (
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

CREATE VIRTUAL TABLE episodes_fts using fts5 (
title, notes_text, content='episodes', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE failures (
subject text not null,
stage text not null,
message text not null,
attempts integer not null,
retry_at text not null,
primary key (subject, stage)
) strict;

CREATE TABLE feeds (
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

CREATE TABLE glossary (
key integer primary key,
name text not null,
who text not null,
at text not null,
removed_by text,
removed_at text
) strict;

CREATE TABLE media (
episode text primary key references episodes(id) on delete cascade,
file text not null,
type text not null,
size integer not null,
seconds real not null,
sha256 text not null
) strict;

CREATE TABLE mends (
key integer primary key,
episode text not null references episodes(id) on delete cascade,
start real not null,
heard text not null,
name text not null,
at text not null
) strict;

CREATE TABLE moments (
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

CREATE VIRTUAL TABLE moments_fts using fts5 (
quote, content='moments', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE opinions (
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

CREATE TABLE parts (
episode text primary key references episodes(id) on delete cascade,
chapters text not null
) strict;

CREATE TABLE redactions (
key integer primary key,
episode text not null references episodes(id) on delete cascade,
start real not null,
end real not null,
opening integer not null,
reason text not null,
who text not null,
at text not null
) strict;

CREATE TABLE reviews (
key integer primary key,
moment text not null,
verdict text not null,
reviewer text not null,
at text not null,
note text not null
, theme text not null default '', text text not null default '', before text not null default '', tagger text not null default '', instead text, start real, end real, title text not null default '', exercise text, act integer, made integer not null default 0, restores integer, undoes integer, now_start real, now_end real, now_text text) strict;

CREATE TABLE revision (number integer not null) strict;

CREATE TABLE segments (
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

CREATE VIRTUAL TABLE segments_fts using fts5 (
text, speaker, content='spoken', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE sessions (
id text primary key,
user text not null references users(name) on delete cascade,
started text not null,
seen text not null
) strict;

CREATE TABLE silenced (
episode text primary key references episodes(id) on delete cascade,
original text not null,
spans text not null,
file text not null,
type text not null,
size integer not null,
seconds real not null,
sha256 text not null
) strict;

CREATE TABLE taggings (
episode text primary key references episodes(id) on delete cascade,
tagger text not null
) strict;

CREATE TABLE takedowns (
subject text primary key,
reason text not null,
who text not null,
at text not null
) strict;

CREATE TABLE transcripts (
key integer primary key,
episode text not null references episodes(id) on delete cascade,
source text not null,
model text not null,
language text,
current integer not null,
unique (episode, source)
) strict;

CREATE TABLE users (
name text primary key collate nocase,
role text not null,
password text not null,
added text not null
) strict;

CREATE TABLE windows (
episode text not null references episodes(id) on delete cascade,
model text not null,
position integer not null,
start real not null,
end real not null,
language text,
segments text not null,
primary key (episode, model, position)
) strict;

CREATE TABLE withheld (
moment text primary key,
episode text not null references episodes(id) on delete cascade,
gone integer not null,
row text not null
) strict;

CREATE TABLE words (
word text primary key,
n integer not null,
named integer not null
) strict, without rowid;

CREATE TRIGGER episodes_ad after delete on episodes begin insert into episodes_fts (episodes_fts, rowid, title, notes_text) values ('delete', old.key, old.title, old.notes_text); end;

CREATE TRIGGER episodes_ai after insert on episodes begin insert into episodes_fts (rowid, title, notes_text) values (new.key, new.title, new.notes_text); end;

CREATE TRIGGER episodes_au after update of title, notes_text on episodes begin insert into episodes_fts (episodes_fts, rowid, title, notes_text) values ('delete', old.key, old.title, old.notes_text); insert into episodes_fts (rowid, title, notes_text) values (new.key, new.title, new.notes_text); end;

CREATE TRIGGER moments_ad after delete on moments begin insert into moments_fts (moments_fts, rowid, quote) values ('delete', old.key, old.quote); end;

CREATE TRIGGER moments_ai after insert on moments begin insert into moments_fts (rowid, quote) values (new.key, new.quote); end;

CREATE TRIGGER moments_au after update of quote on moments begin insert into moments_fts (moments_fts, rowid, quote) values ('delete', old.key, old.quote); insert into moments_fts (rowid, quote) values (new.key, new.quote); end;

CREATE TRIGGER segments_ad after delete on segments when exists (select 1 from transcripts where key = old.transcript and current = 1) begin
insert into segments_fts (segments_fts, rowid, text, speaker)  values ('delete', old.key, old.text, old.speaker);
end;

CREATE TRIGGER segments_ai after insert on segments when exists (select 1 from transcripts where key = new.transcript and current = 1) begin
insert into segments_fts (rowid, text, speaker)  values (new.key, new.text, new.speaker);
end;

CREATE TRIGGER segments_au after update of text, speaker on segments when exists (select 1 from transcripts where key = new.transcript and current = 1) begin
insert into segments_fts (segments_fts, rowid, text, speaker)  values ('delete', old.key, old.text, old.speaker);
insert into segments_fts (rowid, text, speaker)  values (new.key, new.text, new.speaker);
end;

CREATE TRIGGER transcripts_bd before delete on transcripts when old.current = 1 begin
insert into segments_fts (segments_fts, rowid, text, speaker)  select 'delete', key, text, speaker from segments where transcript = old.key;
end;

CREATE TRIGGER transcripts_off after update of current on transcripts when old.current > new.current begin
insert into segments_fts (segments_fts, rowid, text, speaker)  select 'delete', key, text, speaker from segments where transcript = old.key;
end;

CREATE TRIGGER transcripts_on after update of current on transcripts when old.current < new.current begin
insert into segments_fts (rowid, text, speaker)  select key, text, speaker from segments where transcript = new.key;
end;

CREATE VIEW heard as
select episode, file, type, size, seconds, sha256 from media
where episode not in (select episode from redactions)
union all
select s.episode, s.file, s.type, s.size, s.seconds, s.sha256
from silenced s
join media m on m.episode = s.episode and m.sha256 = s.original
where s.spans = (select spans from spans where episode = s.episode);

CREATE VIEW hidden as select episode as id from drafts union all select subject from takedowns;

CREATE VIEW spans as
select episode, group_concat(start || ' ' || end) as spans
from (select episode, start, end from redactions order by episode, start, end) group by episode;

CREATE VIEW spoken as
select s.key, s.text, s.speaker from segments s join transcripts t on t.key = s.transcript and current = 1;

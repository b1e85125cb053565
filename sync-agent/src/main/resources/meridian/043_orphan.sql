-- 043_orphan.sql: writes that are not in their shard's lineage, and what is needed to decide what becomes of them. PROTOCOL 7.
create table if not exists meridian.orphan (
    source        text not null,
    incarnation   text not null,
    position      pg_lsn not null,
    part          int not null,
    shard         int not null,
    index         int not null,
    epoch         bigint,
    relation      text,
    key           jsonb,
    content       json,
    committed_at  timestamptz,
    partitions    int[],
    told          boolean not null default false,
    found_at      timestamptz not null default clock_timestamp(),
    decision      text,
    decided_epoch bigint,
    reason        text,
    ours          json,
    decided_at    timestamptz,
    primary key (source, incarnation, position, part, shard, index),
    constraint decision_is_known check (decision in ('SALVAGED', 'REJECTED', 'MERGED', 'DROPPED')),
    constraint a_decision_is_whole check (num_nulls(decision, decided_epoch, reason, decided_at) in (0, 4)),
    constraint what_is_not_known_yet_was_decided check (num_nulls(epoch, relation, key, content, committed_at, partitions) = 0
        or (num_nulls(epoch, relation, key, content, committed_at, partitions) = 6 and decision is not null))
);
comment on table meridian.orphan is 'Writes outside their shard''s lineage, in every region that met them or was told of them; named by source, position, part, shard and index for ever. Without content: its decision came before the write itself';
comment on column meridian.orphan.content is 'The change: operation, schema, table, columns, identity (columns of the replica identity), and row and old: objects of columns to texts, without what the log did not hold';
comment on column meridian.orphan.key is 'Of the row that it wrote, columns to texts';
comment on column meridian.orphan.told is 'The other regions know of it';
comment on column meridian.orphan.decision is 'By the shard''s owner in decided_epoch; null: open';
comment on column meridian.orphan.ours is 'The row as the owner had it when it decided; null: there was none';
create index if not exists orphan_open on meridian.orphan (shard, epoch, position, part, index) where decision is null;
create index if not exists orphan_newest on meridian.orphan (found_at);
create index if not exists orphan_untold on meridian.orphan (shard) where not told;

create table if not exists meridian.revision (
    source      text not null,
    incarnation text not null,
    position    pg_lsn not null,
    part        int not null,
    shard       int not null,
    index       int not null,
    order_id    text not null,
    epoch       bigint not null,
    verdict     text not null,
    revised_by  text not null,
    reason      text not null,
    ours        json,
    revised_at  timestamptz not null,
    primary key (source, incarnation, position, part, shard, index, order_id),
    constraint verdict_is_known check (verdict in ('SALVAGED', 'REJECTED'))
);
comment on table meridian.revision is 'What people made of orphans that were decided before, in every region. The rows that they wrote are writes as any';
comment on column meridian.revision.epoch is 'Of the owner that carried it out: a decision of a later epoch was made without it';
comment on column meridian.revision.ours is 'The row before it; null: there was none';
create index if not exists revision_order on meridian.revision (order_id);

create table if not exists meridian.telling (
    id      bigint generated always as identity primary key,
    shard   int not null,
    kind    text not null,
    content json not null,
    constraint kind_is_known check (kind in ('ORPHAN', 'DECISION'))
);
comment on table meridian.telling is 'Orphans, and what was decided of them, on their way to the other regions. Always empty but within the transaction that writes it';

create table if not exists meridian.unclean (
    shard int primary key,
    epoch bigint not null
);
comment on table meridian.unclean is 'Shards that were built on a cut and not on a CLOSE, in this epoch last: until the lost region is settled, orphans of theirs may come, and what is written is noted in meridian.touched';

create table if not exists meridian.touched (
    shard    int not null,
    relation text not null,
    key      jsonb not null,
    epoch    bigint not null,
    at       timestamptz not null default clock_timestamp(),
    primary key (shard, relation, key)
);
comment on column meridian.touched.at is 'When it was first written in that epoch, as this store saw it';
comment on table meridian.touched is 'Rows of unclean shards that were written or deleted since, and in which epoch last: an orphan of an older epoch meets something newer there';

create table if not exists meridian.conflict (
    id       bigint generated always as identity primary key,
    at       timestamptz not null default clock_timestamp(),
    relation text not null,
    key      jsonb not null,
    shard    int not null,
    source   text not null,
    decision text not null,
    ours     jsonb not null,
    theirs   jsonb not null
);
alter table meridian.conflict add column if not exists origin text;
alter table meridian.conflict add column if not exists reason text;
alter table meridian.conflict drop constraint if exists decision_is_known;
alter table meridian.conflict add constraint decision_is_known check (
    case when origin is null then decision in ('OURS', 'THEIRS', 'MERGED')
    else decision in ('SALVAGED', 'REJECTED', 'MERGED', 'DROPPED') and reason is not null end);
create unique index if not exists conflict_origin on meridian.conflict (origin);
comment on table meridian.conflict is 'Changes that met a row which another region had changed without knowing of them, and writes that lost their place when a region was lost: both, and which stands. Of this store alone, and for people';
comment on column meridian.conflict.origin is 'The orphan that was decided, as source/incarnation/position/part/shard/index, and behind # the order by which a person revised that; null: a change of a multi-writer table';

grant select, insert, update, delete on meridian.orphan, meridian.unclean, meridian.touched, meridian.conflict to ${agent};
grant select, insert on meridian.revision to ${agent};
grant select, insert, delete on meridian.telling to ${agent};
revoke all on meridian.orphan, meridian.revision, meridian.telling, meridian.unclean, meridian.touched, meridian.conflict from public;

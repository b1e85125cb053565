-- 030_stream.sql: what replication remembers in this store. Written by the agent's data path; PROTOCOL 4.
create table if not exists meridian.heartbeat (
    id int primary key default 1,
    at timestamptz not null default clock_timestamp(),
    constraint there_is_one_row check (id = 1)
);
comment on table meridian.heartbeat is 'Touched once a second: carries time to the other regions and moves the slot on';
insert into meridian.heartbeat (id) values (1) on conflict do nothing;

create table if not exists meridian.marker (
    shard       int not null,
    epoch       bigint not null,
    kind        text not null,
    incarnation text not null,
    position    pg_lsn not null,
    primary key (shard, epoch, kind),
    constraint kind_is_known check (kind in ('OPEN', 'CLOSE'))
);
comment on table meridian.marker is 'Where this store''s own markers stand in its stream, learned from its own capture once Kafka acknowledged them';

create table if not exists meridian.head (
    shard       int primary key,
    epoch       bigint not null,
    region      text not null,
    incarnation text not null,
    position    pg_lsn not null,
    closed      boolean not null,
    broken      boolean not null default false
);
alter table meridian.head add column if not exists broken boolean not null default false;
alter table meridian.head
    add column if not exists frozen_run text,
    add column if not exists frozen_attempt int,
    add column if not exists frozen_epoch bigint,
    add column if not exists cut_epoch bigint,
    add column if not exists cut_position pg_lsn,
    add column if not exists turned_for bigint;
comment on table meridian.head is 'Last record of the shard that was applied here in order, or this store''s own last marker that was captured';
comment on column meridian.head.closed is 'That record is the CLOSE of its epoch';
comment on column meridian.head.broken is 'The shard was stopped behind it, and records were passed over: nothing is applied behind it, whatever meridian.stopped says, until the shard is seeded anew from its owner. False again only then, by hand';
comment on column meridian.head.epoch is '0: nothing was applied yet, and the row is there for its mark alone';
comment on column meridian.head.frozen_epoch is 'A region was lost that owned the shard in this epoch: no record of it, or of an earlier one, takes effect beyond the cut. Null: none of the columns beside it means anything';
comment on column meridian.head.frozen_run is 'The failover, and frozen_attempt its attempt, that was told where this head stands';
comment on column meridian.head.cut_epoch is 'With cut_position: how far the head may go all the same; null: not at all';
comment on column meridian.head.turned_for is 'The head was turned back to the base of this epoch: nothing takes effect behind it before that epoch begins';

create table if not exists meridian.lineage (
    shard            int not null,
    epoch            bigint not null,
    region           text not null,
    base_region      text,
    base_incarnation text,
    base_epoch       bigint,
    base_position    pg_lsn,
    primary key (shard, epoch),
    constraint a_base_is_whole check (num_nulls(base_region, base_incarnation, base_epoch, base_position) in (0, 4))
);
comment on table meridian.lineage is 'Each epoch that was opened or applied here and what it builds on (all four null: on nothing): whether an older record counts is looked up here';

create table if not exists meridian.progress (
    source      text not null,
    partition   int not null,
    incarnation text not null,
    lsn         pg_lsn not null,
    part        int not null default 0,
    copy_offset bigint not null,
    primary key (source, partition)
);
comment on table meridian.progress is 'How far each source''s partition was applied: moves in the transaction that applies. copy_offset only tells where to seek';

create table if not exists meridian.stopped (
    shard       int primary key,
    source      text not null,
    epoch       bigint not null,
    position    pg_lsn not null,
    copy_offset bigint not null,
    reason      text not null,
    at          timestamptz not null default clock_timestamp()
);
comment on table meridian.stopped is 'Shards that apply nothing more: a record outside the lineage, or one that could not be applied';
update meridian.head h set broken = true from meridian.stopped s where s.shard = h.shard and not h.broken;

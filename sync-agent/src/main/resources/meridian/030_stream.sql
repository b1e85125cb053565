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
comment on table meridian.head is 'Last record of the shard that was applied here in order, or this store''s own last marker that was captured';
comment on column meridian.head.closed is 'That record is the CLOSE of its epoch';
comment on column meridian.head.broken is 'The shard was stopped behind it, and records were passed over: nothing is applied behind it, whatever meridian.stopped says, until the shard is seeded anew from its owner. False again only then, by hand';

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

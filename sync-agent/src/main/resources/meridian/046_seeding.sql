-- 046_seeding.sql: shards that are copied anew from their owner, through the change stream; what either side remembers of it. PROTOCOL 4.
create sequence if not exists meridian.seeding_version;

create table if not exists meridian.seeding (
    id         text not null,
    shard      int not null,
    role       text not null,
    attempt    int not null,
    peer       text not null,
    epoch      bigint not null,
    phase      text not null,
    rows       bigint not null default 0,
    expected   bigint not null default 0,
    told_table text,
    told_key   json,
    problem    text not null default '',
    version    bigint not null,
    at         timestamptz not null default clock_timestamp(),
    primary key (shard, role, id),
    constraint phase_is_known check (
        (role = 'TARGET' and phase in ('PREPARED', 'RECEIVING', 'TOLD', 'DONE', 'FAILED'))
        or (role = 'OWNER' and phase in ('TELLING', 'TOLD', 'FAILED'))),
    constraint a_failure_has_a_reason check ((phase = 'FAILED') = (problem <> ''))
);
create unique index if not exists a_shard_is_taken_once on meridian.seeding (shard) where role = 'TARGET';
comment on table meridian.seeding is 'Attempts to copy a shard anew: role TARGET takes it here, role OWNER tells it from here. Gone when it is asked for no more';
comment on column meridian.seeding.peer is 'The other side''s region';
comment on column meridian.seeding.epoch is 'The owner''s, in which it tells; any other ends the attempt';
comment on column meridian.seeding.phase is 'TARGET: PREPARED (what comes of the shard is passed over until the attempt begins in the stream), RECEIVING, TOLD (all came, but rows in seeding_missed), DONE; OWNER: TELLING, TOLD (up to the end)';
comment on column meridian.seeding.told_key is 'OWNER: the primary key (values as texts, in its order) behind which told_table goes on; null: at its beginning';
comment on column meridian.seeding.version is 'Grows with every change of the row: which of two readings is the later one';

create table if not exists meridian.seeding_missed (
    shard    int not null,
    relation text not null,
    key      jsonb not null,
    primary key (shard, relation, key)
);
comment on table meridian.seeding_missed is 'Rows of a shard that is taken which came without a value that the log does not hold: to be told once more';

alter table meridian.telling drop constraint if exists kind_is_known;
alter table meridian.telling add constraint kind_is_known check (kind in ('ORPHAN', 'DECISION', 'REVISION', 'SEED'));
comment on table meridian.telling is 'Orphans, what was decided of them, and where a shard is told anew, on their way to the other regions. Always empty but within the transaction that writes it';

grant select, insert, update, delete on meridian.seeding, meridian.seeding_missed to ${agent};
grant usage on sequence meridian.seeding_version to ${agent};
revoke all on meridian.seeding, meridian.seeding_missed from public;

-- 041_parked.sql: what a record holds for one shard and cannot take effect yet, so that the other shards of its partition go on. PROTOCOL 4.
create table if not exists meridian.parked (
    source      text not null,
    partition   int not null,
    shard       int not null,
    incarnation text not null,
    position    pg_lsn not null,
    part        int not null,
    epoch       bigint not null,
    waiting     text not null,
    reason      text not null,
    record      bytea not null,
    at          timestamptz not null default clock_timestamp(),
    skipped_by  text,
    skip_reason text,
    primary key (source, shard, position, part),
    constraint waiting_is_known check (waiting in ('BARRIER', 'REFUSED', 'BEHIND', 'FROZEN')),
    constraint only_what_was_refused_is_skipped check (skipped_by is null or (waiting = 'REFUSED' and skip_reason is not null))
);
alter table meridian.parked drop constraint if exists waiting_is_known;
alter table meridian.parked add constraint waiting_is_known check (waiting in ('BARRIER', 'REFUSED', 'BEHIND', 'FROZEN'));
comment on table meridian.parked is 'Shares of records that wait: BARRIER for what they build on, REFUSED until this store takes them, FROZEN until it is known whether they count, BEHIND one of the same shard and source. Moved and removed by the applier of (source, partition) alone';
comment on column meridian.parked.record is 'The record as it travels, with this shard''s entries only';
comment on column meridian.parked.skipped_by is 'Set by a person: this share shall not take effect. The applier moves it to meridian.skipped';

create table if not exists meridian.skipped (
    source      text not null,
    shard       int not null,
    incarnation text not null,
    position    pg_lsn not null,
    part        int not null,
    epoch       bigint not null,
    reason      text not null,
    record      bytea not null,
    skipped_by  text not null,
    skip_reason text not null,
    at          timestamptz not null default clock_timestamp(),
    primary key (source, shard, incarnation, position, part)
);
comment on table meridian.skipped is 'What a person decided shall not take effect here, with all that it held. The shard differs from its source by it until it is repaired';

grant select, insert, update, delete on meridian.parked to ${agent};
grant select, insert on meridian.skipped to ${agent};
grant select, insert on meridian.lineage to ${agent};

-- 020_fence.sql: which of this store's shards may be written here, as this database enforces it, and until when. PROTOCOL 1 and 2; invariant 1.
create table if not exists meridian.fence (
    shard            int primary key,
    epoch            bigint not null default 0,
    state            text not null default 'CLOSED',
    owned_epoch      bigint not null default 0,
    opened_at        timestamptz,
    base_region      text,
    base_incarnation text,
    base_epoch       bigint,
    base_position    pg_lsn,
    closes           bigint,
    run              text,
    constraint state_is_known check (state in ('OPEN', 'MOVING', 'CLOSED')),
    constraint owned_epochs_are_odd check ((state = 'OPEN') = (epoch % 2 = 1)),
    constraint an_open_fence_owns_its_epoch check (state <> 'OPEN' or (owned_epoch = epoch and opened_at is not null)),
    constraint the_owned_epoch_is_not_ahead check (owned_epoch <= epoch and (owned_epoch = 0 or owned_epoch % 2 = 1)),
    constraint a_close_ends_the_owned_epoch check (closes is null or (state <> 'OPEN' and closes = owned_epoch and closes > 0)),
    constraint a_base_is_whole check (num_nulls(base_region, base_incarnation, base_epoch, base_position) in (0, 4))
);
comment on table meridian.fence is 'One row per shard of this store''s group. Its updates are the markers of the change stream: state OPEN is OPEN(epoch, base); closes not null is CLOSE(closes, fence_epoch = epoch); anything else (a raise) is no marker';
comment on column meridian.fence.owned_epoch is 'The last epoch that this store owned; 0: none';
comment on column meridian.fence.closes is 'The owned epoch that this very update ended; null when the row was open, or was raised without having been open';
comment on column meridian.fence.base_epoch is 'The base that the last opened epoch was built on; all four null: a first grant';

-- A fence never goes back and never changes at an equal epoch, whoever writes it.
create or replace function meridian.fence_is_monotone() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'rows of meridian.fence are never removed';
    end if;
    if new.shard <> old.shard or new.epoch <= old.epoch then
        raise exception 'fence of shard % would go from epoch % to %', old.shard, old.epoch, new.epoch
            using hint = 'fence writes are monotone: an equal or older epoch changes nothing';
    end if;
    if old.state = 'OPEN' and (new.state = 'OPEN' or new.closes is distinct from old.epoch) then
        raise exception 'fence of shard % would leave epoch % without its CLOSE', old.shard, old.epoch;
    end if;
    return new;
end $$;
create or replace trigger fence_is_monotone before update or delete on meridian.fence
    for each row execute function meridian.fence_is_monotone();
alter table meridian.fence enable always trigger fence_is_monotone;

insert into meridian.fence (shard)
select shard from pg_catalog.generate_series(${first_shard}, ${last_shard}) shard
where not exists (select from meridian.fence);

create table if not exists meridian.lease (
    id               int primary key default 1,
    generation       bigint not null default 0,
    grants_revision  bigint not null default 0,
    issued           timestamptz not null default '-infinity',
    valid_until      timestamptz not null default '-infinity',
    constraint there_is_one_row check (id = 1),
    constraint it_ends_after_it_begins check (valid_until >= issued)
);
comment on table meridian.lease is 'One row: the permission to use the grants; it runs out by itself. Written by the lease keeper only, after every fence was brought to its newest withdrawal';
insert into meridian.lease (id) values (1) on conflict do nothing;

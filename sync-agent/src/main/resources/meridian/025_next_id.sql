-- 025_next_id.sql: ids of rows, made in the store: 64 bits, in the order of time, no two alike in any region. PROTOCOL 8.4.
--
-- An id is 0, 41 bits of milliseconds since 2025, 10 bits of this store's number (region * 16 + place of the group), 12 bits of count; the same in
-- Java (RowId). The state is two sequences, because what a transaction takes from one is gone whatever becomes of it, survives a crash, and makes
-- nobody wait for a commit:
--   id_count  draws numbers, each once;
--   id_time   a register, only ever raised: the millisecond in use, and in its low 22 bits the draw that it began with.
-- A draw belongs to a millisecond if the register stood still around it. Its count is its distance from where the millisecond began: two ids of one
-- millisecond are two draws, and no millisecond comes twice, whatever the clock does. While the clock is behind, ids count on in the last
-- millisecond; when its 4096 are used up, in the next one.
create sequence if not exists meridian.id_count as bigint;
comment on sequence meridian.id_count is 'Draws for ids; never set back';
create sequence if not exists meridian.id_time as bigint;
comment on sequence meridian.id_time is 'Register of next_id: (milliseconds since 2025) * 2^22 + (the draw of id_count that they began with) mod 2^22; only ever raised';
select pg_catalog.setval('meridian.id_time', 1) where pg_catalog.pg_sequence_last_value('meridian.id_time') is null;

alter table meridian.settings add column if not exists id_number int;
alter table meridian.settings add column if not exists id_ahead interval not null default '10 seconds';
update meridian.settings set id_number = ${id_number} where id_number is null;
comment on column meridian.settings.id_number is 'In every id of this store, and of no other store: never changed. Null: the topology gives the region no number';
comment on column meridian.settings.id_ahead is 'How far ids may run ahead of the clock before next_id refuses (MR006)';

create or replace function meridian.id_clock() returns bigint
language sql volatile
return pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint - 1735689600000;
revoke all on function meridian.id_clock() from public;
comment on function meridian.id_clock() is 'Milliseconds since 2025-01-01 UTC, as next_id takes them';

-- Raises the register if it is still what the caller saw. One at a time; the lock must not last until the caller's transaction ends, and a
-- subtransaction that is undone gives back what it locked, while sequences know no undoing.
create or replace function meridian.raise_id_time(seen bigint, least_millis bigint, in_any_case boolean) returns void
language plpgsql volatile as $$
begin
    if in_any_case then
        perform pg_catalog.pg_advisory_xact_lock(20012, 0);
    elsif not pg_catalog.pg_try_advisory_xact_lock(20012, 0) then
        return;
    end if;
    if pg_catalog.pg_sequence_last_value('meridian.id_time') = seen then
        perform pg_catalog.setval('meridian.id_time',
            (greatest(least_millis, (seen >> 22) + 1) << 22) | (pg_catalog.nextval('meridian.id_count') & 4194303));
    end if;
    raise exception using errcode = 'MR000', message = 'gives the lock back';
exception when sqlstate 'MR000' then
    null;
end $$;
revoke all on function meridian.raise_id_time(bigint, bigint, boolean) from public;

create or replace function meridian.next_id(shard int) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    store_number bigint := ${id_number};
    here record;
    now_millis bigint;
    register bigint;
    distance bigint;
begin
    if shard is null or shard < ${first_shard} or shard > ${last_shard} then
        raise exception using errcode = 'MR005',
            message = pg_catalog.format('shard %s is not of this store: it holds shards %s to %s', shard, ${first_shard}, ${last_shard}),
            hint = 'take the id where the row will be written';
    end if;
    if store_number is null then
        raise exception using errcode = 'MR005',
            message = 'this store has no number for ids',
            hint = 'give the region a number in the topology, and run the agent''s install again';
    end if;
    now_millis := meridian.id_clock();
    loop
        register := pg_catalog.pg_sequence_last_value('meridian.id_time');
        if (register >> 22) > now_millis + 1000 then
            select pg_catalog.floor(extract(epoch from s.id_ahead) * 1000)::bigint as most into here from meridian.settings s where s.id = 1;
            if (register >> 22) > now_millis + here.most then
                raise exception using errcode = 'MR006',
                    message = pg_catalog.format('the clock is %s ms behind the ids that were made, and may be %s ms', (register >> 22) - now_millis, here.most),
                    hint = 'set the clock right, or wait. Ids stay unique in any case: to let them run ahead further, raise id_ahead in meridian.settings';
            end if;
        end if;
        if (register >> 22) < now_millis then
            perform meridian.raise_id_time(register, now_millis, false);
            register := pg_catalog.pg_sequence_last_value('meridian.id_time');
        end if;
        distance := (pg_catalog.nextval('meridian.id_count') - register) & 4194303;
        if pg_catalog.pg_sequence_last_value('meridian.id_time') = register then
            -- The first draw of a millisecond is the register's own.
            if distance between 1 and 4096 and (register >> 22) > 0 then
                return (register & -4194304) | (store_number << 12) | (distance - 1);
            end if;
            perform meridian.raise_id_time(register, now_millis, true);
        end if;
    end loop;
end $$;
comment on function meridian.next_id(int) is 'A new id for a row of that shard: unique in all regions, ascending in this store (MR006: the clock is far behind)';

create or replace function meridian.next_id(key text) returns bigint
language sql volatile
return meridian.next_id(meridian.shard_of(key));
comment on function meridian.next_id(text) is 'A new id for a row of that sharding key';

create or replace function meridian.id_parts(id bigint, out at timestamptz, out store_number int, out count int)
language sql immutable strict parallel safe
return row(timestamptz '2025-01-01 00:00:00+00' + (id >> 22) * interval '1 millisecond', ((id >> 12) & 1023)::int, (id & 4095)::int);
comment on function meridian.id_parts(bigint) is 'When an id was made, by which store, and as which of that millisecond';

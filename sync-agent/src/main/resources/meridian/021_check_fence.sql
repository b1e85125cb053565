-- 021_check_fence.sql: the trigger that refuses a write to a shard that is not open here. PROTOCOL 1; invariant 1.
--
-- The gate is a statement of its own: read in the same statement, or by a STABLE helper, a snapshot older than the lock lets late
-- writers through (measured: PROTOCOL 1). Under REPEATABLE READ and SERIALIZABLE no snapshot is younger than the gate, so the row
-- is locked instead: PostgreSQL answers 40001 if it changed since the transaction began.
-- No 421: whoever chose this database would choose it in any other zone too.
create or replace function meridian.refuse_unfenced(key_shard int) returns void
language plpgsql volatile as $$
declare
    here record;
begin
    select s.store_group, s.first_shard, s.last_shard into here from meridian.settings s where s.id = 1;
    if key_shard not between here.first_shard and here.last_shard then
        raise exception using errcode = 'MR005',
            message = pg_catalog.format('shard %s is not of this store: it holds shards %s to %s, of store group %s',
                key_shard, here.first_shard, here.last_shard, here.store_group),
            hint = 'choose the database by the shard of the key, or mend the address of this store group''s database';
    end if;
    raise exception using errcode = 'MR005',
        message = pg_catalog.format('shard %s has no fence in this store', key_shard),
        hint = 'rows of meridian.fence, lease or settings are missing: run the agent''s install again';
end $$;
revoke all on function meridian.refuse_unfenced(int) from public;

-- What is said of a fence and a lease that were read behind the shard's gate. Returns when the write is admitted.
create or replace function meridian.admit(
    key_shard int, epoch bigint, state text, opened_at timestamptz, issued timestamptz, valid_until timestamptz) returns void
language plpgsql volatile as $$
declare
    most interval;
    allowed interval;
    at timestamptz;
begin
    select s.transaction_limit into most from meridian.settings s where s.id = 1;
    if admit.state is null or admit.valid_until is null or most is null then
        perform meridian.refuse_unfenced(key_shard);
    end if;
    if admit.state = 'MOVING' then
        raise exception using errcode = 'MR002',
            message = pg_catalog.format('shard %s is being moved (epoch %s)', key_shard, admit.epoch),
            hint = 'answer 421: the edge asks again where the shard is now';
    end if;
    if admit.state <> 'OPEN' then
        raise exception using errcode = 'MR001',
            message = pg_catalog.format('shard %s is not owned here (epoch %s)', key_shard, admit.epoch),
            detail = pg_catalog.format('its fence is %s', admit.state),
            hint = 'answer 421: the edge asks again where the shard is now';
    end if;
    at := pg_catalog.clock_timestamp();
    if at < admit.issued or at >= admit.valid_until then
        raise exception using errcode = 'MR003',
            message = pg_catalog.format('this region''s lease does not hold now (shard %s, epoch %s)', key_shard, admit.epoch),
            detail = pg_catalog.format('issued %s, valid until %s', admit.issued, admit.valid_until),
            hint = 'answer 421; the lease returns by itself once the agent reaches the control plane';
    end if;
    allowed := pg_catalog.current_setting('transaction_timeout')::interval;
    if allowed <= interval '0' or allowed > most then
        raise exception using errcode = 'MR004',
            message = pg_catalog.format('transaction_timeout is %s, and must be above 0 and at most %s (shard %s, epoch %s)',
                pg_catalog.current_setting('transaction_timeout'), most, key_shard, admit.epoch),
            hint = pg_catalog.format('alter role %I set transaction_timeout = ''%s ms''', session_user,
                (extract(epoch from most) * 1000)::bigint);
    end if;
    if pg_catalog.transaction_timestamp() < admit.opened_at then
        raise exception using errcode = 'MR002',
            message = pg_catalog.format('shard %s was opened after this transaction began (epoch %s)', key_shard, admit.epoch),
            detail = pg_catalog.format('begun %s, opened %s', pg_catalog.transaction_timestamp(), admit.opened_at),
            hint = 'answer 421: a transaction that read before the opening must not write after it; the next one may';
    end if;
end $$;
revoke all on function meridian.admit(int, bigint, text, timestamptz, timestamptz, timestamptz) from public;

create or replace function meridian.check_shard(key_shard int) returns void
language plpgsql volatile as $$
declare
    gate text;
    here record;
begin
    gate := pg_catalog.pg_advisory_xact_lock_shared(20011, key_shard);
    if pg_catalog.current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        select f.epoch, f.state, f.opened_at, l.issued, l.valid_until into here
        from meridian.fence f, meridian.lease l
        where f.shard = key_shard and l.id = 1;
    else
        select f.epoch, f.state, f.opened_at, l.issued, l.valid_until into here
        from meridian.fence f, meridian.lease l
        where f.shard = key_shard and l.id = 1
        for share of f;
    end if;
    perform meridian.admit(key_shard, here.epoch, here.state, here.opened_at, here.issued, here.valid_until);
end $$;
revoke all on function meridian.check_shard(int) from public;
comment on function meridian.check_shard(int) is 'Takes the shard''s gate until the transaction ends and refuses unless the shard may be written now: MR001 to MR005';

create or replace function meridian.refuse_keyless(relation regclass, key_column text) returns void
language plpgsql volatile as $$
begin
    raise exception using errcode = 'MR005',
        message = pg_catalog.format('a row of %s has no sharding key (%I is null)', relation, key_column),
        hint = 'no shard, so no owner: give the row its key';
end $$;
revoke all on function meridian.refuse_keyless(regclass, text) from public;

-- A value as the log has it, whatever the session has set: rows are named alike here and where they are applied.
create or replace function meridian.text_in_log(value anyelement) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp
    set bytea_output = 'hex' set IntervalStyle = 'postgres' set DateStyle = 'ISO' set extra_float_digits = 1 set TimeZone = 'UTC' set lc_monetary = 'C' as $$
begin
    return format('%s', value);
end $$;
revoke all on function meridian.text_in_log(anyelement) from public;

-- SQL for the primary key of a row, columns to texts. Most types look the same in every session, and pinning settings for each row costs
-- ten times what the rest does.
create or replace function meridian.touched_key(relation oid, of text) returns text
language sql stable
return (
    select format('jsonb_build_object(%s)', string_agg(format(
        case when a.atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype,
            'numeric'::regtype) then '%1$L, format(''%%s'', %2$s.%1$I)' else '%1$L, meridian.text_in_log(%2$s.%1$I)' end, a.attname, of), ', '))
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
    where i.indrelid = relation and i.indisprimary);
revoke all on function meridian.touched_key(oid, text) from public;

-- As it is published: a row of a partition is one of the whole table.
create or replace function meridian.touched_relation(relation oid) returns text
language sql stable
return (
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.oid = coalesce(pg_partition_root(relation)::oid, relation));
revoke all on function meridian.touched_relation(oid) from public;

-- A row of an unclean shard is written or deleted: an orphan of an older epoch that comes later meets something newer there. PROTOCOL 7.
create or replace function meridian.note_touched(relation oid, written record, key_shard int) returns void
language plpgsql volatile as $$
declare
    noted bigint;
    row_key jsonb;
    relation_name text;
begin
    select f.epoch into noted from meridian.unclean u join meridian.fence f on f.shard = u.shard where u.shard = key_shard;
    if not found then
        return;
    end if;
    execute 'select ' || meridian.touched_key(relation, '($1)') into row_key using written;
    relation_name := meridian.touched_relation(relation);
    if not exists (select from meridian.touched t where t.shard = key_shard and t.relation = relation_name
        and t.key = row_key and t.epoch >= noted)
    then
        insert into meridian.touched as t (shard, relation, key, epoch)
        values (key_shard, relation_name, row_key, noted)
        on conflict on constraint touched_pkey do update set epoch = excluded.epoch, at = excluded.at where t.epoch < excluded.epoch;
    end if;
end $$;
revoke all on function meridian.note_touched(oid, record, int) from public;

-- For every written row, so each step was measured (./meridian bench fence). What check_shard does stands here a second time for that reason: a
-- nested call costs as much as the gate. Likewise:
-- * the topology's sharding columns are named outright, because EXECUTE plans anew for every row;
-- * the shard is computed in place, because shard_of is not inlined (convert_to is only stable);
-- * the gate is an assignment, which needs no executor; it is a statement of its own, with a snapshot of its own, all the same;
-- * what is plainly admitted asks nobody else. All else is for admit to judge, so the short rule here can only be too strict.
-- Both keys are checked, the lower shard first: a row that changes its key leaves one shard and enters another.
create or replace function meridian.check_fence() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    key_before text;
    key_after text;
    shard_before int;
    shard_after int;
    key_shard int;
    gate text;
    here record;
begin
${row_keys}
    if tg_op <> 'DELETE' then
        if key_after is null then
            perform meridian.refuse_keyless(tg_relid, tg_argv[0]);
        end if;
        shard_after := (pg_catalog.crc32(pg_catalog.convert_to(key_after, 'UTF8')) & (${shards} - 1)::bigint)::int;
    end if;
    if tg_op <> 'INSERT' and key_before is distinct from key_after then
        shard_before := (pg_catalog.crc32(pg_catalog.convert_to(key_before, 'UTF8')) & (${shards} - 1)::bigint)::int;
    end if;

    key_shard := least(shard_before, shard_after);
    gate := pg_catalog.pg_advisory_xact_lock_shared(20011, key_shard);
    if pg_catalog.current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        select f.epoch, f.state, f.opened_at, l.issued, l.valid_until, l.unclean into here
        from meridian.fence f, meridian.lease l
        where f.shard = key_shard and l.id = 1;
    else
        select f.epoch, f.state, f.opened_at, l.issued, l.valid_until, l.unclean into here
        from meridian.fence f, meridian.lease l
        where f.shard = key_shard and l.id = 1
        for share of f;
    end if;
    if (here.state = 'OPEN'
        and pg_catalog.clock_timestamp() >= here.issued
        and pg_catalog.clock_timestamp() < here.valid_until
        and pg_catalog.current_setting('transaction_timeout') = ${transaction_limit_shown}
        and pg_catalog.transaction_timestamp() >= here.opened_at) is not true
    then
        perform meridian.admit(key_shard, here.epoch, here.state, here.opened_at, here.issued, here.valid_until);
    end if;
    if shard_before <> shard_after then
        perform meridian.check_shard(greatest(shard_before, shard_after));
    end if;

    if here.unclean then
        if tg_op <> 'INSERT' then
            perform meridian.note_touched(tg_relid, old, coalesce(shard_before, shard_after));
        end if;
        if tg_op <> 'DELETE' then
            perform meridian.note_touched(tg_relid, new, shard_after);
        end if;
    end if;

    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;
revoke all on function meridian.check_fence() from public;
comment on function meridian.check_fence() is 'Row trigger of every sharded table; argument: the sharding column';

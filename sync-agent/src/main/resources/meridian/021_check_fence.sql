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

create or replace function meridian.check_shard(key_shard int) returns void
language plpgsql volatile as $$
declare
    here record;
    allowed interval;
    at timestamptz;
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(20011, key_shard);
    if pg_catalog.current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        select f.epoch, f.state, f.opened_at, l.issued, l.valid_until, s.transaction_limit into here
        from meridian.fence f, meridian.lease l, meridian.settings s
        where f.shard = key_shard and l.id = 1 and s.id = 1;
    else
        select f.epoch, f.state, f.opened_at, l.issued, l.valid_until, s.transaction_limit into here
        from meridian.fence f, meridian.lease l, meridian.settings s
        where f.shard = key_shard and l.id = 1 and s.id = 1
        for share of f;
    end if;

    if not found then
        perform meridian.refuse_unfenced(key_shard);
    end if;
    if here.state = 'MOVING' then
        raise exception using errcode = 'MR002',
            message = pg_catalog.format('shard %s is being moved (epoch %s)', key_shard, here.epoch),
            hint = 'answer 421: the edge asks again where the shard is now';
    end if;
    if here.state <> 'OPEN' then
        raise exception using errcode = 'MR001',
            message = pg_catalog.format('shard %s is not owned here (epoch %s)', key_shard, here.epoch),
            detail = pg_catalog.format('its fence is %s', here.state),
            hint = 'answer 421: the edge asks again where the shard is now';
    end if;
    at := pg_catalog.clock_timestamp();
    if at < here.issued or at >= here.valid_until then
        raise exception using errcode = 'MR003',
            message = pg_catalog.format('this region''s lease does not hold now (shard %s, epoch %s)', key_shard, here.epoch),
            detail = pg_catalog.format('issued %s, valid until %s', here.issued, here.valid_until),
            hint = 'answer 421; the lease returns by itself once the agent reaches the control plane';
    end if;
    allowed := pg_catalog.current_setting('transaction_timeout')::interval;
    if allowed <= interval '0' or allowed > here.transaction_limit then
        raise exception using errcode = 'MR004',
            message = pg_catalog.format('transaction_timeout is %s, and must be above 0 and at most %s (shard %s, epoch %s)',
                pg_catalog.current_setting('transaction_timeout'), here.transaction_limit, key_shard, here.epoch),
            hint = pg_catalog.format('alter role %I set transaction_timeout = ''%s ms''', session_user,
                (extract(epoch from here.transaction_limit) * 1000)::bigint);
    end if;
    if pg_catalog.transaction_timestamp() < here.opened_at then
        raise exception using errcode = 'MR002',
            message = pg_catalog.format('shard %s was opened after this transaction began (epoch %s)', key_shard, here.epoch),
            detail = pg_catalog.format('begun %s, opened %s', pg_catalog.transaction_timestamp(), here.opened_at),
            hint = 'answer 421: a transaction that read before the opening must not write after it; the next one may';
    end if;
end $$;
revoke all on function meridian.check_shard(int) from public;
comment on function meridian.check_shard(int) is 'Takes the shard''s gate until the transaction ends and refuses unless the shard may be written now: MR001 to MR005';

-- Both keys are checked, the lower shard first: a row that changes its key leaves one shard and enters another.
create or replace function meridian.check_fence() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    key_before text;
    key_after text;
    shard_before int;
    shard_after int;
begin
    if tg_op <> 'INSERT' then
        execute pg_catalog.format('select ($1).%I::text', tg_argv[0]) into key_before using old;
        shard_before := meridian.shard_of(key_before);
    end if;
    if tg_op <> 'DELETE' then
        execute pg_catalog.format('select ($1).%I::text', tg_argv[0]) into key_after using new;
        if key_after is null then
            raise exception using errcode = 'MR005',
                message = pg_catalog.format('a row of %I.%I has no sharding key (%I is null)', tg_table_schema, tg_table_name, tg_argv[0]),
                hint = 'no shard, so no owner: give the row its key';
        end if;
        shard_after := meridian.shard_of(key_after);
    end if;

    perform meridian.check_shard(coalesce(least(shard_before, shard_after), shard_before, shard_after));
    if shard_before <> shard_after then
        perform meridian.check_shard(greatest(shard_before, shard_after));
    end if;

    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;
revoke all on function meridian.check_fence() from public;
comment on function meridian.check_fence() is 'Row trigger of every sharded table; argument: the sharding column';

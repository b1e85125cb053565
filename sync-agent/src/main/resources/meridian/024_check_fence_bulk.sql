-- 024_check_fence_bulk.sql: the fence of tables that are written many rows at a time: once per statement and shard, on what the statement wrote.
-- PROTOCOL 1; invariant 1.
--
-- It guards the same: nothing that a statement wrote can commit unless its check passed, and gates and row locks are held until then, so a closer
-- comes behind the commit or before the check. What differs is what a refused statement meets first. The check comes after the rows are written, and
-- after row triggers and foreign keys: where the row form says MR001, such a statement may fail by a constraint of a stale copy, or wait for a row
-- that is being applied, and INSERT ON CONFLICT DO NOTHING passes when it wrote nothing. No such statement writes anything, but what an application
-- answers from it is of the past, as from any read. Hence the row form wherever the topology does not say 'bulk', and always for partitioned tables:
-- statement triggers do not come with a new partition.

-- More than 64 shards at once: their gates would fill the server's lock table, so the fence rows themselves are locked, in one order. Without gates
-- a steady load could keep a closer waiting, which is why only bulk writes do so (measured: PROTOCOL 1).
create or replace function meridian.check_shards(key_shards int[]) returns void
language plpgsql volatile as $$
declare
    key_shard int;
    seen int := 0;
    here record;
begin
    if pg_catalog.cardinality(key_shards) <= 64 then
        foreach key_shard in array key_shards loop
            perform meridian.check_shard(key_shard);
        end loop;
        return;
    end if;
    for here in
        select f.shard, f.epoch, f.state, f.opened_at, l.issued, l.valid_until
        from meridian.fence f cross join meridian.lease l
        where f.shard = any (key_shards) and l.id = 1
        order by f.shard for share of f
    loop
        seen := seen + 1;
        perform meridian.admit(here.shard, here.epoch, here.state, here.opened_at, here.issued, here.valid_until);
    end loop;
    if seen < pg_catalog.cardinality(key_shards) then
        perform meridian.refuse_unfenced(s) from pg_catalog.unnest(key_shards) s
        where not exists (select from meridian.fence f where f.shard = s);
    end if;
end $$;
revoke all on function meridian.check_shards(int[]) from public;

create or replace function meridian.check_fence_bulk() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    lowest int;
    highest int;
    keyless boolean;
    key_shards int[];
begin
${bulk_keys}
    if keyless then
        perform meridian.refuse_keyless(tg_relid, tg_argv[0]);
    end if;
    if lowest = highest then
        perform meridian.check_shard(lowest);
    elsif lowest < highest then
        perform meridian.check_shards(key_shards);
    end if;
    if (select l.unclean from meridian.lease l where l.id = 1) then
        execute pg_catalog.format(
            'insert into meridian.touched as t (shard, relation, key, epoch)
             select distinct u.shard, %L, %s, f.epoch
             from (%s) w join meridian.unclean u on u.shard = meridian.shard_of(w.%I::text) join meridian.fence f on f.shard = u.shard
             order by 1, 3
             on conflict on constraint touched_pkey do update set epoch = excluded.epoch, at = excluded.at where t.epoch < excluded.epoch',
            meridian.touched_relation(tg_relid), meridian.touched_key(tg_relid, 'w'),
            case tg_op when 'INSERT' then 'select * from written_after' when 'DELETE' then 'select * from written_before'
                else 'select * from written_before union all select * from written_after' end,
            tg_argv[0]);
    end if;
    return null;
end $$;
revoke all on function meridian.check_fence_bulk() from public;
comment on function meridian.check_fence_bulk() is 'Statement triggers of tables that are written in bulk; argument: the sharding column';

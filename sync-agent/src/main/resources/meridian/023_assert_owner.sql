-- 023_assert_owner.sql: reads are not fenced; who must not read another owner's past asks this in the reading transaction.
create or replace function meridian.assert_owner(key text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    here record;
begin
    select f.shard, f.epoch, f.state, l.issued, l.valid_until into here
    from meridian.fence f, meridian.lease l
    where f.shard = meridian.shard_of(key) and l.id = 1;
    if not found then
        perform meridian.refuse_unfenced(meridian.shard_of(key));
    end if;
    if here.state is distinct from 'OPEN' then
        raise exception using errcode = 'MR001',
            message = pg_catalog.format('shard %s is not owned here (epoch %s)', meridian.shard_of(key), here.epoch),
            hint = 'answer 421: the edge asks again where the shard is now';
    end if;
    if not pg_catalog.clock_timestamp() between here.issued and here.valid_until then
        raise exception using errcode = 'MR003',
            message = pg_catalog.format('this region''s lease does not hold now (shard %s, epoch %s)', here.shard, here.epoch),
            hint = 'answer 421; the lease returns by itself once the agent reaches the control plane';
    end if;
end $$;
comment on function meridian.assert_owner(text) is 'Refuses (MR001, MR003) unless the key''s shard is open here and the lease holds';

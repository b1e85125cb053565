-- 056_unclean_flag.sql: whether any shard here is unclean, on the row that the fence reads anyway. Behind the triggers, which keep writers out of
-- the tables until this transaction ends: none of them stands on the lease row then, waiting for us, while we wait for it.
do $$ begin
    if not exists (select from pg_catalog.pg_attribute where attrelid = 'meridian.lease'::regclass and attname = 'unclean' and not attisdropped) then
        alter table meridian.lease add column unclean boolean not null default false;
    end if;
end $$;
comment on column meridian.lease.unclean is 'meridian.unclean has rows: the fence notes what is written to those shards';

-- 060_publication.sql: what the change stream holds. Fence updates are its markers; TRUNCATE is refused, so it is not in it.
do $$ begin
    if not exists (select from pg_catalog.pg_publication where pubname = ${publication_literal}) then
        create publication ${publication} with (publish = 'insert, update, delete');
    end if;
end $$;
-- A partitioned table travels under its own name: how it is cut up is each region's affair.
alter publication ${publication} set (publish = 'insert, update, delete', publish_via_partition_root = true);
alter publication ${publication} set table ${tables}, meridian.fence, meridian.heartbeat, meridian.repair, meridian.telling;

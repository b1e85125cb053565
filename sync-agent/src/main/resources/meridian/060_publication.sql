-- 060_publication.sql: what the change stream holds. Fence updates are its markers; TRUNCATE is refused, so it is not in it.
do $$ begin
    if not exists (select from pg_catalog.pg_publication where pubname = ${publication_literal}) then
        create publication ${publication} with (publish = 'insert, update, delete');
    end if;
end $$;
alter publication ${publication} set (publish = 'insert, update, delete');
alter publication ${publication} set table ${tables}, meridian.fence, meridian.heartbeat;

-- 022_refuse_truncate.sql: TRUNCATE has no rows, so no shard could be checked, and none is told to other regions.
create or replace function meridian.refuse_truncate() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception using errcode = 'MR005',
        message = pg_catalog.format('TRUNCATE of %I.%I is refused: it is a sharded table', tg_table_schema, tg_table_name),
        hint = 'delete the rows of the shards that are owned here';
end $$;
revoke all on function meridian.refuse_truncate() from public;

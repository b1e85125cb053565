-- 052_table_rights.sql: what both kinds of tables need besides: no TRUNCATE, of a partition neither, and the agent's rights.
do $$
declare
    each regclass;
begin
    for each in
        select ${table_literal}::regclass union select relid from pg_catalog.pg_partition_tree(${table_literal}::regclass)
    loop
        execute pg_catalog.format(
            'create or replace trigger zz_meridian_truncate before truncate on %s for each statement execute function meridian.refuse_truncate()', each);
        execute pg_catalog.format('alter table %s enable trigger zz_meridian_truncate', each);
    end loop;
end $$;
grant usage on schema ${schema} to ${agent};
grant select, insert, update, delete on ${table} to ${agent};

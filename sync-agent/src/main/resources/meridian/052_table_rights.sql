-- 052_table_rights.sql: what both kinds of tables need besides: no TRUNCATE, of a partition neither, and the agent's rights.
do $$
declare
    each regclass;
    owner regrole;
begin
    -- Whoever makes a partition makes its triggers, and needs a right on their function for that. An owner has the table's fence in hand anyway.
    select c.relowner::regrole into owner from pg_catalog.pg_class c where c.oid = ${table_literal}::regclass and c.relkind = 'p';
    if found then
        execute pg_catalog.format('grant execute on function meridian.check_fence() to %s', owner);
    end if;
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

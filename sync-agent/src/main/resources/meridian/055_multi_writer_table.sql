-- 055_multi_writer_table.sql: one table that every region may write. It has no fence, and a lost lease does not stop it: a lease keeps two regions from
-- writing what only one may own, and these rows have no owner; whatever is written converges.
alter table ${table} add column if not exists meridian_version bigint not null default 0;
alter table ${table} add column if not exists meridian_region text not null default '';
alter table ${table} add column if not exists meridian_state jsonb;
comment on column ${table}.meridian_version is 'Clock of the last change: milliseconds since 1970 times 65536, and a counter. Meridian''s own';

-- A delete must tell what the row was, and an update what it followed.
alter table ${table} replica identity full;

-- The last of the BEFORE triggers, by its name: it must see what the others leave behind.
do $$ begin
    execute (
        select pg_catalog.format('create or replace trigger zz_meridian_version before insert or update or delete on %s for each row execute function meridian.keep_version(%L, %L, %L, %s)',
            c.oid::regclass, ${resolver_literal}, ${columns_literal}, ${column_literal},
            pg_catalog.string_agg(pg_catalog.quote_literal(a.attname), ', ' order by pg_catalog.array_position(i.indkey::int2[], a.attnum)))
        from pg_catalog.pg_class c
        join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
        where c.oid = ${table_literal}::regclass
        group by c.oid);
end $$;
alter table ${table} enable trigger zz_meridian_version;
create or replace trigger zz_meridian_truncate before truncate on ${table}
    for each statement execute function meridian.refuse_truncate();
alter table ${table} enable trigger zz_meridian_truncate;
grant usage on schema ${schema} to ${agent};
grant select, insert, update, delete on ${table} to ${agent};

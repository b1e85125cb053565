-- 050_sharded_table.sql: one sharded table under the fence. Triggers of one kind fire in the order of their names: this one must
-- see the key that the others leave behind, hence its name.
create or replace trigger zz_meridian_fence before insert or update or delete on ${table}
    for each row execute function meridian.check_fence(${column_literal});
alter table ${table} enable trigger zz_meridian_fence;
create or replace trigger zz_meridian_truncate before truncate on ${table}
    for each statement execute function meridian.refuse_truncate();
alter table ${table} enable trigger zz_meridian_truncate;
grant usage on schema ${schema} to ${agent};
grant select, insert, update, delete on ${table} to ${agent};

-- 050_sharded_table.sql: one sharded table under the fence. Triggers of one kind fire in the order of their names: this one must
-- see the key that the others leave behind, hence its name. ENABLE, not ALWAYS: what is applied here was admitted where it was written.
create or replace trigger zz_meridian_fence before insert or update or delete on ${table}
    for each row execute function meridian.check_fence(${column_literal});
alter table ${table} enable trigger zz_meridian_fence;
drop trigger if exists zz_meridian_fence_insert on ${table};
drop trigger if exists zz_meridian_fence_update on ${table};
drop trigger if exists zz_meridian_fence_delete on ${table};

-- 051_bulk_table.sql: one sharded table under the fence, checked once per statement. INSERT ON CONFLICT fires both of the first two.
create or replace trigger zz_meridian_fence_insert after insert on ${table} referencing new table as written_after
    for each statement execute function meridian.check_fence_bulk(${column_literal});
alter table ${table} enable trigger zz_meridian_fence_insert;
create or replace trigger zz_meridian_fence_update after update on ${table} referencing old table as written_before new table as written_after
    for each statement execute function meridian.check_fence_bulk(${column_literal});
alter table ${table} enable trigger zz_meridian_fence_update;
create or replace trigger zz_meridian_fence_delete after delete on ${table} referencing old table as written_before
    for each statement execute function meridian.check_fence_bulk(${column_literal});
alter table ${table} enable trigger zz_meridian_fence_delete;
drop trigger if exists zz_meridian_fence on ${table};

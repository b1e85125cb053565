-- 070_slot.sql: the place in the log from which capture reads. In a transaction of its own, after all the others are committed: it begins at
-- the present, and nothing was written through the fence before.
select pg_catalog.pg_create_logical_replication_slot(slot_name => ${slot_literal}, plugin => 'pgoutput', failover => true)
where not exists (select from pg_catalog.pg_replication_slots where slot_name = ${slot_literal});

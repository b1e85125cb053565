-- 001_schema.sql: the schema that holds what Meridian knows in this store, and the numbers that may never change under it.
create schema if not exists meridian;
comment on schema meridian is 'Meridian: fences, lease and the progress of replication in this store';

create table if not exists meridian.settings (
    id                int primary key default 1,
    shards            int not null,
    transaction_limit interval not null,
    version           int not null default 1,
    constraint there_is_one_row check (id = 1),
    constraint shards_are_a_power_of_two check (shards between 64 and 65536 and (shards & (shards - 1)) = 0),
    constraint transaction_limit_is_above_zero check (transaction_limit > interval '0')
);
-- Stores of before there were several groups hold all shards.
alter table meridian.settings add column if not exists store_group text;
alter table meridian.settings add column if not exists first_shard int;
alter table meridian.settings add column if not exists last_shard int;
-- Which database this is: one that is put in its place, empty or not, has another.
alter table meridian.settings add column if not exists store_id uuid not null default gen_random_uuid();
comment on table meridian.settings is 'One row: N and the shards of this store''s group, first to last (never changed after the first write), and T_tx, the longest that an application transaction may last';

insert into meridian.settings (shards, transaction_limit) values (${shards}, ${transaction_limit})
on conflict (id) do update set transaction_limit = excluded.transaction_limit
where settings.transaction_limit <> excluded.transaction_limit;
update meridian.settings set store_group = ${group_literal}, first_shard = ${first_shard}, last_shard = ${last_shard}
where store_group is null;

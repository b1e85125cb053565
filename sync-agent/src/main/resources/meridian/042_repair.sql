-- 042_repair.sql: rows that their owner tells once more (PROTOCOL 4). Rows of a table of the publication, so that every source of changes reads them
-- alike; removed again by the transaction that writes them.
create table if not exists meridian.repair (
    id      bigint generated always as identity primary key,
    shard   int not null,
    content json not null
);
comment on table meridian.repair is 'A row as it is, or that it is not there: told to the other regions once more. Always empty but within the transaction that writes it';
grant select, insert, delete on meridian.repair to ${agent};
-- It is a write to the shard, so it is judged like one.
grant execute on function meridian.admit(int, bigint, text, timestamptz, timestamptz, timestamptz) to ${agent};

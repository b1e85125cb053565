-- 010_shard_of.sql: sharding key to shard, the same function as in Java, Lua and TypeScript (shard-vectors.tsv).
-- N stands in the body, so that the function is immutable and may be indexed. (It is not inlined: convert_to is only stable. The fence, which
-- cannot afford a call for every row, has the expression in place.)
create or replace function meridian.shard_of(key text) returns int
language sql immutable strict parallel safe
return (pg_catalog.crc32(pg_catalog.convert_to(key, 'UTF8')) & (${shards} - 1)::bigint)::int;

comment on function meridian.shard_of(text) is 'Shard of a sharding key, given as text: crc32 of its UTF-8 bytes mod N';

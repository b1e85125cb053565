/** CRC-32 (IEEE), reflected, as java.util.zip.CRC32 and PostgreSQL's crc32(bytea) compute it. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * Sharding key to shard: CRC-32 of the key's UTF-8 bytes, mod `shards` (a power of two). The same function stands in Java, SQL and Lua;
 * shard-vectors.tsv of the topology module proves them equal.
 */
export function shardOf(key: string, shards: number): number {
  return crc32(new TextEncoder().encode(key)) % shards;
}

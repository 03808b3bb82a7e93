const encoder = new TextEncoder();

/**
 * FNV-1a, 64 bits: a hash that never changes, since what it says is stored. Its name in `ego_meta` is `fnv1a64`.
 * See http://www.isthe.com/chongo/tech/comp/fnv/.
 *
 * @returns the upper and the lower 32 bits, unsigned
 */
export function fnv1a64(bytes: Uint8Array): readonly [high: number, low: number] {
  // 0xcbf29ce484222325 and the prime 0x100000001b3, in halves: bigints are fifty times slower.
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < bytes.length; i++) {
    low = (low ^ (bytes[i] as number)) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + low * 0x100 + Math.floor(product / 0x1_0000_0000)) >>> 0;
    low = product >>> 0;
  }
  return [high, low];
}

/** The shard of an entity: the hash of `type NUL id` modulo the number of shards. */
export function shardOf(entityType: string, entityId: string, shardCount: number): number {
  const [high, low] = fnv1a64(encoder.encode(`${entityType}\0${entityId}`));
  return ((high % shardCount) * (0x1_0000_0000 % shardCount) + (low % shardCount)) % shardCount;
}

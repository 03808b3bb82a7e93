import { describe, expect, test } from "vitest";
import { fnv1a64, shardOf } from "./hash.ts";

const hex = ([high, low]: readonly [number, number]) =>
  high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");

/** The same hash, slowly. */
function reference(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

describe("fnv1a64", () => {
  // From the test vectors of its authors: http://www.isthe.com/chongo/tech/comp/fnv/, draft-eastlake-fnv.
  test.each([
    ["", "cbf29ce484222325"],
    ["a", "af63dc4c8601ec8c"],
    ["b", "af63df4c8601f1a5"],
    ["c", "af63de4c8601eff2"],
    ["fo", "08985907b541d342"],
    ["foo", "dcb27518fed9d577"],
    ["foob", "dd120e790c2512af"],
    ["fooba", "cac165afa2fef40a"],
    ["foobar", "85944171f73967e8"],
    ["chongo was here!\n", "46810940eff5f915"],
  ])("of %j is the published %s", (text, expected) => {
    expect(hex(fnv1a64(new TextEncoder().encode(text)))).toBe(expected);
  });

  test("of the published eight bytes is zero", () => {
    expect(fnv1a64(Uint8Array.of(0xd5, 0x6b, 0xb9, 0x53, 0x42, 0x87, 0x08, 0x36))).toEqual([0, 0]);
  });

  test("is that of 64-bit arithmetic for bytes of every value", () => {
    for (let i = 0; i < 500; i++) {
      const bytes = Uint8Array.from({ length: i % 67 }, (_, k) => (i * 31 + k * 17 + (k ^ i)) & 0xff);
      expect(BigInt(`0x${hex(fnv1a64(bytes))}`)).toBe(reference(bytes));
    }
  });
});

describe("the shard of an entity", () => {
  // Written down once: a journal that exists depends on them.
  test.each([
    ["account", "a-1", 64, 21],
    ["account", "a-1", 256, 85],
    ["account", "a-2", 256, 60],
    ["inventory_item", "pen", 64, 8],
    ["account", "ärzte-😀", 256, 110],
    ["account", "a-1", 1, 0],
  ])("%s %j of %d is %d", (type, id, count, shard) => {
    expect(shardOf(type, id, count)).toBe(shard);
  });

  test.each([1, 7, 64, 100, 256, 65_535])("of %d is the hash of `type NUL id`, modulo their number", (count) => {
    for (let i = 0; i < 300; i++) {
      const expected = reference(new TextEncoder().encode(`account\0e-${i}`)) % BigInt(count);
      expect(shardOf("account", `e-${i}`, count)).toBe(Number(expected));
    }
  });

  test("is another one where type and id only look alike when joined", () => {
    expect(shardOf("ab", "c", 65_536)).not.toBe(shardOf("a", "bc", 65_536));
  });

  test("spreads 64,000 ids evenly enough", () => {
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) {
      const shard = shardOf("account", `id-${i}`, 64);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

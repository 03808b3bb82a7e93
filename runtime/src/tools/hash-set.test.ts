import fc from "fast-check";
import { expect, test } from "vitest";
import { fnv1a64 } from "../journal/hash.ts";
import { HashSet } from "./hash-set.ts";

test("says of each hash whether it was there, as a set of texts does", () => {
  const half = fc.oneof(fc.constantFrom(0, 1, 2, 0xffff_ffff), fc.nat(0xffff_ffff));
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 3_000 }), (hashes) => {
      const set = new HashSet();
      const texts = new Set<string>();
      for (const [high, low] of hashes) {
        // The one that stands for a free slot is taken for its neighbour.
        const text = high === 0 && low === 0 ? "0 1" : `${high} ${low}`;
        expect(set.add([high, low])).toBe(!texts.has(text));
        texts.add(text);
        expect(set.size).toBe(texts.size);
      }
    }),
    { numRuns: 30 },
  );
});

test("keeps them all while it grows", () => {
  const set = new HashSet();
  const hashes = Array.from({ length: 50_000 }, (_, n) => fnv1a64(Buffer.from(`command-${n}`)));
  expect(hashes.filter((hash) => set.add(hash))).toHaveLength(50_000);
  expect(hashes.filter((hash) => set.add(hash))).toEqual([]);
});

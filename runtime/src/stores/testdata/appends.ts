import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Append } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";

export { holesIn, readJournal as readAll } from "../../testing/contract/journal-reading.ts";

/** A folder that is gone at the end of the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "ego-store-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** An append of `count` events, as tests need them. */
export function appendOf(
  entityId: string,
  expectedRevision: number,
  fields: Partial<Append> & { count?: number } = {},
): Append {
  const { count = 1, ...rest } = fields;
  const entityType = rest.entityType ?? "account";
  return {
    entityType,
    entityId,
    shard: shardOf(entityType, entityId, 64),
    expectedRevision,
    events: Array.from({ length: count }, (_, index) => ({
      type: "bank.v1.Credited",
      payload: Uint8Array.of(expectedRevision, index),
    })),
    metadata: Uint8Array.of(7),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1_700_000_000_000 + expectedRevision,
    ...rest,
  };
}

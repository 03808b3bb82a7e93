import type { Snapshot, SnapshotStore } from "../../journal/snapshot-store.ts";
import type { SqlConnection } from "./sql-driver.ts";
import type { SnapshotRow, SqlJournal } from "./sql-journal.ts";
import type { SqlNames } from "./sql-names.ts";
import type { PinnedConnection } from "./sql-pinned.ts";
import { plainBytes, plainText } from "./sql-values.ts";

/** What snapshots need of their store. */
export interface SqlSnapshotsOptions<Connection extends SqlConnection> {
  readonly journal: SqlJournal<Connection>;
  readonly names: SqlNames<Connection>;
  readonly reading: PinnedConnection<Connection>;
  /** Writes on a connection of its own: a commit takes longer than a read. */
  readonly keeping: PinnedConnection<Connection>;
}

/** Opens the snapshots in a database with connections. */
export function openSqlSnapshots<Connection extends SqlConnection>(
  options: SqlSnapshotsOptions<Connection>,
): SnapshotStore {
  const { journal, names, reading, keeping } = options;
  return {
    save(batch) {
      return keeping.run(async (connection) => {
        const ids = await names.idsOf(connection, new Set(batch.map(({ entityType }) => entityType)));
        const rows = rowsOf(batch, ids);
        if (rows.length > 0) await journal.saveSnapshots(connection, rows);
      });
    },
    load(entityType, entityId, { to = Number.MAX_SAFE_INTEGER, schemaHash } = {}) {
      return reading.run(async (connection) => {
        const type = await names.find(connection, entityType);
        if (type === undefined) return undefined;
        const [row] = await journal.loadSnapshot(connection, { type, id: entityId }, to, schemaHash ?? null);
        if (row === undefined) return undefined;
        return {
          entityType,
          entityId,
          revision: Number(row.revision),
          schemaHash: plainText(row.schema_hash),
          payload: plainBytes(row.payload),
          recordedAt: Number(row.recorded_at),
        };
      });
    },
    delete(entityType, entityId, { from = 0, to = Number.MAX_SAFE_INTEGER } = {}) {
      return keeping.run(async (connection) => {
        const type = await names.find(connection, entityType);
        if (type !== undefined) await journal.deleteSnapshots(connection, { type, id: entityId }, from, to);
      });
    },
  };
}

/** In the order of their keys, so that two that write the same rows do not wait for each other; none twice. */
function rowsOf(batch: readonly Snapshot[], ids: ReadonlyMap<string, number>): readonly SnapshotRow[] {
  const rows = new Map<string, SnapshotRow>();
  for (const { entityType, entityId, revision, schemaHash, payload, recordedAt } of batch) {
    const type = ids.get(entityType) as number;
    const key = JSON.stringify([type, entityId, revision, schemaHash]);
    rows.set(key, { type, id: entityId, revision, schemaHash, payload, recordedAt });
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

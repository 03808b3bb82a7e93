import { EgoError } from "../../error/ego-error.ts";
import type { MysqlConnection, MysqlValue } from "./mysql-driver.ts";
import { statementBytes } from "./mysql-settings.ts";
import type { SnapshotRow, SqlJournal } from "./sql-journal.ts";

const insert =
  "replace into ego_snapshots (entity_id, entity_type, revision, schema_hash, payload, recorded_at) values ";
const row = "(?, ?, ?, ?, ?, ?)";
/** What a row takes of a statement beside its id and its bytes. */
const rowBytes = 120;

/** The statements of snapshots in MySQL and MariaDB. */
export const mysqlSnapshots: Pick<SqlJournal<MysqlConnection>, "saveSnapshots" | "loadSnapshot" | "deleteSnapshots"> = {
  async saveSnapshots(connection, snapshots) {
    for (const some of statementsOf(snapshots)) {
      await connection.run(insert + some.map(() => row).join(", "), some.flatMap(valuesOf));
    }
  },
  loadSnapshot: (connection, { type, id }, to, schemaHash) =>
    connection.run(
      "select revision, schema_hash, payload, recorded_at from ego_snapshots where entity_id = ? and entity_type = ? and revision <= ? and (? is null or schema_hash = ?) order by revision desc limit 1",
      [id, type, to, schemaHash, schemaHash],
    ),
  async deleteSnapshots(connection, { type, id }, from, to) {
    await connection.run(
      "delete from ego_snapshots where entity_id = ? and entity_type = ? and revision between ? and ?",
      [id, type, from, to],
    );
  },
};

function valuesOf({ id, type, revision, schemaHash, payload, recordedAt }: SnapshotRow): MysqlValue[] {
  return [id, type, revision, schemaHash, payload, recordedAt];
}

function* statementsOf(snapshots: readonly SnapshotRow[]): Generator<readonly SnapshotRow[]> {
  let some: SnapshotRow[] = [];
  let bytes = insert.length;
  for (const snapshot of snapshots) {
    // As in an append: bytes go as hexadecimal digits, and a character takes six at most.
    const size = rowBytes + 6 * snapshot.id.length + 2 * snapshot.payload.length;
    if (insert.length + size > statementBytes) throw oversized(snapshot);
    if (some.length > 0 && bytes + size > statementBytes) {
      yield some;
      some = [];
      bytes = insert.length;
    }
    some.push(snapshot);
    bytes += size;
  }
  if (some.length > 0) yield some;
}

function oversized({ id, payload }: SnapshotRow): EgoError {
  return new EgoError(
    "invalid_argument",
    `The state of ${JSON.stringify(id)} has ${payload.length} bytes: a snapshot in MySQL takes two mebibytes at most.`,
  );
}

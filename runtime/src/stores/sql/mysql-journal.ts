import { EgoError } from "../../error/ego-error.ts";
import type { MysqlConnection, MysqlValue } from "./mysql-driver.ts";
import { statementBytes } from "./mysql-settings.ts";
import { mysqlSnapshots } from "./mysql-snapshots.ts";
import type { SqlBatch } from "./sql-batch.ts";
import type { SqlRow } from "./sql-driver.ts";
import { type Appended, andThen, type EntityKey, orStale, type SqlJournal } from "./sql-journal.ts";
import { plainText } from "./sql-values.ts";

const columns =
  "shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id";
/** Of an entity that is known. */
const ownColumns = "shard, position, revision, event_type, payload, metadata, recorded_at, command_id";
const insert = `insert into ego_events (${columns}) values `;
const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
/** As a union of these, each is one descent of the key: as a list of pairs, MariaDB reads the whole table. */
const head = "(select ? as at, max(revision) as head from ego_events where entity_id = ? and entity_type = ?)";
/** As a union of these, reading is a range of the key for each shard. */
const piece = `(select ${columns} from ego_events where shard = ? and position between ? and ?)`;
const isEvent = "(entity_id = ? and entity_type = ? and revision = ?)";

/** Rows of one statement. */
const rowsAtMost = 1_000;
/** Entities of one statement. */
const keysAtMost = 200;
/** What a row takes of a statement beside its texts and bytes: numbers, quotes and commas. */
const rowBytes = 160;

/** A journal in a database of MySQL or MariaDB. */
export const mysqlJournal: SqlJournal<MysqlConnection> = {
  append: (connection, batch) => transaction(connection, () => appendIn(connection, batch)),
  appendWith: (connection, batch, more) =>
    orStale(
      connection.transaction(async (within, trx) => andThen(await appendIn(within, batch), (base) => more(trx, base))),
    ),
  heads: headsOf,
  stored(connection, shards, keys) {
    return transaction(connection, async () => {
      await lock(connection, shards);
      const found = new Map<string, { readonly position: number; readonly commandId: string | null }>();
      const nameOf = (type: unknown, id: string, revision: unknown) =>
        JSON.stringify([Number(type), id, Number(revision)]);
      for (const some of chunksOf(keys, keysAtMost)) {
        const rows = await connection.run(
          `select ${columns} from ego_events where ${some.map(() => isEvent).join(" or ")}`,
          some.flatMap(({ id, type, revision }) => [id, type, revision]),
        );
        for (const { entity_type, entity_id, revision, position, command_id } of rows) {
          found.set(nameOf(entity_type, plainText(entity_id), revision), {
            position: Number(position),
            commandId: command_id === null ? null : plainText(command_id),
          });
        }
      }
      return new Map(
        keys.flatMap(({ type, id, revision }, at) => {
          const command = found.get(nameOf(type, id, revision));
          return command ? [[at, command] as const] : [];
        }),
      );
    });
  },
  load: (connection, { type, id }, from, to, limit) =>
    connection.run(
      `select ${ownColumns} from ego_events where entity_id = ? and entity_type = ? and revision between ? and ? order by revision limit ?`,
      [id, type, from, to, limit ?? Number.MAX_SAFE_INTEGER],
    ),
  loadPayloads: (connection, { type, id }, from, to, limit) =>
    connection.run(
      "select revision, event_type, payload from ego_events where entity_id = ? and entity_type = ? and revision between ? and ? order by revision limit ?",
      [id, type, from, to, limit ?? Number.MAX_SAFE_INTEGER],
    ),
  read: (connection, shard, after, limit) =>
    connection.run(`select ${columns} from ego_events where shard = ? and position > ? order by position limit ?`, [
      shard,
      after,
      limit,
    ]),
  async removePayloads(connection, { type, id }, { from, to, toPosition }) {
    await connection.run(
      "update ego_events set payload = null, `sensitive` = null where entity_id = ? and entity_type = ? and revision between ? and ? and position <= ? and payload is not null",
      [id, type, from, to, toPosition],
    );
  },
  ...mysqlSnapshots,
  async readShards(connection, after, limit) {
    const shards = after.map(({ shard }) => shard).toSorted((a, b) => a - b);
    const last = await lastPositions(connection, shards);
    const lastOf = new Map(shards.map((shard, at) => [shard, last[at] ?? 0]));
    // Positions are dense, so this says which events there are: the second statement reads each by its key.
    const pieces: string[] = [];
    const values: number[] = [];
    let left = limit;
    for (const { shard, position } of after) {
      const from = Math.max(position, 0) + 1;
      const count = Math.min((lastOf.get(shard) ?? 0) - from + 1, left);
      if (count <= 0) continue;
      pieces.push(piece);
      values.push(shard, from, from + count - 1);
      left -= count;
    }
    if (pieces.length === 0) return [];
    const rows = await connection.run(pieces.join(" union all "), values);
    // Nothing is promised of the order of a union.
    const places = new Map(after.map(({ shard }, at) => [shard, at]));
    const placeOf = ({ shard }: SqlRow) => places.get(Number(shard)) ?? 0;
    return rows.toSorted((a, b) => placeOf(a) - placeOf(b) || Number(a.position) - Number(b.position));
  },
  lastPositions: (connection, shardCount) =>
    lastPositions(
      connection,
      Array.from({ length: shardCount }, (_, shard) => shard),
    ),
  findNames: (connection, names) =>
    connection.run(`select id, name from ego_types where name in (${marks(names)})`, names),
  findIds: (connection, ids) => connection.run(`select id, name from ego_types where id in (${marks(ids)})`, ids),
  async addNames(connection, names) {
    const values = names.map(() => "(?)").join(", ");
    // `insert ignore` would cut off what is too long.
    await connection.run(`insert into ego_types (name) values ${values} on duplicate key update id = id`, names);
  },
};

async function appendIn(connection: MysqlConnection, batch: SqlBatch): Promise<Appended> {
  const statements = insertsOf(batch);
  await lock(connection, batch.shards);
  if (batch.verified.length > 0) {
    const heads = await headsOf(
      connection,
      batch.verified.map(({ append }) => ({
        type: batch.ids.get(append.entityType) as number,
        id: append.entityId,
      })),
    );
    const stale = batch.verified.filter(({ append }, at) => heads[at] !== append.expectedRevision);
    if (stale.length > 0) return { stale };
  }
  const base = await lastPositions(connection, batch.shards);
  for (const { rows, values } of statements) {
    await connection.run(insert + Array(rows).fill(row).join(", "), values(base));
  }
  return { base };
}

/** Runs a transaction. It has no snapshot before it first reads without a lock. */
async function transaction<T>(connection: MysqlConnection, work: () => Promise<T>): Promise<T> {
  await connection.run("begin");
  try {
    const result = await work();
    await connection.run("commit");
    return result;
  } catch (failure) {
    // After some failures the transaction is still there. Whether the connection is, is told by this one.
    if (!connection.lost) await connection.run("rollback");
    throw failure;
  }
}

/** All writers lock in one order, so they queue. The locks are held through the commit. */
async function lock(connection: MysqlConnection, shards: readonly number[]): Promise<void> {
  const rows = await connection.run(
    `select shard from ego_shards force index (primary) where shard in (${marks(shards)}) order by shard for update`,
    shards,
  );
  if (rows.length !== shards.length) throw shardsMissing(rows.length, shards.length);
}

function shardsMissing(found: number, wanted: number): EgoError {
  return new EgoError(
    "data_loss",
    `The journal has ${found} of ${wanted} shards. A shard without its lock row takes no events: two writers would number them alike. Restore a backup.`,
  );
}

/** The last positions of shards, which are ascending: as a subquery of each, it is the last entry of the index. */
async function lastPositions(connection: MysqlConnection, shards: readonly number[]): Promise<readonly number[]> {
  const rows = await connection.run(
    `select (select e.position from ego_events e where e.shard = s.shard order by e.position desc limit 1) as position from ego_shards s where s.shard in (${marks(shards)}) order by s.shard`,
    shards,
  );
  if (rows.length !== shards.length) throw shardsMissing(rows.length, shards.length);
  return rows.map(({ position }) => Number(position ?? 0));
}

async function headsOf(connection: MysqlConnection, entities: readonly EntityKey[]): Promise<readonly number[]> {
  const heads: number[] = [];
  for (const some of chunksOf(entities, keysAtMost)) {
    const rows = await connection.run(
      some.map(() => head).join(" union all "),
      some.flatMap(({ id, type }, at) => [at, id, type]),
    );
    const inOrder = rows.toSorted((a, b) => Number(a.at) - Number(b.at));
    for (const found of inOrder) heads.push(Number(found.head ?? 0));
  }
  return heads;
}

/** Rows that go in one statement; their values are known when the last positions are. */
interface Insert {
  readonly rows: number;
  values(base: readonly number[]): MysqlValue[];
}

function insertsOf({ appends, ids, shards, places }: SqlBatch): readonly Insert[] {
  const inserts: Insert[] = [];
  let rows: ((base: readonly number[]) => MysqlValue[])[] = [];
  let bytes = 0;
  const close = () => {
    const closed = rows;
    if (closed.length > 0) inserts.push({ rows: closed.length, values: (base) => closed.flatMap((of) => of(base)) });
    rows = [];
    bytes = 0;
  };
  for (const [at, { append }] of appends.entries()) {
    const { entityId, events, metadata, recordedAt, expectedRevision, commandId } = append;
    const { shard, offset } = places[at] as { shard: number; offset: number };
    const type = ids.get(append.entityType) as number;
    // A character takes three bytes at most for each of its UTF-16 units, and twice if all are escaped.
    const texts = 6 * (entityId.length + commandId.length);
    for (const [n, event] of events.entries()) {
      const size = rowBytes + texts + 2 * (event.payload.length + metadata.length);
      if (size + insert.length > statementBytes) throw oversized(entityId, event.payload.length + metadata.length);
      if (rows.length === rowsAtMost || insert.length + bytes + size > statementBytes) close();
      bytes += size;
      rows.push((base) => [
        shards[shard] as number,
        (base[shard] as number) + offset - events.length + n + 1,
        type,
        entityId,
        expectedRevision + n + 1,
        ids.get(event.type) as number,
        event.payload,
        metadata,
        recordedAt,
        n === 0 ? commandId : null,
      ]);
    }
  }
  close();
  return inserts;
}

function oversized(entityId: string, bytes: number): EgoError {
  return new EgoError(
    "invalid_argument",
    `An event of ${JSON.stringify(entityId)} has ${bytes} bytes with its metadata: a journal in MySQL takes two mebibytes at most.`,
  );
}

function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

function* chunksOf<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}

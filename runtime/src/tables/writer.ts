import type { RawBuilder } from "kysely";
import { EgoError } from "../error/ego-error.ts";
import type { AnyDatabase } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import type { TableSession } from "./table-session.ts";
import { type SqlValue, type TableShape, tableText } from "./table-shape.ts";
import { isKeyViolation, writeFailure } from "./violation.ts";

/** Runs statements that change rows, and answers how many they changed: none if a row with that key was in the way. */
export type Write = (
  name: string,
  build: () => RawBuilder<unknown>,
  parameters: readonly SqlValue[],
) => Promise<number>;

// By the adapter, which a Kysely shares with its transactions.
const looking = new WeakMap<object, Promise<string>>();
const looked = new WeakSet<object>();

/** Whether `prepareRows` is done, so that what is written can reach the driver at once. */
export function isPrepared(db: AnyDatabase): boolean {
  return looked.has(db.getExecutor().adapter);
}

/**
 * Looks at the settings of a database, once for each adapter. From then on, statements of `rowWriter` reach the driver in
 * the order in which they were called, whether or not the one before was awaited.
 *
 * @throws EgoError `unsupported` if they would change values instead of refusing them
 */
export async function prepareRows(db: AnyDatabase): Promise<void> {
  const { adapter } = db.getExecutor();
  const looks = looking.get(adapter) ?? dialectOf(db).prepare(db.withoutPlugins());
  looking.set(adapter, looks);
  try {
    await looks;
    looked.add(adapter);
  } catch (failure) {
    looking.delete(adapter);
    throw failure;
  }
}

/** A writer on a session, which looks at the settings of the database before it writes for the first time. */
export function writer(session: TableSession): Write {
  return async (name, build, parameters) => {
    if (!isPrepared(session.db)) await prepareRows(session.db);
    try {
      const { numAffectedRows = 0n } = await session.run(name, build, parameters);
      return Number(numAffectedRows);
    } catch (failure) {
      if (isKeyViolation(failure)) return 0;
      throw writeFailure(failure, session.table.shape);
    }
  };
}

/**
 * Refuses the table of a state, which the engine writes.
 *
 * @throws EgoError `unsupported`
 */
export function refuseStates(shape: TableShape): void {
  if (!shape.revision) return;
  throw new EgoError(
    "unsupported",
    `${tableText(shape)} holds states, which only the engine writes: send a command, or read it with tableReader.`,
    { details: { table: shape.name } },
  );
}

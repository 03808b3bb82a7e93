import type { RawBuilder } from "kysely";
import type { TableSession } from "./table-session.ts";
import type { SqlValue } from "./table-shape.ts";
import { isKeyViolation, writeFailure } from "./violation.ts";

/** Runs statements that change rows, and answers how many they changed: none if a row with that key was in the way. */
export type Write = (
  name: string,
  build: () => RawBuilder<unknown>,
  parameters: readonly SqlValue[],
) => Promise<number>;

// By the adapter, which a Kysely shares with its transactions.
const looked = new WeakMap<object, Promise<string>>();

/** A writer on a session, which looks at the settings of the database before it writes for the first time. */
export function writer(session: TableSession): Write {
  const { adapter } = session.db.getExecutor();

  async function prepare(): Promise<void> {
    const looking = looked.get(adapter) ?? session.dialect.prepare(session.db);
    looked.set(adapter, looking);
    try {
      await looking;
    } catch (failure) {
      looked.delete(adapter);
      throw failure;
    }
  }

  return async (name, build, parameters) => {
    await prepare();
    try {
      const { numAffectedRows = 0n } = await session.run(name, build, parameters);
      return Number(numAffectedRows);
    } catch (failure) {
      if (isKeyViolation(failure)) return 0;
      throw writeFailure(failure, session.table.shape);
    }
  };
}

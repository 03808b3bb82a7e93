import type { RawBuilder } from "kysely";
import type { TableSession } from "./table-session.ts";
import type { SqlValue } from "./table-shape.ts";
import { isKeyViolation, writeFailure } from "./violation.ts";

/** Runs statements that change rows, and answers how many they changed. */
export type Write = (
  name: string,
  build: () => RawBuilder<unknown>,
  parameters: readonly SqlValue[],
) => Promise<number>;

/** A writer on a session, which looks at the settings of the database before it writes for the first time. */
export function writer(session: TableSession): Write {
  let prepared: Promise<string> | undefined;
  return async (name, build, parameters) => {
    prepared ??= session.dialect.prepare(session.db);
    try {
      await prepared;
    } catch (failure) {
      prepared = undefined;
      throw failure;
    }
    try {
      const { numAffectedRows = 0n } = await session.run(name, build, parameters);
      return Number(numAffectedRows);
    } catch (failure) {
      if (isKeyViolation(failure)) return 0;
      throw writeFailure(failure, session.table.shape);
    }
  };
}

import { EgoError } from "../../error/ego-error.ts";

// What SQLite passes over before a statement: space, empty statements, comments.
const nothing = String.raw`(?:[\s;]|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*(?:\*/|$))*`;
const firstWords = new RegExp(`^${nothing}([a-z]+)(?:\\s+([a-z]+))?(?:\\s+([a-z]+))?`, "i");

const controls: ReadonlySet<string | undefined> = new Set(["begin", "commit", "end", "rollback", "attach", "detach"]);

/**
 * Refuses statements that begin or end transactions, or change the settings of the connection: it is the store's own.
 * Savepoints in a transaction are fine.
 *
 * @throws EgoError `invalid_argument`
 */
export function refuseControl(sql: string): void {
  const [first, second, third] = (firstWords.exec(sql) ?? []).slice(1).map((word) => word?.toLowerCase());
  if (first === "pragma" && /[=(]/.test(sql)) {
    throw new EgoError(
      "invalid_argument",
      "A pragma with a value is not for statements: the connection's settings are those of the store. What is only read has a function, as in: select * from pragma_table_info('items').",
    );
  }
  if (!controls.has(first)) return;
  if (first === "rollback" && (second === "to" || (second === "transaction" && third === "to"))) return;
  throw new EgoError(
    "invalid_argument",
    `"${first}" is not for statements: the connection is the store's, which begins and ends its transactions. Return from the transaction's function to commit, throw to roll back.`,
  );
}

import type { EntityTable } from "../codegen/entity.ts";

/**
 * The names under which an event is stored: first that of today, then those that it had before.
 *
 * @param event its name in the generated code, as `accountCredited`
 * @param typeName the full name of its message
 */
export function storedNamesOf(
  { stored = {} }: EntityTable,
  event: string,
  typeName: string,
): readonly [string, ...string[]] {
  // Not a plain look-up: every object has a `constructor`.
  const row = Object.hasOwn(stored, event) ? stored[event] : undefined;
  return [row?.type ?? typeName, ...(row?.aliases ?? [])];
}

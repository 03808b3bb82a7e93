import { word } from "../journal/event-text.ts";
import { sqlName } from "../tables/names.ts";
import type { AppProjections } from "./app-projections.ts";
import type { SeenVersion } from "./tools.ts";

/**
 * How the tables of a projection are dropped that the application does not have. The database does not say which table is
 * whose, so nothing is dropped by guessing: it is a sentence for whoever knows what is there.
 *
 * @param versions all of the projection
 */
export function leftoverTables(
  name: string,
  versions: readonly SeenVersion[],
  app: Pick<AppProjections, "fills">,
): string {
  const tables = versions.map(({ record }) => (record.role === "live" ? name : `${name}__v${record.version}`));
  // What is called otherwise is no read model; longer names are cut; and what the application fills is not left over.
  const left = tables.filter((table) => sqlName.test(table) && !app.fills(table));
  if (left.length === 0) return "";
  const statements = left.map((table) => `drop table if exists ${table};`).join(" ");
  return `If ${word(name)} was a read model whose table had no name of its own, run by hand, in the schema of the journal: \`${statements}\``;
}

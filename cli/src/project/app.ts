import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EgoApp } from "../config.ts";
import { Failure } from "../failure.ts";
import type { Host } from "../terminal/host.ts";
import { printable, printableName } from "../terminal/printable.ts";
import { upwards } from "../upwards.ts";

const configName = "ego.config.ts";
const example = 'export default { app: () => import("./src/app.ts") };';

/** The configuration of the project that `cwd` is in: the nearest `ego.config.ts`, upwards. */
export function findConfig(cwd: string): string | undefined {
  return upwards(realpathSync(cwd))
    .map((folder) => join(folder, configName))
    .find((file) => existsSync(file));
}

/**
 * Loads the application of a project, which runs the user's code. Where that names a file, as of SQLite, it counts from
 * the root of the project, as in the scripts of package.json, from whatever folder `ego` was called.
 *
 * @param file its `ego.config.ts`
 * @throws Failure if the configuration or the application cannot be loaded, or is not what it should be
 */
export async function loadApp(host: Host, file: string): Promise<EgoApp> {
  host.enter?.(dirname(file));
  const config = await attempt(file, () => import(pathToFileURL(file).href) as Promise<{ default?: unknown }>);
  const { app } = (config.default ?? {}) as { app?: unknown };
  if (typeof app !== "function") {
    const what = config.default === undefined ? "no default export" : "no function `app` in its default export";
    throw new Failure("input", `${printableName(file)} has ${what}. Write:\n${example}`);
  }
  const loaded: unknown = await attempt(file, async () => app());
  return checkedApp(file, loaded);
}

/**
 * The table of one of the entities of an application.
 *
 * @throws Failure if it is none
 */
export function entityTable(file: string, entities: readonly object[], index: number): object {
  const { entity } = entities[index] as { readonly entity?: { readonly table?: object } };
  if (entity?.table !== undefined) return entity.table;
  throw new Failure("input", `entities[${index}] of ${printableName(file)} is no entity with its behavior.`);
}

function checkedApp(file: string, loaded: unknown): EgoApp {
  const exported = typeof loaded === "object" && loaded !== null ? (loaded as Readonly<Record<string, unknown>>) : {};
  const { store, entities, projections } = exported;
  const wrong = (what: string) =>
    new Failure(
      "input",
      `What \`app\` of ${printableName(file)} loads ${what}. It has to export what Engine.start takes: \`store\` and \`entities\`. It exports ${Object.keys(exported).map(printableName).join(", ") || "nothing"}.`,
    );
  if (store === undefined) throw wrong("has no `store`");
  if (typeof store !== "object" || store === null || !("events" in store)) throw wrong("has a `store` that is none");
  if (!Array.isArray(entities))
    throw wrong(entities === undefined ? "has no `entities`" : "has `entities` that are no list");
  if (projections !== undefined && !Array.isArray(projections)) throw wrong("has `projections` that are no list");
  return { store, entities, ...(projections ? { projections } : {}) };
}

async function attempt<T>(file: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new Failure("input", `${printableName(file)} cannot be loaded: ${described(error, dirname(file))}`);
  }
}

/** What was thrown, and from where in the project. */
function described(thrown: unknown, root: string): string {
  if (!(thrown instanceof Error)) return printable(String(thrown));
  const hint = hints[(thrown as NodeJS.ErrnoException).code ?? ""];
  // The first line of a stack is the message, which may name a file too.
  const frames = thrown.stack?.slice(thrown.stack.indexOf("\n    at ")).split("\n") ?? [];
  const frame = frames.find((line) => line.includes(root) && !line.includes(join(root, "node_modules")));
  const place = frame === undefined ? "" : `\n  ${frame.trim()}`;
  return printable(`${thrown.message}${place}${hint === undefined ? "" : `\n${hint}`}`);
}

const stripping =
  "Node runs TypeScript by leaving out the types: take `erasableSyntaxOnly` into tsconfig.json, and no enums.";

/** What to do about failures of Node's loader. */
const hints: Readonly<Record<string, string>> = {
  ERR_UNKNOWN_FILE_EXTENSION: "Node runs .js, and .ts from 22.18 on, unless it is told --no-strip-types.",
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: stripping,
  ERR_INVALID_TYPESCRIPT_SYNTAX: stripping,
};

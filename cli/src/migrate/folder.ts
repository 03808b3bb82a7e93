import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../failure.ts";
import { printable, printableName } from "../terminal/printable.ts";
import { upwards } from "../upwards.ts";
import type { ProjectMigrations } from "./schema.ts";

/** The migrations of a project's tables. */
export interface MigrationsFolder {
  /** Absolute. */
  readonly root: string;
  /** From the root. */
  readonly name: string;
  /** In order. */
  readonly files: readonly MigrationFile[];
}

/** A file with a migration. */
export interface MigrationFile {
  /** As the database has it: without the extension. */
  readonly name: string;
  readonly file: string;
}

/** What says which tables the migrations beside it make; a folder without it is somebody else's. */
export const tablesName = "tables.json";

/** A project may have migrations of another tool in the first one. */
const folderNames = ["migrations", "ego-migrations"] as const;

/**
 * The folder whose migrations belong to the project that `cwd` is in: that with ego.config.ts or buf.gen.yaml, the nearest
 * one upwards.
 */
export function migrationsRoot(cwd: string): string {
  const start = realpathSync(cwd);
  const marks = ["ego.config.ts", "buf.gen.yaml"];
  return upwards(start).find((folder) => marks.some((name) => existsSync(join(folder, name)))) ?? start;
}

/** The migrations of a project; undefined if it has none. */
export function findMigrations(root: string): MigrationsFolder | undefined {
  const name = folderNames.find((folder) => existsSync(join(root, folder, tablesName)));
  return name === undefined ? undefined : { root, name, files: filesIn(root, name) };
}

/** Where the first migration of a project goes: not among those of another tool. */
export function newMigrations(root: string): MigrationsFolder {
  const [first, other] = folderNames;
  const taken = existsSync(join(root, first)) && readdirSync(join(root, first)).some((file) => !file.startsWith("."));
  const name = taken ? other : first;
  return { root, name, files: existsSync(join(root, name)) ? filesIn(root, name) : [] };
}

/**
 * Loads migrations, which is code of the project's.
 *
 * @throws Failure if a file cannot be loaded, or has no `up`
 */
export async function loadMigrations({ root, name: folder, files }: MigrationsFolder): Promise<ProjectMigrations> {
  const loaded = files.map(async ({ name, file }) => {
    const shown = printableName(`${folder}/${file}`);
    let module: { readonly up?: unknown };
    try {
      module = await import(pathToFileURL(join(root, folder, file)).href);
    } catch (error) {
      throw new Failure("input", `${shown} cannot be loaded: ${printable((error as Error).message ?? String(error))}`);
    }
    const { up } = module;
    if (typeof up !== "function") {
      throw new Failure(
        "input",
        `${shown} exports no function \`up\`: export async function up(db: Kysely<unknown>) …`,
      );
    }
    return [name, { up: async (db: never) => up(db) }] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}

/** Those that Node runs and whose name begins with a digit; the others are what they import. */
function filesIn(root: string, folder: string): readonly MigrationFile[] {
  const files = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .flatMap(({ name: file }) => {
      const [, name] = /^([0-9].*)\.[cm]?[jt]s$/.exec(file) ?? [];
      return name === undefined || /\.(?:d|test)$/.test(name) ? [] : [{ name, file }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const twice = files.find(({ name }, index) => files[index - 1]?.name === name);
  if (twice === undefined) return files;
  const both = files.filter(({ name }) => name === twice.name).map(({ file }) => printableName(file));
  throw new Failure("input", `${folder}${sep} has one migration twice: ${both.join(" and ")}. Remove one of them.`);
}

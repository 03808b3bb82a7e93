import { stripTypeScriptTypes } from "node:module";
import { tableMigration } from "@ego/runtime/kysely";
import type { Up } from "./checks.ts";

/** The `up` of the text of a migration, without a file. */
export function upOf(text: string): Up {
  const script = stripTypeScriptTypes(text)
    .replace(/^import .*$/gm, "")
    .replace("export async function up", "return async function up");
  return new Function("tableMigration", script)(tableMigration) as Up;
}

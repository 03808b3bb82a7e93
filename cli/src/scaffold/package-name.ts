import { basename } from "node:path";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";

/**
 * The name of the npm package to be made in a folder.
 *
 * @throws Failure if npm would refuse it; the message suggests a name that it takes.
 */
export function packageName(folder: string, wanted: string | undefined): string {
  const name = wanted ?? basename(folder);
  const problem = problemOf(name);
  if (problem === undefined) return name;
  const what = wanted === undefined ? "The folder's name" : "The name";
  const suggestion =
    wanted === undefined
      ? `Take another folder, or name the package: \`--name ${valid(name)}\`.`
      : `Try \`${valid(name)}\`.`;
  throw new Failure(
    "input",
    `${what} "${printableName(name)}" cannot be the name of an npm package: ${problem}.\n${suggestion}`,
  );
}

function problemOf(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > 214) return "it is longer than 214 characters";
  if (name === "node_modules" || name === "favicon.ico") return "npm reserves it";
  const parts = /^(?:@([^/]+)\/)?([^/]*)$/.exec(name);
  if (parts === null) return "it has a slash";
  const [, scope, local = ""] = parts;
  if (/^[._-]/.test(local)) return `it begins with "${local.charAt(0)}"`;
  if (/[A-Z]/.test(name)) return "it has capital letters";
  if (![scope ?? "x", local].every((part) => /^[a-z0-9~._-]+$/.test(part))) {
    return "it has characters other than a-z, 0-9, dot, hyphen and underscore";
  }
  return undefined;
}

function valid(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|[._-]+$/g, "")
    .slice(0, 214);
  return problemOf(plain) === undefined ? plain : "my-bank";
}

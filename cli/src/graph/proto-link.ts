import { posix } from "node:path";
import { Failure } from "../failure.ts";
import type { Place } from "../project/finding.ts";
import type { Project } from "../project/project.ts";
import { printableName } from "../terminal/printable.ts";
import { linkPath } from "./escape.ts";

/** Where a click on something of the domain leads. */
export type ProtoLink = (at: Place) => string;

/**
 * The links that `--link` asks for.
 *
 * @param how `file`: relative, from the folder of the output; `vscode`: into the editor, on this machine;
 *   `github=<base>`: behind an address such as https://github.com/me/bank/blob/main
 * @param output the file that has the links, from the root
 * @throws Failure for everything else
 */
export function protoLink(project: Project, how: string, output: string | undefined): ProtoLink {
  if (how === "file") {
    const folder = output === undefined ? "." : posix.dirname(output);
    return ({ file, line }) => `${linkPath(posix.relative(folder, file))}#L${line}`;
  }
  if (how === "vscode") {
    const root = project.root.replaceAll("\\", "/").replace(/^\/?/, "/");
    return ({ file, line, column }) => `vscode://file${linkPath(`${root}/${file}`)}:${line}:${column}`;
  }
  if (how.startsWith("github=")) {
    const base = baseOf(how.slice("github=".length));
    return ({ file, line }) => `${base}/${linkPath(file)}#L${line}`;
  }
  throw new Failure(
    "input",
    `\`--link ${printableName(how)}\` is not known. Take file, vscode, or github=https://github.com/me/bank/blob/main.`,
  );
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new Failure(
      "input",
      `\`--link github=\` takes the address of the project's root, as https://github.com/me/bank/blob/main, not "${printableName(text)}".`,
    );
  }
  return url.href.replace(/\/+$/, "").replaceAll("'", "%27");
}

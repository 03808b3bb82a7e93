import { compare } from "../compare.ts";
import { maxWidth } from "./width.ts";

const statement = /^import (type )?\{ (.*) \} from (".*");$/;

/**
 * Puts the import statements at the top of a file in order: packages, then relative paths, types before values,
 * names by code units. The printer lists them as they are first used, and sorts names as the machine's locale does.
 */
export function sortImports(content: string): string {
  const lines = content.split("\n");
  const end = lines.findIndex((line) => !statement.test(line));
  const imports = lines.slice(0, end).map((line) => {
    const [, type = "", names = "", from = ""] = statement.exec(line) ?? [];
    const sorted = names.split(", ").sort(compare);
    return { relative: from.startsWith('".'), type, from, text: importText(type, sorted, from) };
  });
  imports.sort((a, b) => Number(a.relative) - Number(b.relative) || compare(a.from, b.from) || compare(b.type, a.type));
  const rest = lines.slice(end).join("\n").replace(/^\n+/, "");
  return `${imports.map(({ text }) => text).join("\n")}\n\n${rest}`;
}

/** One line, or as few lines of names as there can be. */
function importText(type: string, names: readonly string[], from: string): string {
  const oneLine = `import ${type}{ ${names.join(", ")} } from ${from};`;
  if (oneLine.length <= maxWidth) return oneLine;
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 2 <= maxWidth) lines[lines.length - 1] = `${last} ${name},`;
    else lines.push(`  ${name},`);
  }
  return [`import ${type}{`, ...lines, `} from ${from};`].join("\n");
}

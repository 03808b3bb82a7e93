import { dirname, posix, relative, sep } from "node:path";
import type { Line } from "./braces.ts";
import type { Contract } from "./contract.ts";
import { memberLines, quoted, sectionLines } from "./member-text.ts";
import type { Style } from "./style.ts";

/**
 * The name of the file in which an implementation is expected: `account.ts`, `balances-projection.ts`, `transfer-process.ts`;
 * `transfer-saga.ts` where an entity has the name of the saga.
 */
export function fileNameOf({ kind, name }: Contract, contracts: readonly Contract[]): string {
  const kebab = name.replaceAll("_", "-");
  if (kind === "read model") return `${kebab}-projection.ts`;
  const taken =
    kind === "saga" && contracts.some((one) => one.kind === "entity" && one.name.replaceAll("_", "-") === kebab);
  return taken ? `${kebab}-saga.ts` : `${kebab}.ts`;
}

/** The name of the constant: `accountBehavior`. */
export function constantOf({ type }: Contract): string {
  return type.slice(0, 1).toLowerCase() + type.slice(1);
}

/**
 * A new file with an implementation, of which every method throws.
 *
 * @param file where it goes, absolute
 * @param generated the generated file of the contract, absolute
 * @param extension how that file imports others: `.ts`, `.js` or nothing
 */
export function newFile(contract: Contract, file: string, generated: string, extension: string, style: Style): string {
  const needed = contract.sections.flatMap(({ members }) => members.filter(({ optional }) => !optional));
  const from = specifierOf(file, generated, extension);
  const end = style.semicolons ? ";" : "";
  const value = `import { NotImplemented } from ${quoted("@ego/runtime", style)}${end}`;
  const lines = [
    ...(needed.length > 0 ? [value] : []),
    `import type { ${contract.type} } from ${quoted(from, style)}${end}`,
    "",
    `export const ${constantOf(contract)}: ${contract.type} = {`,
    ...render(membersOf(contract, style), style),
    `}${end}`,
  ];
  return lines.map((line) => line + style.eol).join("");
}

function membersOf(contract: Contract, style: Style): readonly (readonly Line[])[] {
  return contract.sections.flatMap((section) =>
    section.key === undefined
      ? section.members
          .filter(({ optional }) => !optional)
          .map((member) => memberLines(member, style, "NotImplemented"))
      : [sectionLines(section, style, "NotImplemented")],
  );
}

function render(members: readonly (readonly Line[])[], style: Style): string[] {
  return members.flatMap((member, index) =>
    member.map(({ level, text }, line) => {
      const behind = line === member.length - 1 && (index < members.length - 1 || style.trailingCommas) ? "," : "";
      return `${style.unit.repeat(level + 1)}${text}${behind}`;
    }),
  );
}

function specifierOf(file: string, generated: string, extension: string): string {
  const way = relative(dirname(file), generated).replaceAll(sep, posix.sep).replace(/\.ts$/, extension);
  return way.startsWith(".") ? way : `./${way}`;
}

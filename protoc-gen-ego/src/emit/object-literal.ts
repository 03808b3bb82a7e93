import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { joined, quoted } from "./printing.ts";
import { maxWidth, widthOf } from "./width.ts";

/** An object literal: members in order. */
export interface ObjectLiteral {
  readonly kind: "object";
  readonly members: readonly Member[];
}

/** An array literal: elements in order, each of which stays in one line. */
export interface ListLiteral {
  readonly kind: "list";
  readonly elements: readonly Printable[];
}

/** A key, and what is behind it: an object or a list, that may be broken into lines, or something that may not. */
export type Member = readonly [key: string, value: Printable | ObjectLiteral | ListLiteral];

/** An object literal of some members. */
export function objectLiteral(members: readonly Member[]): ObjectLiteral {
  return { kind: "object", members };
}

/** An array literal of some elements. */
export function listLiteral(elements: readonly Printable[]): ListLiteral {
  return { kind: "list", elements };
}

/** Prints a member of an object: in one line if it is no longer than 120. */
export function printMember(file: GeneratedFile, member: Member, indent = "  "): void {
  for (const line of memberLines(member, indent)) file.print(line);
}

function memberLines([name, value]: Member, indent: string): Printable[] {
  const key = keyLiteral(name);
  const oneLine: Printable[] = [`${indent}${key}: `, inline(value), ","];
  if (widthOf(oneLine) <= maxWidth) return [oneLine];
  if (isLiteral(value, "object")) {
    const lines = value.members.flatMap((member) => memberLines(member, `${indent}  `));
    return [`${indent}${key}: {`, ...lines, `${indent}},`];
  }
  if (isLiteral(value, "list")) {
    const lines = value.elements.map((element): Printable => [`${indent}  `, element, ","]);
    return [`${indent}${key}: [`, ...lines, `${indent}],`];
  }
  return [oneLine];
}

function inline(value: Member[1]): Printable {
  if (isLiteral(value, "list")) return ["[", joined(value.elements, ", "), "]"];
  if (!isLiteral(value, "object")) return value;
  if (value.members.length === 0) return "{}";
  const members = value.members.map(([key, member]): Printable => [`${keyLiteral(key)}: `, inline(member)]);
  return ["{ ", joined(members, ", "), " }"];
}

/** A key as it stands in an object literal: `__proto__` would be the prototype otherwise. */
function keyLiteral(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function isLiteral<K extends "object" | "list">(
  value: Member[1],
  kind: K,
): value is Extract<ObjectLiteral | ListLiteral, { readonly kind: K }> {
  return typeof value === "object" && "kind" in value && value.kind === kind;
}

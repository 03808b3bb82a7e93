import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { joined } from "./printing.ts";

const maxWidth = 120;

/** An object literal: members in order. */
export interface ObjectLiteral {
  readonly kind: "object";
  readonly members: readonly Member[];
}

/** A key, and what is behind it: an object, that may be broken into lines, or something that may not. */
export type Member = readonly [key: string, value: Printable | ObjectLiteral];

/** An object literal of some members. */
export function objectLiteral(members: readonly Member[]): ObjectLiteral {
  return { kind: "object", members };
}

/** Prints a member of an object: in one line if it is no longer than 120. */
export function printMember(file: GeneratedFile, member: Member, indent = "  "): void {
  for (const line of memberLines(member, indent)) file.print(line);
}

function memberLines([key, value]: Member, indent: string): Printable[] {
  const oneLine: Printable[] = [`${indent}${key}: `, inline(value), ","];
  if (!isObject(value) || width(oneLine) <= maxWidth) return [oneLine];
  const lines = value.members.flatMap((member) => memberLines(member, `${indent}  `));
  return [`${indent}${key}: {`, ...lines, `${indent}},`];
}

function inline(value: Member[1]): Printable {
  if (!isObject(value)) return value;
  if (value.members.length === 0) return "{}";
  const members = value.members.map(([key, member]): Printable => [`${key}: `, inline(member)]);
  return ["{ ", joined(members, ", "), " }"];
}

function isObject(value: Member[1]): value is ObjectLiteral {
  return typeof value === "object" && "kind" in value && value.kind === "object";
}

function width(printable: Printable): number {
  if (Array.isArray(printable)) return printable.reduce<number>((sum, part) => sum + width(part), 0);
  if (typeof printable === "object" && "name" in printable) return printable.name.length;
  return String(printable).length;
}

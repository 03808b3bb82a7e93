import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import type { Domain } from "../model/domain.ts";
import { namePosition } from "../options/position.ts";

/** Words that are no name of a type, or change what is behind them; protoc-gen-es puts a `$` behind all others. */
const noTypes = new Set("any as await infer keyof never readonly symbol undefined unique unknown".split(" "));

/** Words that are no name of a constant in a module, of those that protoc-gen-es prints as they are. */
const noConstants = new Set(["arguments", "await", "eval"]);

/** What is printed for each kind of element, under its own name. */
const refused = {
  message: noTypes,
  enum: new Set([...noTypes, ...noConstants]),
  service: noConstants,
  extension: noConstants,
} as const;

/** EGO017: names that protoc-gen-es prints, and that TypeScript does not take. */
export function checkTypescriptNames(domain: Domain, report: Report): void {
  for (const { desc: file, generate, messages } of domain.files) {
    if (!generate || !messages.some(({ mark }) => mark)) continue;
    for (const type of nestedTypes(file)) {
      // The names of nested ones are joined to those around them: `Outer_any`.
      const nested = type.kind === "service" ? undefined : type.parent;
      if (nested || !refused[type.kind].has(type.name)) continue;
      report.error(
        "EGO017",
        namePosition(type),
        `The ${type.kind} ${type.name} has a name that TypeScript keeps for itself: the code of protoc-gen-es would not compile. Rename it, to ${upperFirst(type.name)} for instance.`,
      );
    }
    for (const { desc } of messages) {
      checkProperties(desc, report);
      checkJsonNames(desc, report);
    }
  }
}

function checkProperties({ name: message, members }: DescMessage, report: Report): void {
  const first = new Map<string, DescField | DescOneof>();
  for (const member of members) {
    const { kind, name, localName } = member;
    const other = first.get(localName);
    if (other) {
      report.error(
        "EGO017",
        namePosition(member),
        `The ${kind} ${name} and the ${other.kind} ${other.name} of ${message} at ${place(namePosition(other))} would both be "${localName}" in the code of protoc-gen-es. Rename one of them.`,
      );
      continue;
    }
    first.set(localName, member);
    if (isProperty(localName)) continue;
    report.error(
      "EGO017",
      namePosition(member),
      `The ${kind} ${name} of ${message} would be "${localName}" in the code of protoc-gen-es, which is no name in TypeScript. Rename it: first a letter.`,
    );
  }
}

/** In an object, `__proto__` is no name of a member like others: its value would be lost. */
function checkJsonNames({ name: message, fields }: DescMessage, report: Report): void {
  for (const field of fields) {
    if (field.jsonName !== "__proto__") continue;
    report.error(
      "EGO017",
      namePosition(field),
      `The field ${field.name} of ${message} has the JSON name "__proto__", under which no object in JavaScript keeps a value. Give it another: [json_name = "..."].`,
    );
  }
}

/** What protoc-gen-es makes of a name is without underscores: nothing may be left, or a digit in front. */
function isProperty(localName: string): boolean {
  return /^(?:[^\d].*|0|[1-9]\d*)$/.test(localName);
}

function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

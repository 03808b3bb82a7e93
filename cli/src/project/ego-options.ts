import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.ts";

/** The options of ego that a project can use. */
export interface EgoOptions {
  /** The names of the options, by the message that they are fields of: `Command`, `FieldOptions`, … */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** The type of an option, by its name: `bool`, `string`, `Precondition`, … Missing where two of one name differ. */
  readonly types: ReadonlyMap<string, string>;
  /** The values of all enums: `PRECONDITION_ABSENT`, … */
  readonly values: readonly string[];
}

/** Reads the options from the ego.proto that the project has: those that its generator knows. */
export function readEgoOptions(project: Project, modules: readonly string[]): EgoOptions {
  const file = modules
    .map((module) => join(project.root, module, "ego/v1/ego.proto"))
    .find((candidate) => existsSync(candidate));
  return parseEgoOptions(file === undefined ? "" : readFileSync(file, "utf8"));
}

/** Finds the options in the text of ego.proto. No parser of protobuf: it is one file, and ours. */
export function parseEgoOptions(proto: string): EgoOptions {
  const text = proto.replace(/\/\/.*$/gm, "");
  const names = new Map<string, readonly string[]>();
  const types = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const [, message = "", body = ""] of text.matchAll(/^message (\w+) \{\n(.*?)^\}/gms)) {
    const fields: string[] = [];
    for (const [, type = "", name = ""] of body.matchAll(/^\s+(?:optional |repeated )?([\w.]+) (\w+) = \d+/gm)) {
      fields.push(name);
      if ((types.get(name) ?? type) !== type) ambiguous.add(name);
      types.set(name, type);
    }
    // An entity of its own is what is needed least.
    names.set(message, [...fields.filter((name) => name !== "entity"), ...fields.filter((name) => name === "entity")]);
  }
  const enums = [...text.matchAll(/^enum \w+ \{\n(.*?)^\}/gms)].map(([, body = ""]) => body);
  const values = enums.flatMap((body) => [...body.matchAll(/^\s+(\w+) = \d+/gm)].map(([, name = ""]) => name));
  for (const name of ambiguous) types.delete(name);
  return { names, types, values };
}

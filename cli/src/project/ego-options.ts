import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.ts";

/** The options of ego that a project can use. */
export interface EgoOptions {
  /** The names of the options, by the message that they are fields of: `Command`, `FieldOptions`, … */
  readonly names: ReadonlyMap<string, readonly string[]>;
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
  for (const [, message = "", body = ""] of text.matchAll(/^message (\w+) \{\n(.*?)^\}/gms)) {
    const fields = [...body.matchAll(/^\s+(?:optional |repeated )?[\w.]+ (\w+) = \d+/gm)].map(([, name = ""]) => name);
    // An entity of its own is what is needed least.
    names.set(message, [...fields.filter((name) => name !== "entity"), ...fields.filter((name) => name === "entity")]);
  }
  const enums = [...text.matchAll(/^enum \w+ \{\n(.*?)^\}/gms)].map(([, body = ""]) => body);
  const values = enums.flatMap((body) => [...body.matchAll(/^\s+(\w+) = \d+/gm)].map(([, name = ""]) => name));
  return { names, values };
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Position } from "@ego/protoc-gen-ego/model";
import { type Domain, schemaJson } from "@ego/protoc-gen-ego/model";
import type { Finding, Place } from "../project/finding.ts";
import { outputFolders } from "../project/outputs.ts";
import type { Project } from "../project/project.ts";
import type { Contract } from "./contract.ts";

/** What is generated of the contracts of a project. */
export interface Generated {
  /** The file that a contract is in, absolute. */
  path(contract: Contract): string;
  /** What is not generated yet, or was generated of other protos. */
  readonly findings: readonly Finding[];
}

/** Looks for the generated code of contracts, and whether it was made of the protos as they are. */
export function findGenerated(
  project: Project,
  domain: Domain,
  contracts: readonly Contract[],
  places: (at: Position) => Place | undefined,
): Generated {
  const folders = outputFolders(project);
  const paths = new Map(contracts.map((contract) => [contract, pathOf(project, folders, contract)]));
  const known = modelIn(project, folders);
  const now = modelOf(JSON.parse(schemaJson(domain)));
  const findings = contracts.flatMap((contract): Finding[] => {
    const key = keyOf(contract);
    const missing = paths.get(contract) === undefined || known?.get(key) === undefined;
    if (!missing && isDeepStrictEqual(known?.get(key), now.get(key))) return [];
    const at = places(contract.at);
    return [
      {
        code: "EGO101",
        severity: "error",
        ...(at ? { at } : {}),
        text: missing
          ? `the code of the ${contract.kind} "${contract.name}" is not generated yet`
          : `the generated code of the ${contract.kind} "${contract.name}" is older than its proto`,
        help: "Run `ego generate` first.",
      },
    ];
  });
  return { path: (contract) => paths.get(contract) ?? "", findings };
}

function pathOf(project: Project, folders: readonly string[], { generated }: Contract): string | undefined {
  return folders.map((folder) => join(project.root, folder, `${generated}.ts`)).find((path) => existsSync(path));
}

interface Entry {
  readonly name: string;
}
interface Model {
  readonly entities: readonly Entry[];
  readonly readModels: readonly Entry[];
  readonly sagas: readonly Entry[];
}

/** What ego.schema.json says, by kind and name; undefined if there is none that can be read. */
function modelIn(project: Project, folders: readonly string[]): ReadonlyMap<string, Entry> | undefined {
  const path = folders.map((folder) => join(project.root, folder, "ego.schema.json")).find((file) => existsSync(file));
  if (path === undefined) return undefined;
  try {
    return modelOf(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function modelOf({ entities, readModels, sagas }: Model): ReadonlyMap<string, Entry> {
  return new Map(
    Object.entries({ entity: entities, "read model": readModels, saga: sagas }).flatMap(([kind, entries]) =>
      entries.map((entry): [string, Entry] => [`${kind} ${entry.name}`, entry]),
    ),
  );
}

function keyOf({ kind, name }: Contract): string {
  return `${kind} ${name}`;
}

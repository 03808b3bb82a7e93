import { existsSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Position } from "@ego/protoc-gen-ego/model";
import { type Domain, schemaJson } from "@ego/protoc-gen-ego/model";
import type { Finding, Place } from "../project/finding.ts";
import { outputFolders } from "../project/outputs.ts";
import type { Project } from "../project/project.ts";
import type { Contract } from "./contract.ts";
import { nameOf } from "./say.ts";

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
  const missing = contracts.filter((one) => paths.get(one) === undefined || known?.get(keyOf(one)) === undefined);
  const stale = contracts.filter(
    (one) => !missing.includes(one) && !isDeepStrictEqual(known?.get(keyOf(one)), now.get(keyOf(one))),
  );
  const findings = [...saying(missing, "is not generated yet"), ...saying(stale, "is older than its proto")];
  return { path: (contract) => paths.get(contract) ?? "", findings };

  /** In one finding: after a change of the protos it may be all of them. */
  function saying(wrong: readonly Contract[], what: string): readonly Finding[] {
    const [first] = wrong;
    if (!first) return [];
    const at = places(first.at);
    const names = wrong.slice(0, shown).map(nameOf).join(", ");
    const more = wrong.length > shown ? `, and of ${wrong.length - shown} more,` : "";
    return [
      {
        code: "EGO101",
        severity: "error",
        ...(at ? { at } : {}),
        text: `the generated code of ${names}${more} ${what}`,
        help: "Run `ego generate` first.",
      },
    ];
  }
}

/** How many names a finding has. */
const shown = 5;

function pathOf(project: Project, folders: readonly string[], { generated }: Contract): string | undefined {
  return folders
    .map((folder) => join(project.root, folder, `${generated}.ts`))
    .find((path) => existsSync(path))
    ?.replaceAll(sep, "/");
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

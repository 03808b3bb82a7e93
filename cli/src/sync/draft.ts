import type { Finding, Place } from "../project/finding.ts";
import type { Contract, Member, Section } from "./contract.ts";
import { type FileChange, fileChange } from "./file-change.ts";
import type { Source } from "./sources.ts";
import type { PlanInput } from "./sync-plan.ts";
import type { World } from "./world.ts";

/** What is to be done, before it is verified. */
export interface Draft {
  readonly input: PlanInput;
  readonly world: World;
  readonly findings: Finding[];
  /** By the path of the file. */
  readonly changes: Map<string, FileChange>;
  readonly created: Created[];
  readonly wanted: Wanted[];
  readonly renames: Rename[];
}

/** A file that is to be made. */
export interface Created {
  /** From the root of the project. */
  readonly file: string;
  readonly path: string;
  readonly contract: Contract;
  readonly text: string;
}

/** A member that is to be inserted. */
export interface Wanted {
  readonly path: string;
  readonly contract: Contract;
  readonly section: Section;
  /** Undefined for a section in which nothing has to be written. */
  readonly member: Member | undefined;
  /** Where it is missing; undefined for a file that is new. */
  readonly at?: Place;
}

/** A member that is to get another name. */
export interface Rename {
  readonly path: string;
  readonly contract: Contract;
  readonly section: Section;
  readonly from: string;
  readonly to: string;
  /** Where it stands now. */
  readonly at: Place;
}

/** A draft with nothing in it. */
export function newDraft(input: PlanInput, world: World): Draft {
  return { input, world, findings: [], changes: new Map(), created: [], wanted: [], renames: [] };
}

/** The change of a file of the project's own; undefined for one that is not. */
export function changeOf({ input, world, changes }: Draft, path: string): FileChange | undefined {
  const known = changes.get(path);
  if (known) return known;
  const source = input.sources.own.find((one) => one.path === path);
  const file = world.file(path);
  if (!source || !file) return undefined;
  const made = fileChange(source, file);
  changes.set(path, made);
  return made;
}

/** The name of a file from the root of the project. */
export function fileNameIn({ input }: Draft, path: string): string {
  const known: Source | undefined = input.sources.own.find((source) => source.path === path);
  return known?.file ?? path.slice(input.project.root.length + 1).replaceAll("\\", "/");
}

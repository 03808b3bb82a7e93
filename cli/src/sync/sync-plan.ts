import type { FileEdit } from "../edits/file-edit.ts";
import type { Finding, Place } from "../project/finding.ts";
import type { Project } from "../project/project.ts";
import type { Contract } from "./contract.ts";
import type { Sources } from "./sources.ts";

/** One method that is inserted. */
export interface Inserted {
  /** From the root of the project. */
  readonly file: string;
  /** The line of its name, in the file as it will be. */
  readonly line: number;
  /** The interface: `AccountBehavior`. */
  readonly contract: string;
  readonly member: string;
  /** Where it is missing now; undefined for a file that is new. */
  readonly at?: Place;
}

/** What `ego sync` would do. */
export interface SyncPlan {
  /** The files to change and to make. */
  readonly edits: readonly FileEdit[];
  /** What the edits do not mend, with places in the files as they are. */
  readonly findings: readonly Finding[];
  /** The same with places in the files as they are when the edits are made. */
  readonly findingsAfter: readonly Finding[];
  readonly inserted: readonly Inserted[];
  /** The members that get another name. */
  readonly renamed: readonly Renamed[];
  /** Whether something could not be done, and the findings say why. */
  readonly refused: boolean;
}

/** One member that gets another name, as asked for. */
export interface Renamed {
  readonly file: string;
  readonly line: number;
  readonly contract: string;
  readonly from: string;
  readonly to: string;
  /** Where it stands now. */
  readonly at: Place;
}

/** What a plan is made of. */
export interface PlanInput {
  readonly project: Project;
  readonly contracts: readonly Contract[];
  readonly sources: Sources;
  /** The generated file of a contract, absolute. */
  readonly generated: (contract: Contract) => string;
  /** How generated code imports others: `.ts`, `.js` or nothing. */
  readonly extension: string;
  /** Members to rename, old name to new name. */
  readonly rename: ReadonlyMap<string, string>;
  /** Where the proto names a contract. */
}

import { relative, sep } from "node:path";
import { type Domain, schemaJson, tablesOf } from "@ego/protoc-gen-ego/model";
import { type FileEdit, readText } from "../edits/file-edit.ts";
import { Failure } from "../failure.ts";
import { commitText } from "../git/repository.ts";
import { findMigrations, type MigrationsFolder, migrationsRoot, newMigrations, tablesName } from "../migrate/folder.ts";
import { loadDomain } from "../project/domain.ts";
import type { Finding, Place } from "../project/finding.ts";
import { findProject, type Project } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { compareTables } from "./compare-tables.ts";
import { checkedWord, migrationNames, wordFor } from "./migration-name.ts";
import { migrationText, undecidedLines } from "./migration-text.ts";
import { tablesOfModel } from "./model-tables.ts";
import type { Refusal } from "./refusal.ts";
import { releasedAt } from "./released.ts";
import { changedSince } from "./released-migrations.ts";
import { readRenames } from "./renames.ts";
import { changeText, isChoice, type TableChange } from "./table-change.ts";
import type { TableSchema } from "./table-schema.ts";
import { readTablesFile, type TablesFile, tablesFileText } from "./tables-file.ts";

/** What the user says about a migration that is to be written. */
export interface PlanOptions {
  /** The commit whose tables were released; HEAD if not given. */
  readonly against?: string;
  /** Nothing was released yet. */
  readonly initial?: boolean;
  /** What the migration is called, behind its time. */
  readonly name?: string;
  readonly rename?: readonly string[];
  /** Whether it is only looked at: then `against` also says which migrations must not have changed. */
  readonly check?: boolean;
  readonly dryRun?: boolean;
}

/** A migration that is to be written. */
export interface MigrationPlan {
  readonly project: Project;
  /** What the tables are compared with, for people. */
  readonly against: string;
  /** Whether there is no migration yet. */
  readonly isFirst: boolean;
  /** Whether the protos have tables. */
  readonly hasTables: boolean;
  readonly changes: readonly TableChange[];
  readonly findings: readonly Finding[];
  /** Nothing if nothing is to be done, or if there are errors. */
  readonly edits: readonly FileEdit[];
  /** The file in which the user has to decide something; undefined if there is none. */
  readonly undecided?: { readonly file: string; readonly lines: readonly number[] };
}

/**
 * Plans the migration that brings the tables that the migrations of a project make, or, if there are none, those of a
 * commit, to those that its protos have now. Writes nothing, and runs none of the project's code.
 *
 * @throws Failure if the protos do not compile, if there is nothing to compare with, or for what was typed wrong
 */
export async function planMigration(host: Host, options: PlanOptions, now: Date): Promise<MigrationPlan> {
  const project = findProject(host.cwd);
  const word = options.name === undefined ? undefined : checkedWord(options.name);
  const start = await startOf(host, project, options);
  const domain = await loadDomain(host, project);
  const after = tablesOfModel("the model", schemaJson(domain));
  const renames = readRenames(options.rename ?? [], start.tables, after.tables);
  const { changes, refusals, tables } = compareTables(start.tables, after, renames);

  const placeOf = placesIn(domain, project);
  const findings = [
    ...start.findings,
    ...refusals.map((refusal) => refusalFinding(refusal, placeOf)),
    ...after.tables.flatMap((table) => leftOut(table, start.tables, placeOf)),
    ...likenesses(changes, placeOf),
    ...(options.check ? changes.map((change) => missing(change, placeOf)) : []),
  ];
  const plan = {
    project,
    against: start.against,
    isFirst: start.text === undefined,
    hasTables: after.tables.length > 0,
    changes,
    findings,
  };
  if (start.findings.length > 0 || refusals.length > 0 || changes.length === 0) return { ...plan, edits: [] };

  const baselines = start.baseline ? [start.baseline] : [];
  const words = [...baselines.map(() => "tables"), word ?? wordFor(changes)];
  const names = migrationNames(start.folder.files, now, words);
  const name = names.at(-1) ?? "";
  const text = migrationText(changes, [
    `Written by \`ego migrate diff\`, and yours: change it as you like until it is released. From then on it stays as it is, and what comes later is another migration.`,
  ]);
  const fileOf = (base: string) => pathIn(project, start.folder, base);
  const edits: FileEdit[] = [
    ...baselines.map((baseline) => ({ file: fileOf(`${names[0]}.ts`), before: undefined, after: baseline })),
    { file: fileOf(`${name}.ts`), before: undefined, after: text },
    {
      file: fileOf(tablesName),
      before: start.text,
      after: tablesFileText({ migrations: [...start.file.migrations, ...names], tables }),
    },
  ];
  const lines = undecidedLines(text);
  return { ...plan, edits, ...(lines.length > 0 ? { undecided: { file: fileOf(`${name}.ts`), lines } } : {}) };
}

/** Where a migration begins. */
interface Start {
  readonly folder: MigrationsFolder;
  readonly against: string;
  readonly tables: readonly TableSchema[];
  readonly file: TablesFile;
  /** What is in `tables.json` now. */
  readonly text: string | undefined;
  /** The migration that creates the tables that were released, if that has to be written first. */
  readonly baseline?: string;
  /** What has to be put right before another migration is written. */
  readonly findings: readonly Finding[];
}

async function startOf(host: Host, project: Project, options: PlanOptions): Promise<Start> {
  const root = migrationsRoot(host.cwd);
  const folder = findMigrations(root);
  if (folder) return startAtMigrations(host, project, folder, options);
  const none = { folder: newMigrations(root), file: { migrations: [], tables: [] }, text: undefined, findings: [] };
  if (options.initial) return { ...none, against: "nothing", tables: [] };
  const { commit, tables } = await releasedAt(host, project, options.against);
  // No version so far could create one with sensitive columns.
  const released = tables.filter(({ columns }) => columns.every(({ sensitive }) => !sensitive));
  const against = commitText(commit);
  if (released.length === 0) return { ...none, against, tables: [] };
  const baseline = migrationText(
    released.map((table) => ({ action: "create-table", table, again: false })),
    [`The tables as they were released, at ${against}: for a database that is new. Where they are, this does nothing.`],
  );
  return { ...none, against, tables: released, baseline };
}

async function startAtMigrations(
  host: Host,
  project: Project,
  folder: MigrationsFolder,
  { against, check, dryRun, initial }: PlanOptions,
): Promise<Start> {
  const name = pathIn(project, folder, tablesName);
  if (initial || (against !== undefined && !check && !dryRun)) {
    throw new Failure(
      "input",
      `${initial ? "--initial" : "--against"} is for the first migration: from then on, ${printableName(name)} says which tables the migrations make.`,
    );
  }
  const text = readText(project, name);
  const file = readTablesFile(name, text);
  const present = new Set(folder.files.map((one) => one.name));
  const gone = file.migrations
    .filter((migration) => !present.has(migration))
    .map((migration): Finding => {
      const line = text.split("\n").findIndex((one) => one.includes(JSON.stringify(migration))) + 1;
      return {
        code: "EGO283",
        severity: "error",
        at: { file: name, line: Math.max(line, 1), column: 1 },
        text: `The migration ${migration} is not there any more.`,
        help: `Bring it back, as by \`git restore\`. If it was never applied anywhere, bring ${tablesName} to what it was before, too.`,
      };
    });
  const released =
    against === undefined
      ? []
      : await changedSince(host, project, folder, (base) => pathIn(project, folder, base), against);
  const open = check ? undecidedIn(project, folder, file) : [];
  return { folder, against: name, tables: file.tables, file, text, findings: [...gone, ...released, ...open] };
}

/** What waits for a decision in the migrations that `ego` wrote. */
function undecidedIn(project: Project, folder: MigrationsFolder, { migrations }: TablesFile): readonly Finding[] {
  return folder.files
    .filter(({ name }) => migrations.includes(name))
    .flatMap(({ file: base }) => {
      const file = pathIn(project, folder, base);
      return undecidedLines(readText(project, file)).map(
        (line): Finding => ({
          code: "EGO290",
          severity: "error",
          at: { file, line, column: 1 },
          text: "This migration fails until it is decided what becomes of a column.",
          help: "The ways out are there as comments.",
        }),
      );
    });
}

function pathIn(project: Project, { root, name }: MigrationsFolder, file: string): string {
  const way = relative(project.root, root).split(sep).join("/");
  return [...(way === "" ? [] : [way]), name, file].join("/");
}

type PlaceOf = (table: TableSchema, column?: string) => Place | undefined;

/** Where the protos say what a table or a column is. */
function placesIn(domain: Domain, project: Project): PlaceOf {
  const placeOf = protoPlaces(project);
  const tables = new Map(tablesOf(domain).map(({ table }) => [table.name, table]));
  return ({ name }, column) => {
    const table = tables.get(name);
    if (table === undefined) return undefined;
    const at = table.columns.find((one) => one.name === column)?.at ?? table.at;
    return placeOf(at);
  };
}

function refusalFinding({ reason, table, column, text, help }: Refusal, placeOf: PlaceOf): Finding {
  const code = (
    {
      key: "EGO284",
      sensitive: "EGO285",
      kind: "EGO286",
      rest: "EGO287",
      again: "EGO288",
      shifted: "EGO289",
      tableless: "EGO291",
    } as const
  )[reason];
  return { code, severity: "error", ...atPlace(placeOf(table, column?.name)), text, help };
}

function leftOut(table: TableSchema, before: readonly TableSchema[], placeOf: PlaceOf): readonly Finding[] {
  const secret = table.columns.find(({ sensitive }) => sensitive);
  if (secret === undefined || before.some(({ name }) => name === table.name)) return [];
  return [
    {
      code: "EGO285",
      severity: "warning",
      ...atPlace(placeOf(table, secret.name)),
      text: `The table "${table.name}" has the sensitive column "${secret.name}", which this version cannot encrypt: it is left out.`,
    },
  ];
}

function likenesses(changes: readonly TableChange[], placeOf: PlaceOf): readonly Finding[] {
  return changes.flatMap((change): Finding[] => {
    if (change.action !== "add-column") return [];
    const { table, column } = change;
    return change.likely.map((other) => ({
      code: "EGO282",
      severity: "note",
      ...atPlace(placeOf(table, column.name)),
      text: `The new column "${column.name}" of "${table.name}" may be "${other.name}", which is gone, under another name.`,
      help: `Then: \`ego migrate diff --rename ${table.name}.${other.name}=${column.name}\`.`,
    }));
  });
}

function missing(change: TableChange, placeOf: PlaceOf): Finding {
  const column = "column" in change ? change.column.name : undefined;
  return {
    code: "EGO281",
    severity: "error",
    ...atPlace(placeOf(change.table, column)),
    text: `There is no migration for this: ${changeText(change)}.`,
    help: `\`ego migrate diff\` writes it${isChoice(change) ? ", and leaves it to you" : ""}.`,
  };
}

function atPlace(at: Place | undefined): { readonly at?: Place } {
  return at === undefined ? {} : { at };
}

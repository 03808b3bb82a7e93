import { posix } from "node:path";
import { type Domain, type Entity, namePosition, type Position } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import type { Place } from "../project/finding.ts";
import { isInside, type Project } from "../project/project.ts";
import { nearest } from "../terminal/nearest.ts";
import { printableName } from "../terminal/printable.ts";
import type { Desc, DescFile, Role } from "./addition.ts";
import { withinPackage } from "./field-type.ts";
import { quoted } from "./typed-name.ts";

/** The protos of a project, as they are before something is added. */
export interface Protos {
  readonly project: Project;
  /** Paths that are typed count from here. */
  readonly cwd: string;
  /** The folders with protos, from the root. */
  readonly modules: readonly string[];
  readonly domain: Domain;
  placeOf(at: Position): Place | undefined;
}

/** A message that has a mark. */
type Marked = Domain["files"][number]["messages"][number];

/**
 * The entity that was typed.
 *
 * @param behind what was typed behind it
 * @throws Failure if there is none, with the nearest
 */
export function entityTyped({ domain }: Protos, typed: string, behind: string): Entity {
  const entity = domain.entities.find(({ name }) => name === typed);
  if (entity !== undefined) return entity;
  if (domain.entities.some(({ name }) => name === behind)) {
    throw new Failure("input", `The entity comes before the name: ${printableName(`${behind} ${typed}`)}.`);
  }
  const names = domain.entities.map(({ name }) => name);
  const byState = domain.entities.find(({ state }) => state.desc.name === typed)?.name;
  const meant = byState ?? nearest(typed, names);
  const others = names.length === 0 ? "There is none yet." : `There are: ${names.join(", ")}.`;
  throw new Failure(
    "input",
    `There is no entity ${quoted(typed)}. ${meant === undefined ? others : `Did you mean ${meant}?`}`,
  );
}

/** The messages that a typed name can mean: its last part, the name within its package, or all of it. */
export function messagesTyped({ domain }: Protos, typed: string): readonly Marked[] {
  const all = ownMessages(domain);
  const name = typed.replace(/^\./, "");
  const exact = all.filter(({ desc }) => desc.typeName === name);
  if (exact.length > 0) return exact;
  return all.filter(({ desc }) => desc.typeName.endsWith(`.${name}`));
}

/**
 * The one message that was typed.
 *
 * @param role what it has to be; undefined for any message
 * @throws Failure if there is none, with the nearest; if there are several; if it is marked as something else
 */
export function messageTyped(protos: Protos, typed: string, role?: Role): Marked {
  const message = messageIfAny(protos, typed, role);
  if (message !== undefined) return message;
  const candidates = ownMessages(protos.domain).filter(({ mark }) => role === undefined || mark?.role === role);
  const meant = nearest(
    typed,
    candidates.map(({ desc }) => desc.name),
  );
  const what = role ?? "message";
  throw new Failure(
    "input",
    `There is no ${what} ${quoted(typed)}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  );
}

/** As {@link messageTyped}, but undefined if there is none of that name. */
export function messageIfAny(protos: Protos, typed: string, role?: Role): Marked | undefined {
  const found = messagesTyped(protos, typed);
  const fitting = found.filter(({ mark }) => role === undefined || mark?.role === role);
  const [only, ...more] = fitting;
  if (more.length > 0) {
    const names = fitting.map(({ desc }) => `${desc.typeName} (${placeText(protos, desc)})`);
    throw new Failure(
      "input",
      `${quoted(typed)} is the name of several messages. Write the full one: ${names.join(", ")}.`,
    );
  }
  const [other] = found;
  if (only !== undefined || other === undefined) return only;
  throw new Failure(
    "input",
    `${other.desc.name} ${other.mark === undefined ? "is marked as nothing" : `is ${withArticle(other.mark.role)}`}, not ${withArticle(role)}: ${placeText(protos, other.desc)}.`,
  );
}

/** What a message is, as people say it. */
export function withArticle(role: Role | undefined): string {
  if (role === undefined) return "a message";
  return role === "event" ? "an event" : `a ${role}`;
}

/** Where a message or a field is, as `file:line`. */
export function placeText(protos: Protos, desc: Desc | Desc["fields"][number]): string {
  const position = namePosition(desc);
  const at = protos.placeOf(position);
  return at === undefined ? printableName(position.file) : `${printableName(at.file)}:${at.line}`;
}

/**
 * The path of a proto from the root of the project, if ego may write to it.
 *
 * @throws Failure if it is no file of the project, or that of a package
 */
export function editablePath({ project, placeOf }: Protos, { proto }: DescFile): string {
  const path = placeOf({ file: proto.name, line: 1, column: 1 })?.file;
  if (path === undefined) {
    throw new Failure("input", `${printableName(proto.name)} is not a file of the project: ego adds nothing to it.`);
  }
  checkWritable(project, path);
  return path;
}

/** Whether ego may write to a proto. */
export function isEditable({ project, placeOf }: Protos, { proto }: DescFile): boolean {
  const path = placeOf({ file: proto.name, line: 1, column: 1 })?.file;
  return path !== undefined && !inPackage.test(path) && isInside(project, path);
}

/** The folders with protos that are no packages of npm, from the root. */
export function ownModules({ modules }: Pick<Protos, "modules">): readonly string[] {
  const own = modules.filter((module) => !inPackage.test(`${module}/`));
  return own.length === 0 ? ["."] : own.map((module) => posix.normalize(module));
}

const inPackage = /(?:^|\/)node_modules\//;

/** @throws Failure for a path that leads out of the project, also by a symbolic link, and for one in a package */
export function checkWritable(project: Project, path: string, typed: string = path): void {
  if (inPackage.test(path)) {
    throw new Failure(
      "input",
      `${printableName(path)} belongs to a package: an installation would overwrite what is added to it.`,
    );
  }
  if (isInside(project, path)) return;
  throw new Failure(
    "input",
    `${printableName(typed)} is outside of the project. ego writes only below ${printableName(project.root)}.`,
  );
}

/** A name as it is written in options and types of a package. */
export function referenceTo(typeName: string, home: string, from: string): string {
  return home === from ? withinPackage(typeName, from) : typeName;
}

/** @throws Failure if something in the package has the name already */
export function checkFree(protos: Protos, scope: string, name: string): void {
  const full = scope === "" ? name : `${scope}.${name}`;
  for (const { desc, messages } of protos.domain.files) {
    const message = messages.find((one) => one.desc.typeName === full);
    if (message !== undefined) {
      const is = message.mark === undefined ? "" : `, ${withArticle(message.mark.role)}`;
      throw new Failure("input", `There is a message ${name} already${is}: ${placeText(protos, message.desc)}.`);
    }
    const other = [...desc.enums, ...desc.services].find(({ typeName }) => typeName === full);
    if (other !== undefined) {
      throw new Failure(
        "input",
        `There is ${other.kind === "enum" ? "an enum" : "a service"} ${name} already, in ${printableName(desc.proto.name)}.`,
      );
    }
  }
}

/** What users wrote: neither the options of ego, nor what is only imported. */
function ownMessages({ files }: Domain): readonly Marked[] {
  return files.flatMap(({ desc, generate, messages }) =>
    generate && desc.proto.package !== "ego.v1" ? messages.filter((one) => !one.desc.proto.options?.mapEntry) : [],
  );
}

import { existsSync } from "node:fs";
import { join, posix, relative, resolve, sep } from "node:path";
import type { Entity } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import type { Desc, DescFile, NewFile, Role } from "./addition.ts";
import { checkWritable, editablePath, isEditable, ownModules, type Protos } from "./protos.ts";
import { packageName, quoted } from "./typed-name.ts";

/** Where a new message goes. */
export interface Home {
  /** The proto as imports name it. */
  readonly file: string;
  readonly package: string;
  /** The full name of the message that it goes behind. */
  readonly behind?: string;
  /** The proto, if it is not there yet. */
  readonly made?: Omit<NewFile, "entity">;
  /** The entity that a message in it belongs to, if it names none. */
  readonly entity?: string;
}

/** What was typed of a place. */
export interface TypedHome {
  readonly package?: string;
  readonly file?: string;
}

/** In the order in which they are in a proto. */
const order: readonly Role[] = ["state", "command", "event", "rejection"];

/**
 * Where a new message of an entity goes: behind the last of its kind, or else of the kinds that come before.
 *
 * @throws Failure if that is in no file that ego may write to
 */
export function homeOfMember(protos: Protos, entity: Entity, role: Role): Home {
  const kinds = order.slice(0, order.indexOf(role) + 1).toReversed();
  const inFiles = new Set([entity.state, ...entity.commands, ...entity.events].map(({ desc }) => desc.file));
  const membersOf = (kind: Role): readonly Desc[] => {
    if (kind === "command") return entity.commands.map(({ desc }) => desc);
    if (kind === "event") return entity.events.map(({ desc }) => desc);
    // Rejections may be shared; those of other files are not beside this entity.
    if (kind === "rejection") return entity.rejections.flatMap(({ desc }) => (inFiles.has(desc.file) ? [desc] : []));
    return [entity.state.desc];
  };
  const last = kinds.map((kind) => membersOf(kind).at(-1)).find((desc) => desc !== undefined) ?? entity.state.desc;
  editablePath(protos, last.file);
  return { ...homeIn(protos, last.file), behind: last.typeName };
}

/**
 * Where a new entity, read model or saga goes: into the proto that is typed, or into a new one that is named after it.
 *
 * @param name its name, in snake case
 * @param fallback its package, if none is typed
 * @throws Failure if the proto is there and was not typed, or if buf would not read it
 */
export function homeOfNew(protos: Protos, name: string, typed: TypedHome, fallback: () => string): Home {
  const scope = typed.package === undefined ? undefined : packageName(typed.package);
  if (typed.file !== undefined) return homeTyped(protos, typed.file, scope, fallback);
  const wanted = scope ?? fallback();
  const { module, folder } = folderOf(protos, wanted);
  const file = posix.join(folder, `${name.replaceAll("-", "_")}.proto`);
  const path = posix.join(module, file);
  checkWritable(protos.project, path);
  if (existsSync(join(protos.project.root, path))) {
    throw new Failure(
      "input",
      `${printableName(path)} is there already. To add to it, name it: --file ${printableName(path)}.`,
    );
  }
  return { file, package: wanted, made: { file, path, package: wanted } };
}

/**
 * The package of all that is marked in the project, or of all that is there if nothing is.
 *
 * @param otherwise the package if there is none
 * @throws Failure if there are several
 */
export function onlyPackage(protos: Protos, otherwise: string): string {
  const files = ownFiles(protos);
  const marked = files.filter(({ messages }) => messages.some(({ mark }) => mark !== undefined));
  const packages = [...new Set((marked.length > 0 ? marked : files).map(({ desc }) => desc.proto.package))].toSorted();
  const [only = otherwise, ...more] = packages;
  if (more.length === 0) return only;
  throw new Failure("input", `Into which package? Say it: --package ${packages.join(", or --package ")}.`);
}

function homeTyped(protos: Protos, typed: string, scope: string | undefined, fallback: () => string): Home {
  const { project, cwd, domain } = protos;
  const path = relative(project.root, resolve(cwd, typed)).split(sep).join("/");
  checkWritable(project, path, typed);
  if (!/^(?:[A-Za-z0-9_][\w.-]*\/)*[A-Za-z0-9_][\w.-]*\.proto$/.test(path)) {
    throw new Failure(
      "input",
      `${quoted(typed)} cannot be a proto. Its name is of letters, digits, "_", "-" and ".", and ends with .proto.`,
    );
  }
  const known = domain.files.find(
    ({ desc }) => protos.placeOf({ file: desc.proto.name, line: 1, column: 1 })?.file === path,
  );
  if (known !== undefined) {
    editablePath(protos, known.desc);
    const { package: own } = known.desc.proto;
    if (scope === undefined || scope === own) return homeIn(protos, known.desc);
    throw new Failure(
      "input",
      `${printableName(path)} is of the package ${own}. Leave out --package, or name another file.`,
    );
  }
  const module = ownModules(protos)
    .filter((folder) => folder === "." || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (module === undefined || existsSync(join(project.root, path))) {
    throw new Failure(
      "input",
      `buf does not read ${printableName(path)}. It reads what is below: ${ownModules(protos).join(", ")}.`,
    );
  }
  const file = posix.relative(module, path);
  const folder = posix.dirname(file);
  const wanted = scope ?? (folder === "." ? fallback() : packageName(folder.replaceAll("/", ".")));
  return { file, package: wanted, made: { file, path, package: wanted } };
}

function homeIn({ domain }: Protos, desc: DescFile): Home {
  const { name: file, package: scope } = desc.proto;
  const said = domain.files.find((one) => one.desc === desc)?.entity?.value;
  const states = domain.states.filter((state) => state.desc.file.proto.package === scope);
  const [only] = states.length === 1 ? states : [];
  const entity = said ?? only?.entity?.value;
  return { file, package: scope, ...(entity === undefined ? {} : { entity }) };
}

/** Where the protos of a package are: beside those that there are, or else where buf expects them. */
function folderOf(protos: Protos, scope: string): { readonly module: string; readonly folder: string } {
  const modules = ownModules(protos);
  const beside = ownFiles(protos).find(({ desc }) => desc.proto.package === scope)?.desc.proto.name;
  const path = beside && protos.placeOf({ file: beside, line: 1, column: 1 })?.file;
  const module = modules.find((folder) => beside && posix.join(folder, beside) === path);
  if (beside !== undefined && module !== undefined) return { module, folder: posix.dirname(beside) };
  return { module: modules[0] ?? ".", folder: posix.join(...scope.split(".")) };
}

/** The protos that ego may write to. */
function ownFiles(protos: Protos) {
  const own = protos.domain.files.filter(({ generate, desc }) => generate && desc.proto.package !== "ego.v1");
  return own.filter(({ desc }) => isEditable(protos, desc));
}

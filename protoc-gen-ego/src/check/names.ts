import type { DescEnum, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import { type Domain, entitiesOf, type Message, readModelsOf } from "../model/domain.ts";
import {
  exportedNames,
  exportedNamesOfReadModel,
  sagaExports,
  tableConstantName,
  tableTypeName,
} from "../model/exported-names.ts";
import { type Saga, sagasOf } from "../model/saga.ts";
import { databaseName, isEntityName } from "../naming.ts";
import { namePosition, type Position } from "../options/position.ts";

/** EGO015 and EGO016: names that generated code would have twice. */
export function checkNames(domain: Domain, report: Report): void {
  for (const entity of domain.entities) {
    if (!entity.generate) continue;
    checkMethods(entity.commands.map(named), report);
    checkMethods(entity.events.map(named), report);
    checkMethods(entity.rejections.map(named), report);
    checkOutcomes(entity.rejections, report);
  }
  for (const { desc, generate } of domain.files) {
    if (!generate) continue;
    const entities = entitiesOf(domain, desc).filter(({ name }) => isEntityName(name));
    const readModels = readModelsOf(domain, desc).filter(({ name }) => isEntityName(name));
    const sagas = sagasOf(domain, desc).filter(({ name }) => isEntityName(name));
    checkExports(desc, { entities, readModels, sagas }, report);
  }
}

/** What has a name that becomes that of a method. */
export interface Named {
  readonly name: string;
  readonly method: string;
  readonly at: Position;
}

function named({ desc, method, at }: Message): Named {
  return { name: desc.name, method, at };
}

/** EGO015 for two that become one method. */
export function checkMethods(all: readonly Named[], report: Report): void {
  const first = new Map<string, Named>();
  for (const { name, method, at } of all) {
    const other = first.get(method);
    if (!other) {
      first.set(method, { name, method, at });
      continue;
    }
    report.error(
      "EGO015",
      at,
      `${name} and ${other.name} at ${place(other.at)} would both be "${method}" in generated code. Rename one of them.`,
    );
  }
}

function checkOutcomes(rejections: readonly Message[], report: Report): void {
  for (const { method, desc, at } of rejections) {
    if (method !== "accepted") continue;
    report.error(
      "EGO016",
      at,
      `"accepted" is the outcome of a command that was carried out, so that no rejection can have the name ${desc.name}. Rename it, to ${desc.name}Already for instance.`,
    );
  }
}

/** What is printed into one file. */
type Printed = Pick<Domain, "entities" | "readModels" | "sagas">;

function checkExports(file: DescFile, printed: Printed, report: Report): void {
  const taken = new Map<string, Owner>();
  const reported = new Set<string>();
  for (const owner of exportsOf(file, printed)) {
    const other = taken.get(owner.name);
    if (!other) {
      taken.set(owner.name, owner);
      continue;
    }
    // Two entities with one constant have all other names in common too; two tables of one name are EGO041.
    if (owner.of === other.of || reported.has(owner.of)) continue;
    // A saga with the name of a read model is EGO056, wherever they are.
    if (owner.processor !== undefined && owner.processor === other.processor) continue;
    reported.add(owner.of);
    report.error(
      "EGO015",
      owner.at,
      `${owner.of} and ${lowered(other.of)} at ${place(other.at)} would both export "${owner.name}" from generated code. Rename one of them.`,
    );
  }
  for (const type of typesBeside(printed)) {
    const name = type.typeName.slice(type.file.proto.package.length + 1 || 0).replaceAll(".", "_");
    const owner = taken.get(name);
    if (!owner) continue;
    report.error(
      "EGO016",
      namePosition(type),
      `The ${type.kind} ${type.name} has the name of what is generated for ${lowered(owner.of)}. Rename it, to ${type.name}Data for instance.`,
    );
  }
}

interface Owner {
  readonly name: string;
  readonly of: string;
  readonly at: Position;
  /** Name of the read model or saga whose it is. */
  readonly processor?: string;
}

function exportsOf(file: DescFile, { entities, readModels, sagas }: Printed): Owner[] {
  const ofEntities = entities.flatMap((entity) => {
    const owner = { of: `The entity "${entity.name}"`, at: entity.state.mark.at };
    return exportedNames(entity).map((name) => ({ name, ...owner }));
  });
  const ofReadModels = readModels.flatMap((readModel) => {
    const owner = { of: `The read model "${readModel.name}"`, at: readModel.namedAt, processor: readModel.name };
    return exportedNamesOfReadModel(readModel).map((name) => ({ name, ...owner }));
  });
  const ofSagas = sagas.flatMap((saga) => {
    const owner = { of: `The saga "${saga.name}"`, at: saga.mark.at, processor: saga.name };
    return sagaExports(saga).map((name) => ({ name, ...owner }));
  });
  const ofTables = [...entities, ...readModels].flatMap(({ table }) => {
    if (!table) return [];
    const owner = { of: `The table "${table.name}"`, at: table.at };
    return [tableTypeName(table), tableConstantName(table)].map((name) => ({ name, ...owner }));
  });
  const [first] = ofTables;
  return [
    ...ofEntities,
    ...ofReadModels,
    ...ofSagas,
    ...ofTables,
    ...(first ? [{ name: databaseName(file.proto.name), of: "The tables of the file", at: first.at }] : []),
  ];
}

/** The types in the files that a generated file imports from: who uses both, meets both names. */
function typesBeside({ entities, readModels, sagas }: Printed): (DescMessage | DescEnum | DescService)[] {
  const messages: Message[] = [
    ...entities.flatMap(({ state, commands, events, rejections }) => [state, ...commands, ...events, ...rejections]),
    ...readModels.flatMap((readModel) => [readModel, ...readModel.sources.map(({ message }) => message)]),
    ...sagas.flatMap((saga) => [saga, ...partnersOf(saga).filter(({ generate }) => generate)]),
  ];
  const files = new Set(messages.map(({ desc }) => desc.file));
  return [...files].flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind !== "extension"));
}

/** What a saga consumes and sends; where others generate that, they chose its names without knowing of this saga. */
function partnersOf({ startsOn, reactsTo, sends }: Saga): Message[] {
  return [...startsOn, ...reactsTo, ...sends].flatMap(({ target }) => target ?? []);
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

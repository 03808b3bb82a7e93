import type { DescEnum, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { Report } from "../diagnostics/diagnostic.ts";
import { place } from "../diagnostics/render.ts";
import { type Domain, type Entity, entitiesOf, type Message } from "../model/domain.ts";
import { exportedNames, tableConstantName, tableTypeName } from "../model/exported-names.ts";
import { databaseName, isEntityName } from "../naming.ts";
import { namePosition, type Position } from "../options/position.ts";

/** EGO015 and EGO016: names that generated code would have twice. */
export function checkNames(domain: Domain, report: Report): void {
  for (const entity of domain.entities) {
    if (!entity.generate) continue;
    checkMethods(entity.commands, report);
    checkMethods(entity.events, report);
    checkMethods(entity.rejections, report);
    checkOutcomes(entity.rejections, report);
  }
  for (const { desc, generate } of domain.files) {
    if (!generate) continue;
    const entities = entitiesOf(domain, desc).filter(({ name }) => isEntityName(name));
    checkExports(desc, entities, report);
  }
}

function checkMethods(messages: readonly Message[], report: Report): void {
  const first = new Map<string, Message>();
  for (const message of messages) {
    const other = first.get(message.method);
    if (!other) {
      first.set(message.method, message);
      continue;
    }
    report.error(
      "EGO015",
      message.at,
      `${message.desc.name} and ${other.desc.name} at ${place(other.at)} would both be "${message.method}" in generated code. Rename one of them.`,
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

function checkExports(file: DescFile, entities: readonly Entity[], report: Report): void {
  const taken = new Map<string, Owner>();
  const reported = new Set<string>();
  for (const owner of exportsOf(file, entities)) {
    const other = taken.get(owner.name);
    if (!other) {
      taken.set(owner.name, owner);
      continue;
    }
    // Two entities with one constant have all other names in common too; two tables of one name are EGO041.
    if (owner.of === other.of || reported.has(owner.of)) continue;
    reported.add(owner.of);
    report.error(
      "EGO015",
      owner.at,
      `${owner.of} and ${lowered(other.of)} at ${place(other.at)} would both export "${owner.name}" from generated code. Rename one of them.`,
    );
  }
  for (const type of typesBeside(entities)) {
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
}

function exportsOf(file: DescFile, entities: readonly Entity[]): Owner[] {
  const ofEntities = entities.flatMap((entity) => {
    const owner = { of: `The entity "${entity.name}"`, at: entity.state.mark.at };
    return exportedNames(entity).map((name) => ({ name, ...owner }));
  });
  const ofTables = entities.flatMap(({ table }) => {
    if (!table) return [];
    const owner = { of: `The table "${table.name}"`, at: table.at };
    return [tableTypeName(table), tableConstantName(table)].map((name) => ({ name, ...owner }));
  });
  const [first] = ofTables;
  return [
    ...ofEntities,
    ...ofTables,
    ...(first ? [{ name: databaseName(file.proto.name), of: "The tables of the file", at: first.at }] : []),
  ];
}

/** The types in the files that a generated file imports from: who uses both, meets both names. */
function typesBeside(entities: readonly Entity[]): (DescMessage | DescEnum | DescService)[] {
  const messages = entities.flatMap(({ state, commands, events, rejections }) => [
    state,
    ...commands,
    ...events,
    ...rejections,
  ]);
  const files = new Set(messages.map(({ desc }) => desc.file));
  return [...files].flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind !== "extension"));
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

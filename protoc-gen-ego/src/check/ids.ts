import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Report } from "../diagnostics/diagnostic.ts";
import type { Domain, Entity, Message } from "../model/domain.ts";
import { idOf } from "../model/domain.ts";
import { fieldNamed, fieldType } from "../model/field-type.ts";
import type { FieldMark } from "../options/marked-message.ts";
import { namePosition } from "../options/position.ts";

/** EGO014, EGO030, EGO031 and EGO037: the fields that hold ids. */
export function checkIds(domain: Domain, report: Report): void {
  for (const message of [
    ...domain.states,
    ...domain.commands,
    ...domain.events,
    ...domain.rejections,
    ...domain.sagas,
  ]) {
    if (message.generate) checkOwnIds(message, report);
  }
  for (const readModel of domain.readModels) {
    if (readModel.generate) for (const id of readModel.ids) checkType(readModel, id, report);
  }
  for (const entity of domain.entities) {
    if (!entity.generate) continue;
    const id = idOf(entity.state);
    const others = [...entity.commands, ...entity.events, ...entity.rejections];
    if (!id) checkMissing(entity, others, report);
    // What cannot be an id is said of the state, not of all that have the right one.
    else if (isIdType(id)) for (const other of others) checkSame(entity, id, other, report);
  }
}

function checkOwnIds({ desc, ids }: Message, report: Report): void {
  const [first, ...more] = ids;
  if (!first) return;
  for (const { desc: field, at } of more) {
    report.error(
      "EGO030",
      at,
      `${desc.name} has two ids: ${first.desc.name} and ${field.name}. Mark one of them only.`,
    );
  }
  checkType({ desc }, first, report);
}

function checkType({ desc: message }: Pick<Message, "desc">, { desc, at }: FieldMark, report: Report): void {
  if (isIdType(desc)) return;
  report.error(
    "EGO031",
    at,
    `${message.name}.${desc.name} is ${fieldType(desc)}, and cannot be an id. An id is a string or an integer, not repeated, and in no oneof.`,
  );
}

function checkMissing({ name, state, table }: Entity, others: readonly Message[], report: Report): void {
  const advice = "Mark its field that holds the id: [(ego.v1.field).id = true].";
  const withId = others.find((other) => idOf(other));
  if (table) {
    report.error("EGO014", state.mark.at, `${state.desc.name} has no id, and its table needs a primary key. ${advice}`);
  } else if (withId) {
    report.error(
      "EGO014",
      state.mark.at,
      `${state.desc.name} has no id, but ${withId.desc.name} of "${name}" has one. ${advice}`,
    );
  } else {
    report.warning(
      "EGO014",
      state.mark.at,
      `${state.desc.name} has no id: nothing that is stored of "${name}" tells which one it is. ${advice}`,
    );
  }
}

/** The runtime fills in the field that has the name of the state's id: one that is meant otherwise must not have it. */
function checkSame({ state }: Entity, id: DescField, other: Message, report: Report): void {
  const [own] = other.ids;
  const namesake = fieldNamed(other.desc, id.localName);
  const wanted = `${fieldType(id)} ${id.name}`;
  if (own && (own.desc.localName !== id.localName || fieldType(own.desc) !== fieldType(id))) {
    report.error(
      "EGO037",
      own.at,
      `The id of ${other.desc.name} is ${fieldType(own.desc)} ${own.desc.name}, and that of the state ${state.desc.name} is ${wanted}. Make them the same.`,
    );
  } else if (!own && namesake) {
    report.error(
      "EGO037",
      namePosition(namesake),
      `${other.desc.name}.${namesake.name} has the name of the id of ${state.desc.name}, and is not marked as id. Mark it, or rename it.`,
    );
  }
}

const idScalars = new Set<ScalarType>([
  ScalarType.STRING,
  ScalarType.INT32,
  ScalarType.SINT32,
  ScalarType.SFIXED32,
  ScalarType.UINT32,
  ScalarType.FIXED32,
  ScalarType.INT64,
  ScalarType.SINT64,
  ScalarType.SFIXED64,
  ScalarType.UINT64,
  ScalarType.FIXED64,
]);

/** Whether a field can hold an id: a string or an integer, not repeated, and in no oneof. */
export function isIdType(field: DescField): boolean {
  return field.fieldKind === "scalar" && idScalars.has(field.scalar) && !field.oneof;
}

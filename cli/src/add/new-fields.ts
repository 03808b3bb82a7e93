import {
  type Domain,
  type Entity,
  fieldNamed,
  fieldType,
  idOf,
  isOptional,
  valueType,
} from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import type { Desc, NewField } from "./addition.ts";
import type { FieldSpec } from "./field-spec.ts";
import { type FieldType, fieldTypeOf, scalars, type TypeScope, withinPackage } from "./field-type.ts";
import { quoted } from "./typed-name.ts";

type DescField = Desc["fields"][number];
type Marked = Domain["files"][number]["messages"][number];

/** Where fields go, and what they can be like. */
export interface FieldPlace extends TypeScope {
  /** Messages whose fields have the types of those that are typed without one. */
  readonly like: readonly Desc[];
}

/**
 * New fields of what was typed.
 *
 * @param numberAt the number of each, by its index
 * @throws Failure for an unknown type, and where none is typed and none follows from a field of that name
 */
export function newFields(
  domain: Domain,
  place: FieldPlace,
  specs: readonly FieldSpec[],
  numberAt: (index: number) => number,
): readonly NewField[] {
  checkOrder(place, specs);
  return specs.map(({ name, type, flags }, index) => {
    const number = numberAt(index);
    const marks = {
      ...(flags.has("sensitive") ? ({ sensitive: true } as const) : {}),
      ...(flags.has("subject") ? ({ subject: true } as const) : {}),
    };
    if (type === undefined) return { ...likeOthers(domain, place, name), number, ...marks };
    return { name, number, type: fieldTypeOf(domain, place, type), ...marks };
  });
}

/** A type that is typed as a name: with a blank instead of the colon, or before it. */
function checkOrder({ like }: FieldPlace, specs: readonly FieldSpec[]): void {
  for (const [index, { name, type }] of specs.entries()) {
    if (!scalars.includes(name) || like.some((desc) => desc.fields.some((field) => field.name === name))) continue;
    const before = specs[index - 1];
    if (type !== undefined && !scalars.includes(type) && /^[a-z][a-z0-9_]*$/.test(type)) {
      throw new Failure("input", `The name of a field comes before its type: ${quoted(`${type}:${name}`)}.`);
    }
    if (type === undefined && before !== undefined && before.type === undefined) {
      throw new Failure("input", `The type of a field comes behind a colon: ${quoted(`${before.name}:${name}`)}.`);
    }
  }
}

/** The field that holds the id of an entity, as a message of it has to have it; none if the state has none. */
export function idField(entity: Entity, scope: TypeScope): readonly NewField[] {
  const id = idOf(entity.state);
  if (id === undefined) return [];
  return [{ ...sameField(id, scope), number: 1, id: true }];
}

/** A field with the name and the type of another, in another message. */
export function sameField(field: DescField, scope: TypeScope): Omit<NewField, "number"> {
  const asString = "longAsString" in field && field.longAsString;
  return { name: field.name, type: typeOf(field, scope), ...(asString ? { longAsString: true as const } : {}) };
}

/** The next number of a field that was never used, as far as the message tells: above all that are used or reserved. */
export function nextNumbers({ proto }: Desc): (index: number) => number {
  const used = proto.field.map(({ number }) => number);
  const rangesOf = (ranges: typeof proto.reservedRange | typeof proto.extensionRange) =>
    ranges.map(({ start = 0, end = 0 }) => ({ start, end }));
  const reserved = rangesOf(proto.reservedRange);
  const kept = [...reserved, ...rangesOf(proto.extensionRange)];
  const isTaken = (number: number) =>
    used.includes(number) ||
    kept.some(({ start, end }) => number >= start && number < end) ||
    (number >= 19_000 && number <= 19_999);
  // A range that is open above keeps nothing that was used: the numbers below it are free.
  const closed = reserved.filter(({ end }) => end <= maxNumber).map(({ end }) => end - 1);
  const numbers: number[] = [];
  let last = Math.max(0, ...used, ...closed);
  if (last >= maxNumber) last = 0;
  return (index) => {
    while (numbers.length <= index) {
      last++;
      if (last > maxNumber) throw new Failure("input", `There is no number left for a field of ${proto.name}.`);
      if (!isTaken(last)) numbers.push(last);
    }
    return numbers[index] ?? 0;
  };
}

const maxNumber = 536_870_911;

function likeOthers(domain: Domain, place: FieldPlace, name: string): Omit<NewField, "number"> {
  const namesakes = place.like.flatMap((desc) => desc.fields.filter((field) => field.name === name));
  const types = new Map(namesakes.map((field) => [valueType(field).replace(/^optional /, ""), field]));
  const [[, only] = [], ...more] = types;
  if (only === undefined) {
    throw new Failure("input", `The field ${name} has no type. Write it behind a colon: ${quoted(`${name}:string`)}.`);
  }
  if (more.length > 0) {
    const each = [...types].map(([type, { parent }]) => `${type} in ${parent.name}`);
    throw new Failure(
      "input",
      `The field ${name} is ${each.join(", and ")}. Write its type behind a colon: ${quoted(`${name}:${fieldType(only)}`)}.`,
    );
  }
  const sensitive = namesakes.some((field) => markedOf(domain, field)?.sensitive.some(({ desc }) => desc === field));
  return { ...sameField(only, place), ...(sensitive ? { sensitive: true as const } : {}) };
}

function markedOf({ files }: Domain, { parent }: DescField): Marked | undefined {
  return files.flatMap(({ messages }) => messages).find(({ desc }) => desc === parent);
}

function typeOf(field: DescField, scope: TypeScope): FieldType {
  const full = fieldType(field)
    .replace(/^(?:repeated|optional) /, "")
    .replace(/ in oneof .*$/, "");
  const declared = field.message ?? field.enum;
  const home = declared?.file.proto;
  const text =
    home?.package === scope.package && declared
      ? full.replace(declared.typeName, (name) => withinPackage(name, scope.package))
      : full;
  const label =
    field.fieldKind === "list"
      ? "repeated"
      : field.fieldKind === "map"
        ? "map"
        : isOptional(field) && field.proto.proto3Optional
          ? "optional"
          : "";
  return { label, text, full, ...(home === undefined || home.name === scope.file ? {} : { import: home.name }) };
}

/** Whether a message has a field of this name, written as it is or as the code of it has it. */
export function hasField(desc: Desc, name: string): boolean {
  return desc.fields.some((field) => field.name === name) || fieldNamed(desc, name) !== undefined;
}

import type { DescField } from "@ego/protoc-gen-ego/model";
import { type EnumPair, type FieldPair, fieldPairs, type MessagePair, type WirePair } from "./wire-pairs.ts";

/** Numbers from the first to the last. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** One side of a pair. */
export type Side = "was" | "is";

/** A field with the number under which buf compares it. */
export interface NumberedField {
  readonly number: number;
  readonly field: DescField;
  readonly pair: FieldPair;
}

/**
 * The fields of one side of a pair. JSON knows fields by their names: they get the same number on both sides if they have
 * the same name there, so that one set of rules does for both forms.
 */
export function numberedFields(pair: MessagePair, side: Side): readonly NumberedField[] {
  return fieldPairs(pair).flatMap((fields, index) => {
    const field = fields[side];
    return field ? [{ number: pair.form === "binary" ? field.number : index + 1, field, pair: fields }] : [];
  });
}

/** What is at a number: of a field, what it was and is. */
export function fieldAt(pair: MessagePair, number: number | undefined): FieldPair {
  const [was, is] = (["was", "is"] as const).map((side) =>
    numberedFields(pair, side).find((one) => one.number === number),
  );
  return { ...(was ? { was: was.field } : {}), ...(is ? { is: is.field } : {}) };
}

/** The values of an enum on one side, with the numbers under which buf compares them: in JSON a value is its name. */
export function numberedValues(pair: EnumPair, side: Side): ReadonlyMap<number, string> {
  if (pair.form === "binary") return new Map(pair[side].values.map(({ number, name }) => [number, name]));
  const names = namesIn(pair);
  return new Map(pair[side].values.map(({ name }) => [names.indexOf(name) + 1, name]));
}

/** The numbers that one side reserves: in JSON, those of names. */
export function reservedRanges(pair: WirePair, side: Side): readonly Range[] {
  const { proto } = pair[side];
  if (pair.form === "json") {
    return proto.reservedName
      .map((name) => numberOfName(pair, name))
      .map((number) => ({ first: number, last: number }));
  }
  // The end of a range of fields is behind it, that of values in it.
  const behind = pair.kind === "message" ? 1 : 0;
  return proto.reservedRange.map(({ start, end }) => ({ first: start, last: end - behind }));
}

/** What a user writes to reserve a number: itself, or the name that it stands for. */
export function reservedText(pair: WirePair, number: number): string {
  if (pair.form === "binary") return String(number);
  const names = [...pair.was.proto.reservedName, ...pair.is.proto.reservedName, ...namesIn(pair)];
  return JSON.stringify(names.find((name) => numberOfName(pair, name) === number) ?? "");
}

function numberOfName(pair: WirePair, name: string): number {
  const names = namesIn(pair);
  const reserved = [...new Set([...names, ...pair.was.proto.reservedName, ...pair.is.proto.reservedName])];
  return reserved.indexOf(name) + 1;
}

/** The names of all fields or values, as the proto has them: the first is number 1. */
function namesIn(pair: WirePair): readonly string[] {
  if (pair.kind === "enum") return [...new Set([...pair.was.values, ...pair.is.values].map(({ name }) => name))];
  return fieldPairs(pair).map(({ was, is }) => (was ?? is)?.name ?? "");
}

import { create, type DescField, type Message, ScalarType, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { Kinds } from "../../runtime/src/stores/testdata/kinds.ts";
import { extremes } from "../../runtime/src/stores/testdata/kinds-examples.ts";
import type { Bench } from "./checks.ts";

/** What a call gives, by local names. */
export type Given = Readonly<Record<string, unknown>>;

/** A call of a row. */
export type Call =
  | { readonly kind: "upsert"; readonly key: Given; readonly given: Given }
  | { readonly kind: "increment"; readonly key: Given; readonly given: Given }
  | { readonly kind: "remove"; readonly key: Given };

/** The key of the table of `Kinds` that the model is about. */
export const modelKey: readonly string[] = ["id", "uint32"];

const others = Kinds.fields.filter(({ localName, oneof }) => !modelKey.includes(localName) && !oneof);
const numbers = others.filter(
  ({ scalar, fieldKind }) =>
    fieldKind === "scalar" && ![ScalarType.STRING, ScalarType.BYTES, ScalarType.BOOL].includes(scalar as ScalarType),
);

/** Rows in memory, as the columns of a table would have them. */
export class RowModel {
  readonly #rows = new Map<string, Record<string, unknown>>();

  /** Applies a call; false if it has to be refused, and changes nothing. */
  apply(call: Call): boolean {
    const id = keyText(call.key);
    if (call.kind === "remove") {
      this.#rows.delete(id);
      return true;
    }
    const row: Record<string, unknown> = { ...(this.#rows.get(id) ?? call.key) };
    for (const [name, value] of Object.entries(call.given)) {
      const sum = call.kind === "upsert" || value === undefined ? value : sumOf(name, row[name], value);
      if (call.kind === "increment" && value === undefined) continue;
      if (sum === outOfRange) return false;
      if (value === undefined) delete row[name];
      else row[name] = sum;
    }
    this.#rows.set(id, row);
    return true;
  }

  /** What the rows are as messages, in bytes, by key. */
  rows(): readonly string[] {
    return [...this.#rows.values()].map((row) => rowText(create(Kinds, row as never))).sort();
  }
}

/** A row in a form that can be compared, in which zeros have no sign, as not every database has two, and nor has NaN. */
export function rowText(row: Message): string {
  const plain = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, unsigned(value)]));
  return Buffer.from(toBinary(Kinds, plain as unknown as Message)).toString("hex");
}

function unsigned(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  // What comes of both infinities has a sign on some processors.
  return Number.isNaN(value) ? Number.NaN : value;
}

function keyText({ id, uint32 }: Given): string {
  return JSON.stringify([id, uint32]);
}

const outOfRange = Symbol("out of range");

function sumOf(name: string, current: unknown, amount: unknown): unknown {
  const field = Kinds.field[name] as DescField;
  if (typeof amount === "bigint") {
    const sum = ((current as bigint | undefined) ?? 0n) + amount;
    const [low, high] = isUnsigned(field) ? [0n, 2n ** 64n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n];
    return sum < low || sum > high ? outOfRange : sum;
  }
  const now = (current as number | undefined) ?? 0;
  const sum = now + (amount as number);
  if (field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT) {
    const overflows = !Number.isFinite(sum) && Number.isFinite(now) && Number.isFinite(amount);
    return overflows ? outOfRange : sum;
  }
  const [low, high] = isUnsigned(field) ? [0, 2 ** 32 - 1] : [-(2 ** 31), 2 ** 31 - 1];
  return sum < low || sum > high ? outOfRange : sum;
}

function isUnsigned({ scalar }: DescField): boolean {
  return [ScalarType.UINT32, ScalarType.FIXED32, ScalarType.UINT64, ScalarType.FIXED64].includes(scalar as ScalarType);
}

/** Calls on few rows, with values that the database can hold. */
export function calls(bench: Bench): fc.Arbitrary<readonly Call[]> {
  const key = fc.record({
    id: fc.constantFrom("a", "A", "a ", "'\"`\\%_; --", "ä a\u0308 😀\n"),
    uint32: fc.constantFrom(0, 2 ** 32 - 1),
  });
  const set = fc.record(
    { ...Object.fromEntries(others.map((field) => [field.localName, orUnset(heldBy(field, bench))])), choice },
    { requiredKeys: [] },
  );
  const added = fc.record(
    Object.fromEntries(numbers.map((field) => [field.localName, orUnset(amountOf(field, bench))])),
    { requiredKeys: [] },
  );
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("upsert"), key, given: fewOf(set) }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("increment"), key, given: fewOf(added) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove"), key }) },
    ) as fc.Arbitrary<Call>,
    { minLength: 1, maxLength: 25 },
  );
}

/** Of many fields: otherwise one of them would be out of range in nearly every call. */
function fewOf(given: fc.Arbitrary<Given>): fc.Arbitrary<Given> {
  return fc.tuple(given, fc.integer({ min: 0, max: 4 }), fc.nat()).map(([fields, count, from]) => {
    const names = Object.keys(fields);
    const some = Array.from(
      { length: Math.min(count, names.length) },
      (_, at) => names[(from + at * 7) % names.length],
    );
    return Object.fromEntries(some.map((name) => [name, fields[name as string]]));
  });
}

function orUnset(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) });
}

const part = fc.record({ title: fc.string({ unit: "grapheme" }), weight: fc.constantFrom(0.5, 1e300) });
const time = fc.record({
  seconds: fc.constantFrom(0n, -1n, 253_402_300_799n, -62_135_596_800n),
  nanos: fc.constantFrom(0, 999_999_999),
});
const choice = orUnset(
  fc.oneof(
    fc.record({ case: fc.constant("chosenText"), value: fc.string() }),
    fc.record({ case: fc.constant("chosenNumber"), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ case: fc.constant("chosenPart"), value: part }),
  ),
).map(withoutNul);

function withoutNul(value: unknown): unknown {
  return JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one))?.includes("\\u0000")
    ? undefined
    : value;
}

function heldBy(field: DescField, { family }: Bench): fc.Arbitrary<unknown> {
  if (field.fieldKind === "enum") return fc.constantFrom(0, 1, 77);
  if (field.fieldKind === "list") {
    if (field.listKind === "scalar") return fc.array(fc.constantFrom(0.1, -1e300, 5));
    return fc.array<object>(field.message?.typeName === "google.protobuf.Timestamp" ? time : part, { maxLength: 3 });
  }
  if (field.fieldKind === "map") return fc.dictionary(fc.string({ unit: "grapheme" }), part, { maxKeys: 1 });
  if (field.fieldKind === "message") return field.message.typeName === "google.protobuf.Timestamp" ? time : part;
  const held = (extremes[ScalarType[field.scalar].toLowerCase()] ?? []).filter((value) => {
    if (typeof value === "string") return family !== "postgres" || !value.includes("\0");
    return family !== "mysql" || typeof value !== "number" || Number.isFinite(value);
  });
  return fc.constantFrom(...held);
}

function amountOf(field: DescField, bench: Bench): fc.Arbitrary<unknown> {
  switch (field.scalar) {
    case ScalarType.FLOAT:
      return fc.constantFrom(0.5, -3, 1e30);
    case ScalarType.DOUBLE:
      return heldBy(field, bench);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(2 ** 32 - 1, -(2 ** 32 - 1), 2 ** 31));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31)));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.oneof(
        fc.bigInt({ min: -3n, max: 3n }),
        fc.constantFrom(2n ** 64n - 1n, -(2n ** 64n - 1n), 2n ** 63n, 10n ** 10n, -(10n ** 10n), 9_999_999_999n),
      );
    default:
      return fc.oneof(
        fc.bigInt({ min: -3n, max: 3n }),
        fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, -(2n ** 53n) - 1n),
      );
  }
}

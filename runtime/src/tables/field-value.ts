import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { ColumnKind, SqlValue } from "./table-shape.ts";
import { isTimestamp, timestampOf, timestampText } from "./timestamp-column.ts";

/** What the column of a field holds, unless it is kept in binary form. */
export function kindOf(field: DescField): ColumnKind {
  if (field.fieldKind === "enum") return "integer";
  if (isTimestamp(field)) return "timestamp";
  if (field.fieldKind !== "scalar") return "json";
  switch (field.scalar) {
    case ScalarType.STRING:
      return "text";
    case ScalarType.BYTES:
      return "bytes";
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return "real";
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return "unsigned";
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return "bigint";
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return "digits";
    default:
      return "integer";
  }
}

/** What columns hold that must not be null, where nothing was set. */
export const zeros: Readonly<Record<Exclude<ColumnKind, "json">, SqlValue>> = {
  text: "",
  integer: 0,
  unsigned: 0,
  bigint: 0n,
  digits: "0".repeat(20),
  real: 0,
  bytes: new Uint8Array(0),
  timestamp: "1970-01-01T00:00:00.000000000Z",
};

/**
 * From what reflection gives to what a column holds: 64-bit integers are bigints there, whatever `jstype` says.
 *
 * @throws RangeError if the column cannot hold it
 */
export function toSql(kind: ColumnKind, value: unknown): SqlValue {
  // A program that was not type-checked may have put anything into a message, and a database might take it.
  if (!isOf(kind, value)) throw new RangeError(`${typeof value} ${String(value)} is no ${kind}`);
  switch (kind) {
    case "timestamp":
      return timestampText((value as ReflectMessage).message);
    case "digits":
      return String(value).padStart(20, "0");
    case "text":
      // What reaches a database as UTF-8 would come back as another text.
      if (!(value as string).isWellFormed()) throw new RangeError("a text with half of a surrogate pair");
      return value as string;
    case "bytes":
      // A copy: a view would take its whole buffer along to another thread, and may be changed meanwhile.
      return new Uint8Array(value as Uint8Array);
    default:
      return typeof value === "boolean" ? Number(value) : (value as number | bigint);
  }
}

function isOf(kind: ColumnKind, value: unknown): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "integer":
      return typeof value === "boolean" || (typeof value === "number" && (value | 0) === value);
    case "unsigned":
      return typeof value === "number" && value >>> 0 === value;
    case "bigint":
      return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
    case "digits":
      return typeof value === "bigint" && BigInt.asUintN(64, value) === value;
    case "real":
      return typeof value === "number";
    case "bytes":
      return value instanceof Uint8Array;
    default:
      return true;
  }
}

const whole = /^-?[0-9]+$/;
const decimal = /^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$/i;

/** From what a driver gives to what reflection takes; undefined if it is not what the column holds. */
export function toLocal(field: DescField, kind: ColumnKind, value: unknown): unknown {
  switch (kind) {
    case "text":
      return typeof value === "string" ? value : undefined;
    case "timestamp":
      return typeof value === "string" ? timestampOf(value) : undefined;
    case "bytes":
      return bytesOf(value);
    case "bigint":
      return integerOf(value);
    case "digits":
      return typeof value === "string" && /^[0-9]{20}$/.test(value) ? BigInt(value) : undefined;
    case "real":
      return realOf(value);
    default: {
      const integer = integerOf(value);
      if (integer === undefined) return undefined;
      return field.fieldKind === "scalar" && field.scalar === ScalarType.BOOL ? integer !== 0n : Number(integer);
    }
  }
}

/** An integer, which drivers give as numbers, bigints or text; a number that may have been rounded is none. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && whole.test(value) ? BigInt(value) : undefined;
}

/** Bytes, without a copy: a Buffer, which some drivers give, becomes what protobuf knows. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!(value instanceof Uint8Array)) return undefined;
  if (value.constructor === Uint8Array) return value;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function realOf(value: unknown): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value !== "string") return undefined;
  if (/^(NaN|-?Infinity)$/.test(value) || decimal.test(value)) return Number(value);
  return undefined;
}

/** The integers that a field can hold. */
export function rangeOf(field: DescField): readonly [low: bigint, high: bigint] {
  switch (kindOf(field)) {
    case "digits":
      return [0n, 2n ** 64n - 1n];
    case "unsigned":
      return [0n, 2n ** 32n - 1n];
    case "bigint":
      return [-(2n ** 63n), 2n ** 63n - 1n];
    default:
      return [-(2n ** 31n), 2n ** 31n - 1n];
  }
}

/** An array parameter of a statement: sent in Postgres' binary form where the driver can, otherwise as a literal. */
export class PostgresArray {
  readonly type: ElementType;
  readonly values: readonly Element[];

  constructor(type: ElementType, values: readonly Element[]) {
    this.type = type;
    this.values = values;
  }
}

/** The SQL type of the elements. */
export type ElementType = "int4" | "int8" | "text" | "bytea";

type Element = number | string | Uint8Array | null;

// Object ids of the types, the same on every server: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
const oids: Readonly<Record<ElementType, number>> = { int4: 23, int8: 20, text: 25, bytea: 17 };

const headerBytes = 12;
const dimensionBytes = 8;
const lengthBytes = 4;

/**
 * The binary form of an array: number of dimensions, whether it has nulls, type of the elements, then length and lower
 * bound of each dimension, then length and bytes of each element (length -1 for null). See `array_recv` of Postgres.
 */
export function encodeArray({ type, values }: PostgresArray): Buffer {
  const empty = values.length === 0;
  const buffer = Buffer.allocUnsafe(empty ? headerBytes : headerBytes + dimensionBytes + bytesOf(type, values));
  buffer.writeInt32BE(empty ? 0 : 1, 0);
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(oids[type], 8);
  if (empty) return buffer;
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = headerBytes + dimensionBytes;
  for (const value of values) at = writeElement(buffer, at, type, value);
  return buffer;
}

/**
 * The text form of an array, which every driver hands on as it is: of arrays of bytes, some make something else.
 * See "Array Value Input" in Postgres' documentation.
 */
export function arrayLiteral({ values }: PostgresArray): string {
  return `{${values.map(elementText).join(",")}}`;
}

function elementText(value: Element): string {
  if (typeof value === "number") return String(value);
  if (value === null) return "null";
  if (typeof value === "string") return `"${value.replace(/["\\]/g, "\\$&")}"`;
  return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}"`;
}

function bytesOf(type: ElementType, values: readonly Element[]): number {
  let bytes = values.length * lengthBytes;
  for (const value of values) bytes += value === null ? 0 : elementBytes(type, value);
  return bytes;
}

function elementBytes(type: ElementType, value: Exclude<Element, null>): number {
  if (type === "int4") return 4;
  if (type === "int8") return 8;
  return typeof value === "string" ? Buffer.byteLength(value) : (value as Uint8Array).length;
}

function writeElement(buffer: Buffer, at: number, type: ElementType, value: Element): number {
  if (value === null) return buffer.writeInt32BE(-1, at);
  const from = at + lengthBytes;
  switch (type) {
    case "int4":
      buffer.writeInt32BE(4, at);
      return buffer.writeInt32BE(value as number, from);
    case "int8": {
      // Two halves: bigints are slower, and no number here is beyond 2^53.
      const number = value as number;
      buffer.writeInt32BE(8, at);
      buffer.writeInt32BE(Math.floor(number / 0x1_0000_0000), from);
      return buffer.writeUInt32BE(number >>> 0, from + 4);
    }
    case "text": {
      const bytes = buffer.write(value as string, from);
      buffer.writeInt32BE(bytes, at);
      return from + bytes;
    }
    case "bytea": {
      const bytes = value as Uint8Array;
      buffer.writeInt32BE(bytes.length, at);
      buffer.set(bytes, from);
      return from + bytes.length;
    }
  }
}

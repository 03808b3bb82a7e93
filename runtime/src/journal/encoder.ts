import { type DescField, type DescMessage, type Message, ScalarType, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/**
 * Encodes messages of one kind: the same bytes as `toBinary`, which are not to be changed.
 *
 * @throws what `toBinary` throws
 */
export type Encoder = (message: Message) => Uint8Array;

type Fields = { readonly [name: string]: unknown };
type WriteField = (writer: BinaryWriter, fields: Fields) => void;
type WriteValue = (writer: BinaryWriter, value: unknown) => void;

const encoders = new WeakMap<DescMessage, Encoder>();

/**
 * The encoder of a kind of message, compiled once per descriptor. `toBinary` makes a writer for each message, whose
 * buffer costs more than the encoding: events of scalars take a tenth of its time here.
 */
export function encoderOf(descriptor: DescMessage): Encoder {
  let encoder = encoders.get(descriptor);
  if (!encoder) {
    encoder = compile(descriptor);
    encoders.set(descriptor, encoder);
  }
  return encoder;
}

/** A writer that nobody is using. One that failed is not used again: something is written in it. */
let spare: BinaryWriter | undefined;

function compile(descriptor: DescMessage): Encoder {
  const slowly: Encoder = (message) => toBinary(descriptor, message);
  const writers: WriteField[] = [];
  for (const field of [...descriptor.fields].sort((a, b) => a.number - b.number)) {
    const write = compileField(field);
    if (!write) return slowly;
    writers.push(write);
  }
  return (message) => {
    if (message.$typeName !== descriptor.typeName || message.$unknown !== undefined) return slowly(message);
    const writer = spare ?? new BinaryWriter();
    spare = undefined;
    try {
      for (let i = 0; i < writers.length; i++) (writers[i] as WriteField)(writer, message as unknown as Fields);
    } catch {
      // It says which field it is.
      return slowly(message);
    }
    const bytes = writer.finish();
    if (bytes.length > maxPieceBytes) return bytes;
    spare = writer;
    return pieceOf(bytes);
  };
}

/** Undefined for what is left to `toBinary`. */
function compileField(field: DescField): WriteField | undefined {
  const { localName: name, number } = field;
  if (field.oneof) return undefined;
  if (field.fieldKind === "map") {
    if (field.mapKey !== ScalarType.STRING || field.mapKind !== "scalar") return undefined;
    const writeValue = compileValue(2, field.scalar);
    return (writer, fields) => {
      const entries = fields[name] as Fields;
      for (const key of Object.keys(entries)) {
        writer.tag(number, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key);
        writeValue(writer, entries[key]);
        writer.join();
      }
    };
  }
  if (field.fieldKind !== "scalar" && field.fieldKind !== "enum") return undefined;
  const writeValue = compileValue(number, field.fieldKind === "enum" ? ScalarType.INT32 : field.scalar);
  if (field.presence === explicit) {
    return (writer, fields) => {
      const value = fields[name];
      // What the prototype has is a default.
      if (value !== undefined && Object.hasOwn(fields, name)) writeValue(writer, value);
    };
  }
  if (field.presence !== implicit) return undefined;
  const isZero = zeroOf(field);
  return (writer, fields) => {
    const value = fields[name];
    if (!isZero(value)) writeValue(writer, value);
  };
}

// `FeatureSet.FieldPresence` of descriptor.proto, which is not worth loading for two numbers.
const explicit = 1;
const implicit = 2;

/** Whether a field without presence has the value that is not written. */
function zeroOf(field: DescField & { fieldKind: "scalar" | "enum" }): (value: unknown) => boolean {
  if (field.fieldKind === "enum") {
    const zero = field.enum.values[0]?.number;
    return (value) => value === zero;
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      return (value) => value === false;
    case ScalarType.STRING:
      return (value) => value === "";
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array && value.byteLength === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      // -0 is written.
      return (value) => Object.is(value, 0);
    default:
      // 64 bits may be a bigint, a number, or a string.
      // biome-ignore lint/suspicious/noDoubleEquals: `0n`, `0` and `"0"` are all zero
      return (value) => value == 0;
  }
}

function compileValue(number: number, scalar: ScalarType): WriteValue {
  const tag = ((number << 3) | wireTypeOf(scalar)) >>> 0;
  switch (scalar) {
    case ScalarType.STRING:
      return (writer, value) => writer.uint32(tag).string(value as string);
    case ScalarType.BOOL:
      return (writer, value) => writer.uint32(tag).bool(value as boolean);
    case ScalarType.BYTES:
      return (writer, value) => writer.uint32(tag).bytes(value as Uint8Array);
    case ScalarType.DOUBLE:
      return (writer, value) => writer.uint32(tag).double(value as number);
    case ScalarType.FLOAT:
      return (writer, value) => writer.uint32(tag).float(value as number);
    case ScalarType.INT32:
      return (writer, value) => writer.uint32(tag).int32(value as number);
    case ScalarType.UINT32:
      return (writer, value) => writer.uint32(tag).uint32(value as number);
    case ScalarType.SINT32:
      return (writer, value) => writer.uint32(tag).sint32(value as number);
    case ScalarType.FIXED32:
      return (writer, value) => writer.uint32(tag).fixed32(value as number);
    case ScalarType.SFIXED32:
      return (writer, value) => writer.uint32(tag).sfixed32(value as number);
    case ScalarType.INT64:
      return (writer, value) => writer.uint32(tag).int64(value as bigint);
    case ScalarType.UINT64:
      return (writer, value) => writer.uint32(tag).uint64(value as bigint);
    case ScalarType.SINT64:
      return (writer, value) => writer.uint32(tag).sint64(value as bigint);
    case ScalarType.FIXED64:
      return (writer, value) => writer.uint32(tag).fixed64(value as bigint);
    case ScalarType.SFIXED64:
      return (writer, value) => writer.uint32(tag).sfixed64(value as bigint);
  }
}

function wireTypeOf(scalar: ScalarType): WireType {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

// An array of bytes of its own costs more than the bytes, above all when somebody asks for its buffer, as every reader
// of protobuf does. So small ones are pieces of a bigger one.
const slabBytes = 8 * 1_024;
const maxPieceBytes = 1_024;
let slab = new Uint8Array(slabBytes);
let slabAt = 0;

function pieceOf(bytes: Uint8Array): Uint8Array {
  if (slabAt + bytes.length > slabBytes) {
    slab = new Uint8Array(slabBytes);
    slabAt = 0;
  }
  slab.set(bytes, slabAt);
  const piece = slab.subarray(slabAt, slabAt + bytes.length);
  slabAt += bytes.length;
  return piece;
}

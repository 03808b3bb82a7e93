import { ScalarType } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import type { CompiledEntity } from "./compiled-entity.ts";

const maxIdBytes = 255;

/**
 * Checks that a text can be the id of an entity: 1 to 255 bytes of well-formed UTF-8 without NUL, and a whole number
 * where the id field is one.
 *
 * @throws EgoError `invalid_argument` saying what is wrong with it
 */
export function checkEntityId(entity: CompiledEntity, id: unknown): asserts id is string {
  const wrong = (what: string) =>
    new EgoError("invalid_argument", `The id of "${entity.name}" ${what}.`, { details: { entity: entity.name } });
  if (typeof id !== "string") throw wrong(`must be a string, and is ${id === null ? "null" : typeof id}`);
  if (id.length === 0) throw wrong("is empty");
  if (!id.isWellFormed()) throw wrong("is not well-formed Unicode: it has half of a surrogate pair");
  if (id.includes("\0")) throw wrong("has a NUL character");
  // Below 64 characters no UTF-8 can be too long; ids are short.
  if (id.length > 63) {
    const bytes = Buffer.byteLength(id);
    if (bytes > maxIdBytes) throw wrong(`has ${bytes} bytes; ${maxIdBytes} are allowed`);
  }
  const field = entity.table.id === undefined ? undefined : entity.state.descriptor.field[entity.table.id];
  if (field?.fieldKind !== "scalar" || field.scalar === ScalarType.STRING) return;
  if (!/^(0|-?[1-9][0-9]*)$/.test(id)) {
    throw wrong(`must be a whole number, as ${field.name} is, and is ${JSON.stringify(id)}`);
  }
  const [bits, signed] = widthOf(field.scalar);
  const value = BigInt(id);
  if ((signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) {
    throw wrong(`must be a number that ${field.name} can hold, and is ${id}`);
  }
}

function widthOf(scalar: ScalarType): readonly [bits: number, signed: boolean] {
  switch (scalar) {
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return [64, false];
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return [32, false];
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return [32, true];
    default:
      return [64, true];
  }
}

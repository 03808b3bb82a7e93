import { type DescField, ScalarType } from "@bufbuild/protobuf";

/** How the text of an id becomes the value of an id field. */
export function idParser({
  scalar,
  longAsString,
}: DescField & { fieldKind: "scalar" }): (entityId: string) => string | number | bigint {
  if (longAsString) return (id) => id;
  switch (scalar) {
    case ScalarType.STRING:
      return (id) => id;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BigInt;
    default:
      return Number;
  }
}

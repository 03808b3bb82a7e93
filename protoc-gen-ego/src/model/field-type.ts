import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";

/** The field of a message that has a local name. Not by `field` of the message: every object has a `hasOwnProperty`. */
export function fieldNamed({ fields }: DescMessage, localName: string): DescField | undefined {
  return fields.find((field) => field.localName === localName);
}

/** The type of a field as the proto writes it: `optional string`, `repeated bank.v1.Line`, `map<string, int32>`. */
export function fieldType(field: DescField): string {
  const element = field.message?.typeName ?? field.enum?.typeName ?? scalarType(field.scalar);
  switch (field.fieldKind) {
    case "list":
      return `repeated ${element}`;
    case "map":
      return `map<${scalarType(field.mapKey)}, ${element}>`;
    case "message":
      return inOneof(field, element);
    default:
      return inOneof(field, isOptional(field) ? `optional ${element}` : element);
  }
}

/** The type of a field with what decides how generated code has its values: 64 bits as bigint or as string. */
export function valueType(field: DescField): string {
  const asString = "longAsString" in field && field.longAsString;
  return `${fieldType(field)}${asString ? " [jstype = JS_STRING]" : ""}`;
}

/** Whether a scalar or enum field tells "not set" from its zero value, outside of a oneof. */
export function isOptional(field: DescField): boolean {
  return !field.oneof && !field.message && field.presence === FeatureSet_FieldPresence.EXPLICIT;
}

/** Whether a field is one `google.protobuf.Timestamp`, whose column is text that sorts as time does. */
export function isTimestamp(field: DescField): boolean {
  return field.fieldKind === "message" && field.message.typeName === "google.protobuf.Timestamp";
}

function inOneof(field: DescField, type: string): string {
  return field.oneof ? `${type} in oneof ${field.oneof.name}` : type;
}

function scalarType(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "" : ScalarType[scalar].toLowerCase();
}

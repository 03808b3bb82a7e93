/** The types of `google.protobuf` that a proto of an application needs, by their full names, and the protos they are in. */
export const wellKnownTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    any: ["Any"],
    duration: ["Duration"],
    empty: ["Empty"],
    field_mask: ["FieldMask"],
    struct: ["Struct", "Value", "ListValue"],
    timestamp: ["Timestamp"],
  }).flatMap(([file, types]) =>
    types.map((type) => [`google.protobuf.${type}`, `google/protobuf/${file}.proto`] as const),
  ),
);

import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { egoOption, optionSchemas } from "./ego-option.ts";
import { extensionNumber, type Optioned, optionPosition, type Position, type Unoptioned } from "./position.ts";

/** An option, or the value of one, that this version of the plugin does not know. */
export interface UnknownOption {
  /** `Command.priority`, `Command.precondition = 7`, or `(ego.v1.enumeration)`. */
  readonly what: string;
  readonly at: Position;
}

/**
 * Finds what a newer ego/v1/ego.proto has in use in a file. `newer` is that file as the request brought it: it knows
 * the names.
 */
export function unknownOptions(file: DescFile, newer: DescFile | undefined): UnknownOption[] {
  const messages = file.messages.flatMap(withNested);
  const optioned: readonly Optioned[] = [
    file,
    ...messages,
    ...messages.flatMap(({ fields }) => fields),
    ...file.services.flatMap((service) => [service, ...service.methods]),
  ];
  return [
    ...optioned.flatMap((on) => {
      const option = egoOption(on);
      return option ? walk(reflect(optionSchemas[on.kind], option), on, newer) : [];
    }),
    ...[...file.enums, ...messages.flatMap(({ nestedEnums }) => nestedEnums)].flatMap((one) => [
      ...unknownKind(one, newer),
      ...one.values.flatMap((value) => unknownKind(value, newer)),
    ]),
    ...messages.flatMap(({ oneofs }) => oneofs.flatMap((oneof) => unknownKind(oneof, newer))),
  ];
}

/** What a kind of element is called where it is extended. */
const kinds = { enum: "EnumOptions", enum_value: "EnumValueOptions", oneof: "OneofOptions" } as const;

/** An option of ego on an element that has none in this version. */
function unknownKind(on: Unoptioned, newer: DescFile | undefined): UnknownOption[] {
  if (!on.proto.options?.$unknown?.some(({ no }) => no === extensionNumber)) return [];
  const extended = `google.protobuf.${kinds[on.kind]}`;
  const known = newer?.extensions.find(
    ({ number, extendee }) => number === extensionNumber && extendee.typeName === extended,
  );
  return [
    { what: known ? `(${known.typeName})` : `option ${extensionNumber} of ${kinds[on.kind]}`, at: optionPosition(on) },
  ];
}

function walk(
  options: ReflectMessage,
  on: Optioned,
  newer: DescFile | undefined,
  path: readonly number[] = [],
): UnknownOption[] {
  const type = options.desc.name;
  const found = (options.getUnknown() ?? []).map(({ no }) => {
    const known = newer?.messages.find((message) => message.name === type)?.fields.find(({ number }) => number === no);
    return { what: `${type}.${known?.name ?? no}`, at: optionPosition(on, ...path, no) };
  });
  for (const field of options.fields) {
    if (!options.isSet(field)) continue;
    const fieldPath = [...path, field.number];
    if (field.fieldKind === "list" && field.listKind === "message") {
      for (const [index, element] of [...options.get(field)].entries()) {
        found.push(...walk(element as ReflectMessage, on, newer, [...fieldPath, index]));
      }
    }
    if (field.fieldKind === "message") found.push(...walk(options.get(field), on, newer, fieldPath));
    if (field.fieldKind === "enum") {
      const value = options.get(field);
      if (field.enum.value[value]) continue;
      found.push({ what: `${type}.${field.name} = ${value}`, at: optionPosition(on, ...fieldPath) });
    }
  }
  return found;
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

import {
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import * as ego from "../gen/ego/v1/ego_pb.ts";
import { extensionNumber, optionPosition, type Position } from "./position.ts";

/** An option, or the value of one, that this version of the plugin does not know. */
export interface UnknownOption {
  /** `Command.priority`, or `Command.precondition = 7`. */
  readonly what: string;
  readonly at: Position;
}

/**
 * Finds what a newer ego/v1/ego.proto has in use in a file. `newer` is that file as the request brought it: it knows
 * the names.
 */
export function unknownOptions(file: DescFile, newer: DescFile | undefined): UnknownOption[] {
  const messages = file.messages.flatMap(withNested);
  return [
    ...(hasOption(file, ego.file) ? walk(reflect(ego.FileOptionsSchema, getOption(file, ego.file)), file, newer) : []),
    ...messages.flatMap((message) =>
      hasOption(message, ego.message)
        ? walk(reflect(ego.MessageOptionsSchema, getOption(message, ego.message)), message, newer)
        : [],
    ),
    ...messages.flatMap(({ fields }) =>
      fields.flatMap((field) =>
        hasOption(field, ego.field)
          ? walk(reflect(ego.FieldOptionsSchema, getOption(field, ego.field)), field, newer)
          : [],
      ),
    ),
    ...file.services.flatMap((service) => [service, ...service.methods].flatMap((desc) => unknownKind(desc, newer))),
  ];
}

type Element = DescFile | DescMessage | DescField;

function walk(
  options: ReflectMessage,
  element: Element,
  newer: DescFile | undefined,
  path: readonly number[] = [],
): UnknownOption[] {
  const type = options.desc.name;
  const found = (options.getUnknown() ?? []).map(({ no }) => {
    const known = newer?.messages.find((message) => message.name === type)?.fields.find(({ number }) => number === no);
    return { what: `${type}.${known?.name ?? no}`, at: optionPosition(element, ...path, no) };
  });
  for (const field of options.fields) {
    if (!options.isSet(field)) continue;
    const fieldPath = [...path, field.number];
    if (field.fieldKind === "message") found.push(...walk(options.get(field), element, newer, fieldPath));
    if (field.fieldKind === "enum") {
      const value = options.get(field);
      if (field.enum.value[value]) continue;
      found.push({ what: `${type}.${field.name} = ${value}`, at: optionPosition(element, ...fieldPath) });
    }
  }
  return found;
}

/** Services have no options in this version; a newer proto may bring some. */
function unknownKind(desc: DescService | DescMethod, newer: DescFile | undefined): UnknownOption[] {
  const extendee = desc.kind === "service" ? "google.protobuf.ServiceOptions" : "google.protobuf.MethodOptions";
  const extension = newer?.extensions.find(
    ({ number, extendee: { typeName } }) => number === extensionNumber && typeName === extendee,
  );
  const used = desc.proto.options?.$unknown?.some(({ no }) => no === extensionNumber);
  return extension && used ? [{ what: extension.typeName, at: optionPosition(desc) }] : [];
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

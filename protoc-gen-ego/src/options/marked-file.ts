import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { egoOption } from "./ego-option.ts";
import { type MarkedMessage, readMessage } from "./marked-message.ts";
import { type MarkedService, readService } from "./marked-service.ts";
import { type Located, optionPosition } from "./position.ts";
import { type UnknownOption, unknownOptions } from "./unknown-options.ts";

/** A proto file with what the options of ego say about it. */
export interface MarkedFile {
  readonly desc: DescFile;
  /** Whether code is to be printed for it; other files are there to be referred to. */
  readonly generate: boolean;
  /** The entity of the file's messages. */
  readonly entity?: Located;
  /** Every message, marked or not, also nested ones, as declared. */
  readonly messages: readonly MarkedMessage[];
  /** Services that are marked. */
  readonly services: readonly MarkedService[];
  /** What this version of the plugin does not understand. */
  readonly unknown: readonly UnknownOption[];
}

/** Field number of `entity` in the options of a file. */
const entityNumber = 1;

/**
 * Reads the options of a file and of all that is in it. `newer` is ego/v1/ego.proto as the request brought it, which
 * may be newer than the plugin.
 */
export function readFile(desc: DescFile, generate: boolean, newer: DescFile | undefined): MarkedFile {
  const entity = egoOption(desc)?.entity;
  return {
    desc,
    generate,
    ...(entity === undefined ? {} : { entity: { value: entity, at: optionPosition(desc, entityNumber) } }),
    messages: desc.messages.flatMap(withNested).map(readMessage),
    services: desc.services.flatMap((service) => readService(service) ?? []),
    unknown: unknownOptions(desc, newer),
  };
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

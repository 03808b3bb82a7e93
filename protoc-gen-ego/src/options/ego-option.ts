import { fromBinary, type Message, type MessageShape, mergeFromBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import * as ego from "../gen/ego/v1/ego_pb.ts";
import { extensionNumber, type Optioned } from "./position.ts";

interface OptionSchemas {
  readonly file: typeof ego.FileOptionsSchema;
  readonly message: typeof ego.MessageOptionsSchema;
  readonly field: typeof ego.FieldOptionsSchema;
  readonly service: typeof ego.ServiceOptionsSchema;
  readonly rpc: typeof ego.MethodOptionsSchema;
}

/** The messages of the options, by the kind of element that they are on. */
export const optionSchemas: OptionSchemas = {
  file: ego.FileOptionsSchema,
  message: ego.MessageOptionsSchema,
  field: ego.FieldOptionsSchema,
  service: ego.ServiceOptionsSchema,
  rpc: ego.MethodOptionsSchema,
};

/** The option of ego that an element can have. */
export type EgoOption<D extends Optioned> = MessageShape<OptionSchemas[D["kind"]]>;

const known = new WeakMap<Optioned, Message | undefined>();

/**
 * The option of ego on an element; undefined if it has none. Decoded once: `getOption` of protobuf-es makes a reader for
 * each call, which is most of what it costs to read a domain.
 */
export function egoOption<D extends Optioned>(desc: D): EgoOption<D> | undefined {
  if (!known.has(desc)) known.set(desc, decoded(desc));
  return known.get(desc) as EgoOption<D> | undefined;
}

function decoded({ kind, proto }: Optioned): Message | undefined {
  // Messages that are written in several pieces are one.
  const pieces = (proto.options?.$unknown ?? []).filter(
    ({ no, wireType }) => no === extensionNumber && wireType === WireType.LengthDelimited,
  );
  const [first, ...more] = pieces.map(({ data }) => new BinaryReader(data).bytes());
  if (first === undefined) return undefined;
  const schema = optionSchemas[kind];
  const option: Message = fromBinary(schema, first);
  for (const piece of more) mergeFromBinary(schema, option as never, piece);
  return option;
}

import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { egoOption } from "./ego-option.ts";
import { type Located, optionPosition, type Position } from "./position.ts";

/** A service that is the API of an entity, with what the options of ego say about it. */
export interface MarkedService {
  readonly desc: DescService;
  /** Where the option is written. */
  readonly at: Position;
  /** The entity that the option itself names. */
  readonly entity?: Located;
  /** Where its methods are said to read only. */
  readonly queries: ReadonlyMap<DescMethod, Position>;
}

/** Numbers of the options of a service and of a method. */
const numbers = { entity: 1, query: 1 } as const;

/** Reads the options of a service and of its methods; undefined if neither has any. */
export function readService(desc: DescService): MarkedService | undefined {
  const optioned = desc.methods.filter((method) => egoOption(method) !== undefined);
  const [first] = optioned;
  const option = egoOption(desc);
  if (!option && !first) return undefined;
  const entity = option?.entity;
  return {
    desc,
    at: optionPosition(option || !first ? desc : first),
    ...(entity === undefined ? {} : { entity: { value: entity, at: optionPosition(desc, numbers.entity) } }),
    queries: new Map(
      optioned
        .filter((method) => egoOption(method)?.query)
        .map((method) => [method, optionPosition(method, numbers.query)]),
    ),
  };
}

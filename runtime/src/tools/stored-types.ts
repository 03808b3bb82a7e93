import type { DescMessage } from "@bufbuild/protobuf";
import type { EntityTable } from "../codegen/entity.ts";
import { descriptorOf } from "../codegen/message.ts";
import { storedNamesOf } from "../entity/stored-names.ts";

/** A kind of event that an entity knows. */
export interface KnownEvent {
  /** Its name in the generated code, as `accountCredited`. */
  readonly name: string;
  readonly descriptor: DescMessage;
}

/** The kinds of events of an entity by every name that they have, or had, in the journal. Runs none of its behavior. */
export function knownEvents(table: EntityTable): ReadonlyMap<string, KnownEvent> {
  return new Map(
    Object.entries(table.events ?? {}).flatMap(([name, schema]) =>
      storedNamesOf(table, name, schema.typeName).map((type) => [type, { name, descriptor: descriptorOf(schema) }]),
    ),
  );
}

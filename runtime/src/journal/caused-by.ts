import type { CommandMetadata, Metadata } from "../codegen/metadata.ts";

/** What names one thing that was recorded: an event, or a version of a durable state. */
export interface RecordedName {
  /** The name of the entity, as `account`. */
  readonly entity: string;
  readonly entityId: string;
  readonly revision: number;
}

/** What a command may follow from: something recorded, or the context of a handler, which stands for its command. */
export type Cause = { readonly metadata: Metadata } & (RecordedName | { readonly commandId: string });

/** The id of an event, or of a version of a durable state: `<entity>/<entity id>/<revision>`. No two have the same. */
export function recordedId({ entity, entityId, revision }: RecordedName): string {
  return `${entity}/${entityId}/${revision}`;
}

/**
 * The metadata of a command that follows from an event, or from another command: the same conversation, tenant, actor
 * and trace, and what it follows from as its cause. Keys of your own are not handed on: add those that should be.
 *
 * ```ts
 * for await (const event of engine.subscribe({ entities: [account] })) {
 *   await mail.get(event.entityId).sendLetter({}, { metadata: causedBy(event) });
 * }
 * ```
 */
export function causedBy(cause: Cause): CommandMetadata {
  const { correlationId, tenant, actor, traceparent, tracestate } = cause.metadata;
  const causationId = isRecorded(cause) ? recordedId(cause) : cause.commandId;
  return { correlationId, causationId, tenant, actor, traceparent, tracestate };
}

function isRecorded(cause: RecordedName | { readonly commandId: string }): cause is RecordedName {
  return "entity" in cause && typeof cause.entity === "string";
}

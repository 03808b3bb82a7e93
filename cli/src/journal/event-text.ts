import type { Line } from "../terminal/line.ts";
import type { Metadata, ShownEvent, ShownPayload, ShownVersion } from "./tools.ts";

/** An event as a block of two lines. */
export function eventBlock(event: ShownEvent): readonly Line[] {
  return [
    [
      { text: `#${event.revision}`, colour: "bold" },
      `  ${[timeText(event.recordedAt), nameText(event), ...origin(event)].join("  ")}`,
    ],
    ["    ", ...payloadText(event.payload)],
  ];
}

/** An event on one line, with the entity that it is of. */
export function eventLine(event: ShownEvent): Line {
  const { entity, entityId, revision, recordedAt, payload } = event;
  const head = [
    timeText(recordedAt),
    `${word(entity)} ${word(entityId)} #${revision}`,
    nameText(event),
    ...origin(event),
  ];
  return [`${head.join("  ")}  `, ...payloadText(payload)];
}

/** A version of a durable state on one line. */
export function versionLine(version: ShownVersion): Line {
  const { revision, recordedAt, commandId } = version;
  const head = [timeText(recordedAt), `command ${word(commandId)}`, ...origin(version)];
  return [{ text: `#${revision}`, colour: "bold" }, `  ${head.join("  ")}`];
}

/** An event for programs: one object, whose members stay. */
export function eventJson(event: ShownEvent): object {
  const { entity, entityId, revision, shard, position, recordedAt, type, message, commandId, metadata, payload } =
    event;
  return {
    format: 1,
    entity,
    id: entityId,
    revision,
    time: timeText(recordedAt),
    shard,
    position,
    event: message === undefined ? null : shortName(message),
    type,
    commandId: commandId === "" ? null : commandId,
    metadata: metadata ?? null,
    ...payloadJson(payload),
  };
}

/** A version of a durable state for programs. */
export function versionJson(entity: string, id: string, version: ShownVersion): object {
  const { revision, recordedAt, commandId, metadata } = version;
  return { format: 1, entity, id, revision, time: timeText(recordedAt), commandId, metadata: metadata ?? null };
}

/** A time as ISO 8601 has it; the number, where it is none. */
export function timeText(epochMs: number): string {
  const time = new Date(epochMs);
  return Number.isNaN(time.getTime()) ? String(epochMs) : time.toISOString();
}

/** A name or an id of the database's, as one word: in quotes, with what is not plain escaped, where it is not a plain one. */
export function word(text: string): string {
  return /^[\p{L}\p{N}\p{M}\p{P}\p{S}]+$/u.test(text) && !/["\\]/.test(text) ? text : JSON.stringify(text);
}

function nameText({ message, type }: ShownEvent): string {
  if (message === undefined) return word(type);
  return message === type ? word(shortName(message)) : `${word(shortName(message))} (stored as ${word(type)})`;
}

function shortName(message: string): string {
  return message.slice(message.lastIndexOf(".") + 1);
}

/** Who it was, for whom, and what it follows from. */
function origin({ metadata, commandId }: { readonly metadata: Metadata | undefined; readonly commandId: string }) {
  if (metadata === undefined) return ["(metadata that cannot be decoded)"];
  const { actor, tenant, correlationId } = metadata;
  // Without a conversation of its own, a command begins one.
  const correlation = correlationId === commandId ? undefined : correlationId;
  return Object.entries({ actor, tenant, correlation }).flatMap(([key, value]) =>
    value ? [`${key}=${word(value)}`] : [],
  );
}

function payloadText(payload: ShownPayload): readonly Exclude<Line, string>[number][] {
  if (payload.kind === "json") return [JSON.stringify(payload.json)];
  return [{ text: `(${whyNot(payload)})`, colour: "dim" }];
}

function whyNot(payload: Exclude<ShownPayload, { readonly kind: "json" }>): string {
  switch (payload.kind) {
    case "removed":
      return "removed by retention";
    case "unknown":
      return `unknown type, ${bytesText(payload.bytes)}`;
    case "broken":
      return `${bytesText(payload.bytes)} that cannot be decoded: ${payload.why}`;
  }
}

function bytesText(bytes: number): string {
  return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
}

function payloadJson(payload: ShownPayload): object {
  if (payload.kind === "json") return { payload: payload.json };
  const { kind: missing, ...more } = payload;
  return { payload: null, missing, ...more };
}

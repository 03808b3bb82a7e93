import { describe, expect, test } from "vitest";
import type { CommandMetadata } from "../codegen/metadata.ts";
import { EgoError } from "../error/ego-error.ts";
import { checkMetadata } from "./check-metadata.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const span = "b7ad6b7169203331";

function refusalOf(metadata: unknown, maxBytes = 100): string {
  try {
    checkMetadata(metadata as CommandMetadata, maxBytes);
  } catch (failure) {
    if (failure instanceof EgoError && failure.code === "invalid_argument") return failure.message;
    throw failure;
  }
  return "";
}

describe("metadata of a command", () => {
  test.each<[string, CommandMetadata]>([
    ["nothing", {}],
    ["who, for whom and why", { actor: "ann", tenant: "t1", correlationId: "k", causationId: "account/a/1" }],
    ["keys of one's own, whatever they are like", { correlation_id: "k", correlationID: "k", userId: "", "": "x" }],
    ["what is not there", { actor: undefined, region: undefined }],
    ["a trace", { traceparent: `00-${trace}-${span}-01`, tracestate: "a=1,b=2" }],
    ["a trace that is not sampled", { traceparent: `00-${trace}-${span}-00` }],
    ["a trace of a later version, which may say more", { traceparent: `01-${trace}-${span}-01-more` }],
  ])("may be %s", (_, metadata) => {
    expect(refusalOf(metadata, 200)).toBe("");
  });

  test.each([
    ["no object", "ann", 'metadata must be an object, as { actor: "ann" }, and is string'],
    ["null", null, 'metadata must be an object, as { actor: "ann" }, and is null'],
    ["a number", { note: 5 }, "metadata.note must be a string, and is number"],
    ["null as a value", { actor: null }, "metadata.actor must be a string, and is object"],
    ["half a character", { note: "a\ud800" }, "metadata.note must be well-formed Unicode"],
    ["half a character as a key", { "a\ud800": "" }, "must be well-formed Unicode"],
    ["an actor without a name", { actor: "" }, "metadata.actor is empty"],
    ["an empty conversation", { correlationId: "" }, "metadata.correlationId is empty"],
    ["an empty cause", { causationId: "" }, "metadata.causationId is empty"],
    ["a tenant without a name", { tenant: "" }, "metadata.tenant is empty"],
    ["an empty trace state", { traceparent: `00-${trace}-${span}-01`, tracestate: "" }, "metadata.tracestate is empty"],
    ["a trace state without its trace", { tracestate: "a=1" }, "without metadata.traceparent"],
    ["more bytes than allowed", { note: "ä".repeat(49) }, "metadata has 102 bytes, and maxMetadataBytes is 100"],
  ])("is not %s", (_, metadata, message) => {
    expect(refusalOf(metadata)).toContain(message);
  });

  test.each([
    "",
    "ann",
    `00-${trace}-${span}`,
    `00-${trace}-${span}-1`,
    `00-${trace}-${span}-01-more`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${"0".repeat(32)}-${span}-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `ff-${trace}-${span}-01`,
    `01-${trace}-${span}-01more`,
    ` 00-${trace}-${span}-01`,
    `00-${trace}-${span}-01\n`,
    `00-${trace}-${span.slice(1)}-01`,
  ])("has no traceparent %j", (traceparent) => {
    const message = refusalOf({ traceparent }, 200);
    expect(message).toContain("metadata.traceparent must be as W3C trace context has it");
    expect(message).toContain(JSON.stringify(traceparent));
  });
});

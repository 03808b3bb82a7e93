import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import { beforeAll, expect, test } from "vitest";
import { buildProtos, diagnosticsOf, type Output, request, run } from "./harness.ts";
import { asProtocRecords, innermost, type Place, placeText, recordedPlaces } from "./source-places.ts";

/** Protos, and what is said about them. */
export interface Case {
  readonly name: string;
  /**
   * The body of one file, or of several by suffix. Line 1, with syntax, package and import, is put in front of it.
   * `$` stands for the case: its files are `$.proto` and `$_suffix.proto`, their package is `$` unless the body has one.
   */
  readonly proto: string | Readonly<Record<string, string>>;
  /** The lines, with `$` for the case. None: nothing is wrong. */
  readonly says: readonly string[];
}

/** One test per case, and one for all with the places that protoc records: all are built at once. */
export function testDiagnostics(cases: readonly Case[]): void {
  let set: FileDescriptorSet;
  beforeAll(() => {
    set = buildProtos(Object.assign({}, ...cases.map(({ proto }, index) => protosOf(proto, index))));
  });

  test.each(cases.map((one, index) => ({ ...one, index })))("$name", ({ proto, says, index }) => {
    const output = run(request(set, Object.keys(protosOf(proto, index))));
    expect(diagnosticsOf(output)).toEqual(says.map((line) => line.replaceAll("$", `p${index}`)));
  });

  test("with protoc, which records nothing in options, the same is said at the options", () => {
    for (const [index, { name, proto }] of cases.entries()) {
      const files = Object.keys(protosOf(proto, index));
      const input = request(asProtocRecords(set), files);
      const places = recordedPlaces(input);
      const atOptions = parsed(run(request(set, files))).map(
        ({ text, at }) => `${placeText(innermost(places, at))}: ${text}`,
      );
      const said = parsed(run(input)).map(({ text, at }) => `${placeText(at)}: ${text}`);
      // In one place, the same may be said of two elements; then it is said once.
      expect(said.toSorted(), name).toEqual([...new Set(atOptions)].toSorted());
    }
  });
}

function parsed(output: Output): { readonly text: string; readonly at: Place }[] {
  return diagnosticsOf(output).map((line) => {
    const [, file = "", row = "", column = "", text = ""] = /^(\S+):(\d+):(\d+): (.*)$/.exec(line) ?? [];
    // Texts name other places too.
    return { text: text.replace(/\S+:\d+:\d+/g, "…"), at: { file, line: Number(row), column: Number(column) } };
  });
}

function protosOf(proto: Case["proto"], index: number): Record<string, string> {
  const bodies = typeof proto === "string" ? { "": proto } : proto;
  return Object.fromEntries(
    Object.entries(bodies).map(([suffix, body]) => {
      const name = `p${index}${suffix === "" ? "" : `_${suffix}`}`;
      const text = body.replaceAll("$", `p${index}`);
      const pack = text.includes("\npackage ") ? "" : `package p${index};`;
      return [`${name}.proto`, `syntax = "proto3"; ${pack} import "ego/v1/ego.proto";${text}`];
    }),
  );
}

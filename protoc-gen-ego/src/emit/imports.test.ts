import { expect, test } from "vitest";
import { sortImports } from "./imports.ts";

test("imports are ordered by source and by code units, and code is left alone", () => {
  const printed = [
    'import type { äpfel, Zebra, apple as apple$1 } from "./b_pb.ts";',
    'import { B, A } from "./b_pb.ts";',
    'import type { X } from "./a_pb.ts";',
    'import { entity } from "@ego/runtime/codegen";',
    'import type { Sent } from "@ego/runtime/codegen";',
    "",
    "",
    "export const z = 1;",
    'import { not } from "here";',
    "",
  ].join("\n");
  expect(sortImports(printed)).toBe(
    [
      'import type { Sent } from "@ego/runtime/codegen";',
      'import { entity } from "@ego/runtime/codegen";',
      'import type { X } from "./a_pb.ts";',
      'import type { Zebra, apple as apple$1, äpfel } from "./b_pb.ts";',
      'import { A, B } from "./b_pb.ts";',
      "",
      "export const z = 1;",
      'import { not } from "here";',
      "",
    ].join("\n"),
  );
});

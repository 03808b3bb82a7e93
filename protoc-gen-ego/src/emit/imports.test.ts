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

test("an import that does not fit into a line of 120 is broken into full ones", () => {
  const names = Array.from({ length: 30 }, (_, index) => `Message${index + 10}`);
  const [first, ...rest] = sortImports(`import { ${names.join(", ")} } from "./a_pb.ts";\n\n`).split("\n");
  expect(first).toBe("import {");
  expect(rest[0]).toBe(
    "  Message10, Message11, Message12, Message13, Message14, Message15, Message16, Message17, Message18, Message19,",
  );
  expect(rest.slice(3, 4)).toEqual(['} from "./a_pb.ts";']);
  expect(
    rest
      .slice(0, 3)
      .join("")
      .match(/Message\d+/g),
  ).toEqual(names);
});

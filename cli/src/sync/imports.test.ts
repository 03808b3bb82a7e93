import { describe, expect, test } from "vitest";
import { compiler } from "./compiler.ts";
import { importValue } from "./imports.ts";
import { spliced, unspliced } from "./splice.ts";
import { styleOf } from "./style.ts";

/** A file with the import in it, and what the name is there. */
function imported(text: string): [text: string, local: string] {
  const ts = compiler();
  const file = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
  const { local, splices } = importValue(ts, file, "NotImplemented", "@ego/runtime", styleOf(ts, file));
  const after = spliced(text, splices);
  expect(unspliced(after, splices, text)).toBe(text);
  return [after, local];
}

const own = 'import { NotImplemented } from "@ego/runtime";';

describe("a value is imported", () => {
  test.each<[string, string, string]>([
    [
      "behind the last import",
      'import { a } from "a";\nimport b from "b";\n\nb(a);\n',
      `import { a } from "a";\nimport b from "b";\n${own}\n\nb(a);\n`,
    ],
    [
      "behind the comment of that",
      'import "a"; // for its effects\na();',
      `import "a"; // for its effects\n${own}\na();`,
    ],
    ["behind one of several lines", 'import {\n  a,\n} from "a";\na();', `import {\n  a,\n} from "a";\n${own}\na();`],
    ["before what stands in the same line", 'import "a"; a();\n', `import "a";\n${own}\n a();\n`],
    ["in an empty file", "", `${own}\n`],
    ["at the top, where there is no import", "a();\n", `${own}\n\na();\n`],
    ["behind a byte order mark", "\ufeffa();\n", `\ufeff${own}\n\na();\n`],
    ["behind the shebang", "#!/usr/bin/env node\na();\n", `#!/usr/bin/env node\n${own}\n\na();\n`],
    ["behind directives", '"use strict"; // yes\n\na();\n', `"use strict"; // yes\n${own}\n\na();\n`],
    ["between a directive and what stands in its line", '"use strict"; a();\n', `"use strict";\n${own}\n a();\n`],
    [
      "behind the licence",
      "// Copyright Ann\n// All rights reserved\n\na();\n",
      `// Copyright Ann\n// All rights reserved\n\n${own}\n\na();\n`,
    ],
    [
      "behind the licence on Windows",
      "/* Copyright */\r\n\r\na();\r\n",
      `/* Copyright */\r\n\r\n${own}\r\n\r\na();\r\n`,
    ],
    ["above the comment of the first statement", "/** Does it. */\na();\n", `${own}\n\n/** Does it. */\na();\n`],
    ["above that comment on Windows", "/** Does it. */\r\na();\r\n", `${own}\r\n\r\n/** Does it. */\r\na();\r\n`],
    ["between the two", "/*! MIT */\n\n/** Does it. */\na();\n", `/*! MIT */\n\n${own}\n\n/** Does it. */\na();\n`],
    [
      "beside other values",
      'import { Engine } from "@ego/runtime";\n',
      'import { Engine, NotImplemented } from "@ego/runtime";\n',
    ],
    [
      "beside other values, with a comma",
      'import { Engine, } from "@ego/runtime";\n',
      'import { Engine, NotImplemented } from "@ego/runtime";\n',
    ],
    [
      "beside a type",
      'import { type Clock } from "@ego/runtime";\n',
      'import { type Clock, NotImplemented } from "@ego/runtime";\n',
    ],
    ["beside nothing", 'import {} from "@ego/runtime";\n', 'import { NotImplemented } from "@ego/runtime";\n'],
    ["beside a blank", 'import { } from "@ego/runtime";\n', 'import { NotImplemented } from "@ego/runtime";\n'],
    [
      "in a line of its own, if the others have one",
      'import {\n\tEngine, // it\n\tmemoryStore // keeps\n\t// more\n} from "@ego/runtime";\n',
      'import {\n\tEngine, // it\n\tmemoryStore, // keeps\n\t// more\n\tNotImplemented\n} from "@ego/runtime";\n',
    ],
    [
      "with a comma, if the others have one",
      'import {\r\n  Engine,\r\n} from "@ego/runtime";\r\n',
      'import {\r\n  Engine,\r\n  NotImplemented,\r\n} from "@ego/runtime";\r\n',
    ],
    [
      "beside a default",
      'import ego, { Engine } from "@ego/runtime";\n',
      'import ego, { Engine, NotImplemented } from "@ego/runtime";\n',
    ],
    [
      "not into an import of types",
      'import type { Clock } from "@ego/runtime";\n',
      `import type { Clock } from "@ego/runtime";\n${own}\n`,
    ],
    [
      "not into that of a namespace",
      'import * as ego from "@ego/runtime";\n',
      `import * as ego from "@ego/runtime";\n${own}\n`,
    ],
    [
      "not into one of another module",
      'import { a } from "@ego/runtime/testing";\n',
      `import { a } from "@ego/runtime/testing";\n${own}\n`,
    ],
    [
      "as the file is written",
      "import { a } from 'a'\n\na('b')\n",
      "import { a } from 'a'\nimport { NotImplemented } from '@ego/runtime'\n\na('b')\n",
    ],
  ])("%s", (_, before, after) => {
    expect(imported(before)).toEqual([after, "NotImplemented"]);
  });

  test.each<[string, string, string]>([
    ["not again", own, "NotImplemented"],
    ["not again under another name", 'import { NotImplemented as Todo } from "@ego/runtime";', "Todo"],
  ])("%s", (_, text, name) => {
    expect(imported(text)).toEqual([text, name]);
  });
});

describe("a name that means something else gets another one:", () => {
  const other = 'import { NotImplemented as EgoNotImplemented } from "@ego/runtime";';
  test.each([
    ["a class", "class NotImplemented {}\n"],
    ["a parameter somewhere", "const f = (NotImplemented: string) => NotImplemented;\n"],
    ["a type parameter", "type F<NotImplemented> = NotImplemented;\n"],
  ])("%s", (_, text) => {
    expect(imported(text)).toEqual([`${other}\n\n${text}`, "EgoNotImplemented"]);
  });

  test("a type that is imported", () => {
    const text = 'import type { NotImplemented } from "@ego/runtime";';
    expect(imported(text)).toEqual([`${text}\n${other}`, "EgoNotImplemented"]);
  });

  test("one that hides the import somewhere", () => {
    const [after, local] = imported(`${own}\nconst f = (NotImplemented: string) => NotImplemented;\n`);
    expect(local).toBe("EgoNotImplemented");
    expect(after).toContain("import { NotImplemented, NotImplemented as EgoNotImplemented }");
  });

  test("and that name is free", () => {
    expect(imported("class NotImplemented {}\nclass EgoNotImplemented {}\n")[1]).toBe("EgoNotImplemented2");
  });
});

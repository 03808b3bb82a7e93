import { describe, expect, test } from "vitest";
import { findingLines } from "../project/finding.ts";
import { entityContract, planFor } from "./testdata/plan-in-memory.ts";

const account = entityContract("account", ["openAccount", "closeAccount"], ["accountOpened?", "accountClosed"]);

/** The one file, as it will be. */
function synced(text: string, contract = account): string {
  const plan = planFor([contract], { "src/account.ts": text });
  expect(findingLines(plan.findings)).toEqual([]);
  return plan.edits.find(({ file }) => file === "src/account.ts")?.after ?? text;
}

const head = `import type { AccountBehavior } from "./gen/account_ego.ts";\n\n`;
const value = `import { NotImplemented } from "@ego/runtime";\n`;
const handler = (name: string) => `    ${name}() {
      // (command, { state, emit })
      throw new NotImplemented("bank.v1.${name.slice(0, 1).toUpperCase()}${name.slice(1)}");
    },
`;
const applier = (name: string) => handler(name).replace("(command, { state, emit })", "(event, state)");

test("what is missing is inserted behind what is there, in the order of the schema, and nothing else changes", () => {
  expect(
    synced(`${head}export const accountBehavior: AccountBehavior = {
  commands: {
    openAccount: (command, { emit }) => emit.accountOpened(), // at once
  },
  events: {},
};
`),
  ).toBe(`${head.trimEnd()}
${value}
export const accountBehavior: AccountBehavior = {
  commands: {
    openAccount: (command, { emit }) => emit.accountOpened(), // at once
${handler("closeAccount")}  },
  events: {
${applier("accountClosed")}  },
};
`);
});

describe("an implementation is found", () => {
  const body = "{ commands: { openAccount() {}, closeAccount() {} }, events: {} }";
  test.each([
    ["as a constant", `export const b: AccountBehavior = ${body};`],
    ["as what an arrow function returns", `export const b = (): AccountBehavior => (${body});`],
    ["as what a function returns", `export function b(): AccountBehavior {\n  return ${body};\n}`],
    [
      "as what an asynchronous function returns",
      `export async function b(): Promise<AccountBehavior> {\n  return ${body};\n}`,
    ],
    ["by satisfies", `export const b = ${body} satisfies AccountBehavior;`],
    ["as the default export", `export default ${body} satisfies AccountBehavior;`],
    ["in parentheses", `export const b: AccountBehavior = (${body});`],
    ["read-only", `export const b: Readonly<AccountBehavior> = ${body};`],
    ["as an argument", `import { account } from "./gen/account_ego.ts";\nexport const b = account.implement(${body});`],
    [
      "as a constant that is an argument",
      `import { account } from "./gen/account_ego.ts";\nconst c = ${body};\nexport const b = account.implement(c);`,
    ],
    ["in a list", `export const b: AccountBehavior[] = [${body}];`],
    ["in an object", `export const b: { account: AccountBehavior } = { account: ${body} };`],
  ])("%s", (_, code) => {
    const plan = planFor([account], { "src/other.ts": head + code });
    expect(plan.findings).toEqual([]);
    expect(plan.inserted).toMatchObject([
      { file: "src/other.ts", contract: "AccountBehavior", member: "accountClosed" },
    ]);
    expect(plan.edits[0]?.after).toMatch(/events: \{\n *accountClosed\(\) \{/);
  });
});

test("where there is none, a file is made", () => {
  const plan = planFor([account], {});
  expect(plan.edits).toMatchObject([{ file: "src/account.ts", before: undefined }]);
  expect(plan.inserted.map(({ line, member }) => [line, member])).toEqual([
    [6, "openAccount"],
    [10, "closeAccount"],
    [16, "accountClosed"],
  ]);
});

const full = "{ commands: { openAccount() {}, closeAccount() {} }, events: { accountClosed() {} } }";
const empty = "{ commands: {}, events: {} }";

/** What is said, and the files that are changed. */
function said(files: Readonly<Record<string, string>>, contracts = [account]) {
  const { findings, edits, refused } = planFor(contracts, files);
  return { findings: findingLines(findings), edits: edits.map(({ file }) => file), refused };
}

describe("an implementation is found through", () => {
  test.each<[string, Record<string, string>, string]>([
    [
      "the name that another file gives to its type",
      {
        "src/types.ts": `export type { AccountBehavior as Contract } from "./gen/account_ego.ts";`,
        "src/x.ts": `import type { Contract as Mine } from "./types.js";\nexport const b: Mine = ${empty};`,
      },
      "src/x.ts",
    ],
    [
      "a type of its own",
      {
        "src/x.ts": `${head}interface Mine extends AccountBehavior { readonly more: 1 }\nconst b: Mine = { more: 1, commands: {}, events: {} };`,
      },
      "src/x.ts",
    ],
    [
      "a function that says no type, where it is called",
      { "src/x.ts": `${head}const make = (rate: number) => (${empty});\nexport const b: AccountBehavior = make(1);` },
      "src/x.ts",
    ],
    ["Object.freeze", { "src/x.ts": `${head}export const b: AccountBehavior = Object.freeze(${empty});` }, "src/x.ts"],
    [
      "what another function makes of it",
      {
        "src/x.ts": `${head}const logged = <T>(of: T): T => of;\nexport const b: AccountBehavior = logged<AccountBehavior>(${empty});`,
      },
      "src/x.ts",
    ],
    [
      "a constant of another file",
      {
        "src/handlers.ts": `import type { AccountHandlers } from "./gen/account_ego.ts";\nexport const commands: AccountHandlers = {};`,
        "src/x.ts": `${head}import { commands as handlers } from "./handlers.ts";\nexport const b: AccountBehavior = { commands: handlers, events: { accountClosed() {} } };`,
      },
      "src/handlers.ts",
    ],
    [
      "a member of a constant",
      {
        "src/x.ts": `${head}const all = { account: { commands: {} } };\nexport const b: AccountBehavior = { ...all.account, events: { accountClosed() {} } };`,
      },
      "src/x.ts",
    ],
    [
      "a function that makes a section",
      {
        "src/x.ts": `${head}const handlers = () => ({});\nexport const b: AccountBehavior = { commands: handlers(), events: { accountClosed() {} } };`,
      },
      "src/x.ts",
    ],
    [
      "the type of its section, behind a call that hides it",
      {
        "src/x.ts": `import type { AccountBehavior, AccountHandlers } from "./gen/account_ego.ts";
import { traced } from "tracing";
const handlers: AccountHandlers = {};
export const b: AccountBehavior = { commands: traced(handlers), events: { accountClosed() {} } };`,
      },
      "src/x.ts",
    ],
    [
      "a getter",
      {
        "src/x.ts": `${head}export const b: AccountBehavior = { get commands() { return {}; }, events: { accountClosed() {} } };`,
      },
      "src/x.ts",
    ],
  ])("%s", (_, files, changed) => {
    const plan = planFor([account], files);
    expect(findingLines(plan.findings)).toEqual([]);
    expect(plan.edits.map(({ file }) => file)).toEqual([changed]);
    expect(plan.inserted.map(({ member }) => member)).toContain("closeAccount");
    const after = { ...files, ...Object.fromEntries(plan.edits.map((edit) => [edit.file, edit.after])) };
    expect(planFor([account], after).edits).toEqual([]);
  });
});

describe("what is missing is judged by types:", () => {
  const body = (commands: string, before = "") =>
    `${head}${before}\nexport const b: AccountBehavior = { commands: ${commands}, events: { accountClosed() {} } };`;
  const missing = (text: string) => planFor([account], { "src/account.ts": text }).inserted.map(({ member }) => member);

  test.each([
    ["what an object holds that is spread", "{ ...more, x: 1 }", "const more = { openAccount() {} };"],
    [
      "what its type inherits",
      "{ ...more, x: 1 }",
      "interface A { openAccount(): void }\ninterface B extends A {}\ndeclare const more: B;",
    ],
    [
      "what is picked of a type",
      "{ ...more, x: 1 }",
      'declare const more: Pick<AccountBehavior["commands"], "openAccount">;',
    ],
    [
      "what is left of a type",
      "{ ...more, x: 1 }",
      'declare const more: Omit<AccountBehavior["commands"], "closeAccount">;',
    ],
    [
      "what a spread object spreads",
      "{ ...more, x: 1 }",
      "const first = { openAccount() {} };\nconst more = { ...first };",
    ],
    ["a key that is computed of a constant", "{ [key]() {} }", 'const key = "openAccount";'],
    ["fields of an instance", "{ ...new More(), x: 1 }", "class More { openAccount = () => {} }"],
  ])("%s is there", (_, commands, before) => {
    expect(missing(body(commands, before))).toEqual(["closeAccount"]);
  });

  test("methods of a class stay behind when an instance is spread", () => {
    expect(missing(body("{ ...new More(), x: 1 }", "class More { openAccount() {} }"))).toEqual([
      "openAccount",
      "closeAccount",
    ]);
  });

  test("a section that is missing is inserted as a whole", () => {
    expect(missing(`${head}export const b: AccountBehavior = {};`)).toEqual([
      "openAccount",
      "closeAccount",
      "accountClosed",
    ]);
  });

  test("a section in which nothing has to be written is inserted, and needs no import", () => {
    const plain = entityContract("account", ["openAccount"], ["accountOpened?"]);
    expect(synced(`${head}export const b: AccountBehavior = { commands: { openAccount() {} } };\n`, plain)).toBe(
      `${head}export const b: AccountBehavior = { commands: { openAccount() {} },\n  events: {},\n };\n`,
    );
  });

  test("what is optional is never inserted, and not taken away", () => {
    const text = `${head}export const b: AccountBehavior = { commands: { openAccount() {}, closeAccount() {} }, events: { accountOpened() {}, accountClosed() {} } };`;
    expect(synced(text)).toBe(text);
  });
});

describe("nothing is done, and it is said why,", () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      "where there are several",
      {
        "src/a.ts": `${head}export const a: AccountBehavior = ${empty};`,
        "src/b.ts": `${head}export const b: AccountBehavior = ${empty};`,
      },
      [
        "src/a.ts:3:35: error EGO104: AccountBehavior is implemented 2 times, also at src/b.ts:3:35: it is not clear which is meant",
        "  Keep one. What only tests need belongs in a test: those are not looked at.",
      ],
    ],
    [
      "where one of several lacks something",
      {
        "src/a.ts": `${head}export const a: AccountBehavior = ${full};`,
        "src/b.ts": `${head}export const b: AccountBehavior = ${empty};`,
      },
      [
        "src/a.ts:3:35: error EGO104: AccountBehavior is implemented 2 times, also at src/b.ts:3:35: it is not clear which is meant",
      ],
    ],
    [
      "where the syntax is wrong",
      { "src/a.ts": `${head}export const a: AccountBehavior = { commands: {, events: {} };` },
      [
        "src/a.ts:3:48: error EGO105: AccountBehavior is not synced: the file has a mistake in its syntax: Property assignment expected. Mend it first",
      ],
    ],
    [
      "where a merge is not done",
      { "src/a.ts": `${head}<<<<<<< HEAD\nexport const a: AccountBehavior = ${empty};\n=======\n>>>>>>> theirs\n` },
      [
        "src/a.ts:3:1: error EGO105: AccountBehavior is not synced: there is a merge conflict in the file. Resolve it first",
      ],
    ],
    [
      "where a merge left nothing that is one",
      { "src/a.ts": `${head}<<<<<<< HEAD\n=======\nexport const a: Partial<AccountBehavior> = 1;\n>>>>>>> theirs\n` },
      [
        "src/a.ts:3:1: error EGO105: AccountBehavior is not synced: there is a merge conflict in the file. Resolve it first",
      ],
    ],
    [
      "where the file says so",
      {
        "src/a.ts": `// Copyright Ann\n/* ego:no-sync: by hand */\n${head}export const a: AccountBehavior = { commands: { openAccount() {}, closeAccount() {} }, events: {} };`,
      },
      [
        "src/a.ts:2:1: error EGO105: AccountBehavior is not synced: the file says ego:no-sync",
        "  Add by hand:",
        "  accountClosed() {",
        "    // (event, state)",
        '    throw new NotImplemented("bank.v1.AccountClosed");',
        "  },",
      ],
    ],
    [
      "for a class",
      { "src/a.ts": `${head}export class Account implements AccountBehavior { commands = {}; events = {}; }` },
      [
        "src/a.ts:3:14: error EGO106: AccountBehavior lacks openAccount, closeAccount, accountClosed, and is implemented by a class, for which TypeScript infers no parameters: write an object literal",
        "  Write `export const …: AccountBehavior = { … }`, or a function that returns one: `(services): AccountBehavior => ({ … })`.",
      ],
    ],
    [
      "for what is all spread",
      {
        "src/a.ts": `${head}const more = { openAccount() {} };\nexport const a: AccountBehavior = { commands: { ...more }, events: { accountClosed() {} } };`,
      },
      [
        "src/a.ts:4:47: error EGO106: AccountBehavior lacks closeAccount, and nothing can be inserted: all that is here is spread from elsewhere",
        "  Add by hand:",
        "  closeAccount() {",
        "    // (command, { state, emit })",
        '    throw new NotImplemented("bank.v1.CloseAccount");',
        "  },",
      ],
    ],
    [
      "for what a function makes that is not to be seen",
      {
        "src/a.ts": `${head}declare function make(): { commands: { openAccount(): void }; events: {} };\nexport const a: AccountBehavior = make();`,
      },
      [
        "src/a.ts:4:35: error EGO106: AccountBehavior lacks closeAccount, accountClosed, and nothing can be inserted: it is not an object literal",
        "  Add by hand:",
        "  closeAccount() {",
        "    // (command, { state, emit })",
        '    throw new NotImplemented("bank.v1.CloseAccount");',
        "  },",
        "  accountClosed() {",
        "    // (event, state)",
        '    throw new NotImplemented("bank.v1.AccountClosed");',
        "  },",
      ],
    ],
    [
      "for Object.assign",
      { "src/a.ts": `${head}export const a: AccountBehavior = Object.assign({ commands: {} }, { events: {} });` },
      [
        "src/a.ts:3:35: error EGO106: AccountBehavior lacks openAccount, closeAccount, accountClosed, and nothing can be inserted: it is not an object literal",
      ],
    ],
    [
      "for keys that are computed",
      {
        "src/a.ts": `${head}declare const key: string;\nexport const a: AccountBehavior = { commands: { [key]() {} }, events: { accountClosed() {} } };`,
      },
      [
        "src/a.ts:4:49: error EGO107: it cannot be told which members of AccountBehavior this has: openAccount, closeAccount may be missing",
        "  Give it a type that names its members, or write them here one by one.",
      ],
    ],
    [
      "for what is spread and has any member",
      {
        "src/a.ts": `${head}declare const more: Record<string, () => void>;\nexport const a: AccountBehavior = { commands: { ...more, openAccount() {} }, events: { accountClosed() {} } };`,
      },
      [
        "src/a.ts:4:52: error EGO107: it cannot be told which members of AccountBehavior this has: closeAccount may be missing",
        "  Give it a type that names its members, or write them here one by one.",
      ],
    ],
    [
      "for what is spread and has no type",
      {
        "src/a.ts": `${head}import { more } from "nowhere";\nexport const a: AccountBehavior = { commands: { ...more, openAccount() {} }, events: { accountClosed() {} } };`,
      },
      [
        "src/a.ts:4:52: error EGO107: it cannot be told which members of AccountBehavior this has: closeAccount may be missing",
        "  Give it a type that names its members, or write them here one by one.",
      ],
    ],
    [
      "for a type of that name from elsewhere",
      {
        "src/a.ts": `import type { AccountBehavior } from "./old/account_ego.ts";\nexport const a: AccountBehavior = ${empty};`,
      },
      [
        "src/a.ts:2:17: error EGO109: this AccountBehavior is not the one of the generated code",
        "  Import it from src/gen/account_ego.ts.",
      ],
    ],
  ])("%s", (_, files, lines) => {
    const { findings, edits, refused } = said(files);
    expect(findings.join("\n").split("\n").slice(0, lines.length)).toEqual(lines);
    expect(edits).toEqual([]);
    expect(refused).toBe(true);
  });

  test("where what is missing is there only sometimes", () => {
    expect(
      said({
        "src/a.ts": `${head}declare const on: boolean;\nexport const a: AccountBehavior = { commands: { ...(on ? { openAccount() {} } : {}), closeAccount() {} }, events: { accountClosed() {} } };`,
      }),
    ).toEqual({
      findings: [
        "src/a.ts:4:52: error EGO112: openAccount is missing in AccountBehavior where this does not have it\n  Write it beside what is spread.",
      ],
      edits: [],
      refused: false,
    });
  });

  test("but a file that opted out and lacks nothing is left in peace", () => {
    expect(said({ "src/a.ts": `// ego:no-sync\n${head}export const a: AccountBehavior = ${full};` })).toEqual({
      findings: [],
      edits: [],
      refused: false,
    });
  });

  test("nor is anything said of a class that is whole", () => {
    const text = `${head}export class A implements AccountBehavior { commands = { openAccount() {}, closeAccount() {} }; events = { accountClosed() {} }; }`;
    expect(said({ "src/a.ts": text })).toEqual({ findings: [], edits: [], refused: false });
  });

  test("nor is anything said of several that are whole", () => {
    const files = {
      "src/a.ts": `${head}export const a: AccountBehavior = ${full};`,
      "src/b.ts": `${head}export const b: AccountBehavior = ${full};`,
    };
    expect(said(files)).toEqual({ findings: [], edits: [], refused: false });
  });

  test("nor of those but one that opted out", () => {
    const files = {
      "src/a.ts": `${head}export const a: AccountBehavior = ${empty};`,
      "src/fake.ts": `// ego:no-sync\n${head}export const b: AccountBehavior = ${empty};`,
    };
    expect(said(files)).toEqual({ findings: [], edits: ["src/a.ts"], refused: false });
  });

  test("and the others are synced nevertheless", () => {
    const lot = entityContract("lot", ["receiveLot"]);
    const { findings, edits, refused } = said(
      {
        "src/a.ts": `${head}export class Account implements AccountBehavior {}`,
        "src/lot.ts": `import type { LotBehavior } from "./gen/lot_ego.ts";\nexport const lot: LotBehavior = { commands: {} };\n`,
      },
      [account, lot],
    );
    expect(findings).toHaveLength(1);
    expect(edits).toEqual(["src/lot.ts"]);
    expect(refused).toBe(true);
  });
});

describe("what is not in the protos any more", () => {
  const text = (commands: string, events = "accountClosed() {}") =>
    `${head}export const b: AccountBehavior = {\n  commands: { ${commands} },\n  events: { ${events} },\n};\n`;

  test("stays, and is said", () => {
    expect(said({ "src/a.ts": text("openAccount() {}, closeAccount() {}, freezeAccount() {}") })).toEqual({
      findings: [
        "src/a.ts:4:52: warning EGO110: freezeAccount is no command of account\n  Remove it if it is not needed any more.",
      ],
      edits: [],
      refused: false,
    });
  });

  test("is an error if it is an event: what is stored needs it", () => {
    expect(
      said({ "src/a.ts": text("openAccount() {}, closeAccount() {}", "accountClosed() {}, accountFrozen() {}") }),
    ).toEqual({
      findings: [
        "src/a.ts:5:33: error EGO111: accountFrozen is no event of account: if it was one, stored events of it can no longer be replayed\n  If it was one, keep the event in the proto, or let a new one upcast it. Else remove it.",
      ],
      edits: [],
      refused: false,
    });
  });

  test("as a section is said too", () => {
    const durable = entityContract("account", ["openAccount", "closeAccount"]);
    expect(said({ "src/a.ts": text("openAccount() {}, closeAccount() {}") }, [durable]).findings).toEqual([
      "src/a.ts:5:3: warning EGO110: events is no part of AccountBehavior\n  Remove it if it is not needed any more.",
    ]);
  });

  test("and has probably been renamed is not inserted under its new name", () => {
    expect(said({ "src/a.ts": text("openAcount() {}, closeAccount() {}") })).toEqual({
      findings: [
        "src/a.ts:4:15: error EGO110: openAcount is no command of account\n  Has it become openAccount? Then run `ego sync --rename openAcount=openAccount`; else remove it, and run `ego sync` again.",
      ],
      edits: [],
      refused: false,
    });
  });

  test.each([
    ["a method", "openIt() {}", "openAccount() {}"],
    ["a property", "openIt: () => {}", "openAccount: () => {}"],
    ["an asynchronous method", "async openIt() {}", "async openAccount() {}"],
    ["a quoted name", "'openIt'() {}", "'openAccount'() {}"],
    ["a quoted name in brackets", '["openIt"]: () => {}', '["openAccount"]: () => {}'],
    ["a getter", "get openIt() { return () => {}; }", "get openAccount() { return () => {}; }"],
    ["a constant of that name", "openIt", "openAccount: openIt"],
    ["a name with comments around", "/* a */ openIt /* b */ () {}", "/* a */ openAccount /* b */ () {}"],
  ])("gets its new name if that is asked for: %s", (_, before, after) => {
    const plan = planFor([account], { "src/a.ts": text(`${before}, closeAccount() {}`) }, { openIt: "openAccount" });
    expect(plan.findings).toEqual([]);
    expect(plan.edits[0]?.after).toBe(text(`${after}, closeAccount() {}`));
    expect(plan.renamed).toEqual([
      {
        file: "src/a.ts",
        line: 4,
        contract: "AccountBehavior",
        from: "openIt",
        to: "openAccount",
        at: expect.anything(),
      },
    ]);
  });

  test("is not renamed to what is there already, or nowhere in the protos", () => {
    for (const to of ["closeAccount", "nothing"]) {
      const plan = planFor(
        [account],
        { "src/a.ts": text("openIt() {}, openAccount() {}, closeAccount() {}") },
        { openIt: to },
      );
      expect(plan.edits).toEqual([]);
      expect(plan.renamed).toEqual([]);
    }
  });
});

describe("a new file", () => {
  const lot = entityContract("inventory_lot", ["receiveLot"]);
  const lotFile = (files: Record<string, string>) => {
    const { edits, findings } = planFor([account, lot], files);
    return {
      made: edits.filter(({ before }) => before === undefined).map(({ file }) => file),
      findings: findingLines(findings),
    };
  };

  test("goes where the others are", () => {
    const text = `import type { AccountBehavior } from "../src/gen/account_ego.ts";\nexport const b: AccountBehavior = ${full};`;
    expect(lotFile({ "domain/account.ts": text })).toEqual({ made: ["domain/inventory-lot.ts"], findings: [] });
  });

  test("is written as the others are", () => {
    const text = `import type { AccountBehavior } from './gen/account_ego.ts'\r\n\r\nexport const b: AccountBehavior = {\r\n\tcommands: { openAccount() {}, closeAccount() {} },\r\n\tevents: { accountClosed() {} }\r\n}\r\n`;
    const { edits } = planFor([account, lot], { "src/account.ts": text });
    expect(edits[0]?.after).toBe(
      [
        "import { NotImplemented } from '@ego/runtime'",
        "import type { InventoryLotBehavior } from './gen/inventory_lot_ego.ts'",
        "",
        "export const inventoryLotBehavior: InventoryLotBehavior = {",
        "\tcommands: {",
        "\t\treceiveLot() {",
        "\t\t\t// (command, { state, emit })",
        "\t\t\tthrow new NotImplemented('bank.v1.ReceiveLot')",
        "\t\t}",
        "\t}",
        "}",
        "",
      ].join("\r\n"),
    );
  });

  test("is not written over another one", () => {
    expect(
      lotFile({
        "src/account.ts": `${head}export const b: AccountBehavior = ${full};`,
        "src/inventory-lot.ts": "export {};",
      }),
    ).toEqual({
      made: [],
      findings: [
        'src/inventory-lot.ts:1:1: error EGO108: "inventory_lot" has no InventoryLotBehavior yet, and the file for it is there already\n  Write `export const inventoryLotBehavior: InventoryLotBehavior = { commands: {} };` where you want it, and run `ego sync` again.',
      ],
    });
  });
});

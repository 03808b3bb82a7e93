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

import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Behaviors that are wrong, each in place of `upcasts`, and the first line that tsc says of each. */
const cases: readonly (readonly [what: string, upcasts: string, says: string | undefined])[] = [
  ["both upcasters compile", "moneyPutInV1: (event) => ({ amount: event.cents }), moneyPutInV2: () => ({})", undefined],
  [
    "a missing upcaster",
    "moneyPutInV1: () => ({})",
    "error TS2741: Property 'moneyPutInV2' is missing in type '{ moneyPutInV1: () => {}; }' but required in type 'AccountUpcasters'.",
  ],
  [
    "an upcaster of an event that is not old",
    "moneyPutInV1: () => ({}), moneyPutInV2: () => ({}), moneyReceived: () => ({})",
    "error TS2353: Object literal may only specify known properties, and 'moneyReceived' does not exist in type 'AccountUpcasters'.",
  ],
  [
    "a field that the new event does not have",
    "moneyPutInV1: (event) => ({ cents: event.cents }), moneyPutInV2: () => ({})",
    "error TS2559: Type '{ cents: bigint; }' has no properties in common with type 'Fields<MoneyPutInV2>'.",
  ],
  [
    "a field that the old event does not have",
    "moneyPutInV1: (event) => ({ amount: event.amount }), moneyPutInV2: () => ({})",
    "error TS2339: Property 'amount' does not exist on type 'MoneyPutInV1'.",
  ],
  [
    "a field of another type",
    "moneyPutInV1: (event) => ({ amount: Number(event.cents) }), moneyPutInV2: () => ({})",
    "error TS2322: Type 'number' is not assignable to type 'bigint'.",
  ],
  [
    "a forgotten return",
    "moneyPutInV1: (event) => { ({ amount: event.cents }); }, moneyPutInV2: () => ({})",
    "error TS2322: Type '(event: MoneyPutInV1) => void' is not assignable to type 'Upcast<MoneyPutInV1, MoneyPutInV2>'.",
  ],
  [
    "an asynchronous upcaster",
    "moneyPutInV1: async (event) => ({ amount: event.cents }), moneyPutInV2: () => ({})",
    "error TS2559: Type 'Promise<{ amount: bigint; }>' has no properties in common with type 'Fields<MoneyPutInV2>'.",
  ],
];

/** What else does not compile: an old event is neither emitted nor applied. */
const behaviors: readonly (readonly [what: string, part: string, says: string])[] = [
  [
    "a behavior without upcasters",
    "export const behavior: AccountBehavior = { commands: accountV3.commands, events: accountV3.events };",
    "error TS2741: Property 'upcasts' is missing in type '{ commands: AccountHandlers; events: AccountAppliers; }' but required in type 'AccountBehavior'.",
  ],
  [
    "a handler that emits an old event",
    "export const handlers: AccountHandlers = { ...accountV3.commands, putIn: (_, { emit }) => emit.moneyPutInV2() };",
    "error TS2339: Property 'moneyPutInV2' does not exist on type 'Pick<AccountEvents, \"moneyReceived\">'.",
  ],
  [
    "an applier of an old event",
    "export const appliers: AccountAppliers = { ...accountV3.events, moneyPutInV1: () => undefined };",
    "error TS2353: Object literal may only specify known properties, and 'moneyPutInV1' does not exist in type 'AccountAppliers'.",
  ],
];

let folder: string;
let output: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-types-")));
  const from = (path: string) => JSON.stringify(relative(folder, join(import.meta.dirname, path)));
  const imports = `import { accountV3 } from ${from("account-v3.ts")};
import type { AccountAppliers, AccountBehavior, AccountHandlers } from ${from("v3/gen/savings/v1/account_v3_ego.ts")};
export type Used = [typeof accountV3, AccountAppliers, AccountBehavior, AccountHandlers];
`;
  for (const [index, [, upcasts]] of cases.entries()) {
    const part = `export const behavior: AccountBehavior = { ...accountV3, upcasts: { ${upcasts} } };`;
    writeFileSync(join(folder, `upcasts-${index}.mts`), imports + part);
  }
  for (const [index, [, part]] of behaviors.entries()) {
    writeFileSync(join(folder, `behavior-${index}.mts`), imports + part);
  }
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { typeRoots: [join(root, "node_modules/@types")] },
    include: ["*.mts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  output = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  }).stdout;
});
afterAll(() => rmSync(folder, { recursive: true }));

test("nothing else is wrong", () => {
  const wrong = output.split("\n").filter((line) => /^\S/.test(line) && !/^(upcasts|behavior)-\d+\.mts\(/.test(line));
  expect(wrong).toEqual([]);
});

/** The first thing that tsc says of a file. */
function saidOf(file: string): string | undefined {
  const line = output.split("\n").find((text) => text.startsWith(`${file}(`));
  return line?.replace(/^.*?: (?=error )/, "");
}

test.each(cases.map(([what, , says], index) => ({ what, says, index })))("$what", ({ says, index }) => {
  expect(saidOf(`upcasts-${index}.mts`)).toBe(says);
});

test.each(behaviors.map(([what, , says], index) => ({ what, says, index })))("$what", ({ says, index }) => {
  expect(saidOf(`behavior-${index}.mts`)).toBe(says);
});

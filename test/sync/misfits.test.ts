import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../cli/src/project/finding.ts";
import { type Contract, contextMembers } from "../../cli/src/sync/contract.ts";
import { planOf } from "../../cli/src/sync/plan.ts";
import { goldenContracts } from "./domain.ts";

const root = join(import.meta.dirname, "../..");

let contracts: readonly Contract[];
beforeAll(() => {
  contracts = goldenContracts();
});

/** What is said about a source that implements one contract. */
function findings(type: string, generated: string, text: string): readonly Finding[] {
  return planOf({
    project: { root: "/nowhere" },
    contracts: contracts.filter((contract) => contract.type === type && contract.generated === generated),
    sources: {
      own: [{ file: "src/x.ts", path: "/nowhere/src/x.ts", text: text.replaceAll("gen/", "./gen/") }],
      foreign: new Set(),
      outside: [],
      unreadable: new Map(),
    },
    generated: (contract) => `/nowhere/src/gen/${contract.generated}.ts`,
    extension: ".ts",
    rename: new Map(),
  }).findings;
}

/** The same, of a part of a behavior, each in a line. */
function saidOf(type: string, generated: string, body: string): string[] {
  const text = `import type { ${type} as Contract } from "./gen/${generated}.ts";\nexport const x: Contract = ${body};\n`;
  return findings(type, generated, text)
    .filter(({ code }) => code === "EGO113")
    .map(({ at, severity, text }) => `${at?.line}:${at?.column} ${severity} ${text}`);
}

const account = (commands: string, events = "") =>
  saidOf("AccountBehavior", "golden/bank/v1/account_ego", `{ commands: {\n${commands}\n}, events: { ${events} } }`);

describe("a name that a method is not given is said:", () => {
  test.each<[string, string, string[]]>([
    [
      "an event that the command does not emit",
      "openAccount: (_, { emit }) => emit.accountClosed(),",
      ["3:36 error emit has no accountClosed, only accountOpened, accountCredited"],
    ],
    [
      "an event that is taken out of the context",
      "openAccount(_, { emit: { accountOpened, accountClosed } }) { return accountOpened(); },",
      ["3:41 error emit has no accountClosed, only accountOpened, accountCredited"],
    ],
    [
      "a rejection of a command that has none",
      "openAccount(_, context) { return context.reject.accountIsClosed(); },",
      ["3:49 error reject has no accountIsClosed"],
    ],
    [
      "a field that the command does not have",
      "openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.email }),",
      ["3:78 error golden.bank.v1.OpenAccount has no email"],
    ],
    [
      "a field that is taken out of the command",
      "openAccount: async function ({ email: ownerEmail }, { emit }) { return emit.accountOpened({ ownerEmail }); },",
      ["3:32 error golden.bank.v1.OpenAccount has no email"],
    ],
    [
      "a field of the state",
      "openAccount: ((_, { state }) => { const { closed, frozen } = state; return closed && frozen ? [] : []; }),",
      ["3:51 error golden.bank.v1.Account has no frozen"],
    ],
    [
      "what only durable states have",
      "openAccount: (_, { save }) => save({}),",
      ["3:20 error what openAccount is given has no save"],
    ],
  ])("%s", (_, commands, said) => {
    expect(account(commands)).toEqual(said);
  });

  test("in appliers", () => {
    expect(account("", "accountCredited(event, state) { state.total += event.amount; }")).toEqual([
      "4:52 error golden.bank.v1.Account has no total",
      "4:67 error golden.bank.v1.AccountCredited has no amount",
    ]);
  });

  test("in sections that are constants", () => {
    const text = `import type { AccountBehavior, AccountHandlers } from "./gen/golden/bank/v1/account_ego.ts";
const commands: AccountHandlers = { closeAccount: (_, { emit }) => emit.accountFrozen() };
export const x: AccountBehavior = { commands, events: {} };`;
    expect(findings("AccountBehavior", "golden/bank/v1/account_ego", text)).toMatchObject([
      { code: "EGO113", at: { file: "src/x.ts", line: 2, column: 73 } },
    ]);
  });

  test("of a command that a saga does not send, or a row that is not known", () => {
    expect(
      saidOf(
        "TransferProcessBehavior",
        "golden/bank/v1/transfer_ego",
        "{ events: { transferRequested: (event, { send, emit }) => send.closeAccount(event.from) } }",
      ),
    ).toEqual([
      "2:75 error what transferRequested is given has no emit",
      "2:91 error send has no closeAccount, only debitAccount, creditAccount",
      "2:110 error golden.bank.v1.TransferRequested has no from",
    ]);
    expect(
      saidOf(
        "StatementsProjection",
        "golden/bank/v1/statements_ego",
        "{ feeCharged: (event, { row }) => row.upsert({}), accountCredited: (event, { row }) => row.upsert({}) }",
      ),
    ).toEqual(["2:105 error what accountCredited is given has no row"]);
  });
});

test("what is there is not said, nor what every object has, nor what a newer runtime may give", () => {
  expect(
    account(
      `openAccount(command, { state, emit, reject, entityId, revision, now, newId, metadata, signal, somethingNew }) {
        if (command.hasOwnProperty("x") || state.toString() === command.$typeName || somethingNew) return [];
        const other = { emit: { nothing: 1 } };
        return emit.accountOpened({ ownerEmail: command.ownerEmail.trim().nothing + other.emit.nothing + reject });
      },`,
    ),
  ).toEqual([]);
});

test("the members that only some contexts have are those of the runtime", () => {
  const declared = (file: string, name: string) => {
    const text = readFileSync(join(root, "runtime/src/codegen", file), "utf8");
    const [, body = ""] = new RegExp(`export interface ${name}<.*?\\{\\n(.*?)\\n\\}`, "s").exec(text) ?? [];
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, member = ""]) => member);
  };
  const common = new Set([
    "state",
    "sagaId",
    "now",
    "newId",
    "metadata",
    "tx",
    "table",
    "entityId",
    "revision",
    "position",
    "recordedAt",
  ]);
  const all = [
    ...declared("handler.ts", "DecideContext"),
    ...declared("handler.ts", "ChangeContext"),
    ...declared("read-model.ts", "ProjectionContext"),
    ...declared("read-model.ts", "RowContext"),
    ...declared("saga.ts", "SagaContext"),
  ];
  expect([...new Set(all)].filter((name) => !common.has(name)).toSorted()).toEqual([...contextMembers].toSorted());
});

describe("a method that is gone is taken for one that is new", () => {
  const said = (name: string, handler: string, missing: string) => {
    const all = ["openAccount", "creditAccount", "debitAccount", "closeAccount"];
    const others = all.filter((one) => one !== missing).map((one) => `${one}() { throw 1; }`);
    const text = `import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
export const x: AccountBehavior = {
  commands: { ${others.join(", ")}, ${name}${handler} },
  events: { accountCredited() {}, accountDebited() {}, accountClosed() {} },
};`;
    const [finding] = findings("AccountBehavior", "golden/bank/v1/account_ego", text);
    return /Has it become (\w+)\?/.exec(finding?.help ?? "")?.[1];
  };

  test("if their names are alike", () => {
    expect(said("opnAccount", "() {}", "openAccount")).toBe("openAccount");
    expect(said("creditTheAccount", "() {}", "creditAccount")).toBe("creditAccount");
  });

  test("if what it reads is in the message of the other", () => {
    expect(said("payIn", "({ amountCents }, { emit }) { return emit.x({ amountCents }); }", "creditAccount")).toBe(
      "creditAccount",
    );
    expect(said("payIn", "(command) { return command.amountCents; }", "creditAccount")).toBe("creditAccount");
    expect(said("payIn", ": (one) => one.amountCents", "debitAccount")).toBe("debitAccount");
  });

  test("but not for what it reads of every message, or what the other does not have", () => {
    expect(said("freeze", "({ accountId }) { return accountId; }", "openAccount")).toBeUndefined();
    expect(said("freeze", "({ amountCents, until }) { return until; }", "creditAccount")).toBeUndefined();
    expect(said("freeze", "() {}", "openAccount")).toBeUndefined();
  });
});

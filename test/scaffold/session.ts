import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { linkModules } from "./kinds.ts";
import { makeProject, packagesOf } from "./make.ts";
import { type Ran, run, userEnv } from "./shell.ts";

const withdrawal = `
// Takes money out, as far as there is some.
message WithdrawMoney {
  option (ego.v1.message).command = {
    emits: ["MoneyWithdrawn"]
    rejects: ["InsufficientFunds"]
    precondition: PRECONDITION_PRESENT
  };

  string account_id = 1 [(ego.v1.field).id = true];
  int64 amount_cents = 2;
}

message MoneyWithdrawn {
  option (ego.v1.message).event = {};

  string account_id = 1 [(ego.v1.field).id = true];
  int64 amount_cents = 2;
}

message InsufficientFunds {
  option (ego.v1.message).rejection = {};

  int64 missing_cents = 1;
}
`;

const behavior = `import type { AccountBehavior } from "./gen/account/v1/account_ego.ts";

export const accountBehavior: AccountBehavior = {
  commands: {
    createAccount: ({ ownerEmail }, { emit }) => emit.accountCreated({ ownerEmail }),
    depositMoney: ({ amountCents }, { emit }) => emit.moneyDeposited({ amountCents }),
  },
  events: {
    moneyDeposited(event, state) {
      state.balanceCents += event.amountCents;
    },
  },
};
`;

/** The methods that `ego sync` inserts, each with what a person makes of it. */
const filledIn: readonly (readonly [RegExp, string])[] = [
  [/^import \{ NotImplemented \} from "@ego\/runtime";\n/m, ""],
  [
    /^ {4}withdrawMoney\(\) \{\n {6}\/\/ .*\n {6}throw new NotImplemented\("account\.v1\.WithdrawMoney"\);\n {4}\},$/m,
    `    withdrawMoney({ amountCents }, { state, emit, reject }) {
      const missingCents = amountCents - state.balanceCents;
      if (missingCents > 0n) return reject.insufficientFunds({ missingCents });
      return emit.moneyWithdrawn({ amountCents });
    },`,
  ],
  [
    /^ {4}moneyWithdrawn\(\) \{\n {6}\/\/ .*\n {6}throw new NotImplemented\("account\.v1\.MoneyWithdrawn"\);\n {4}\},$/m,
    `    moneyWithdrawn(event, state) {
      state.balanceCents -= event.amountCents;
    },`,
  ],
];

const app = `import type { EngineOptions, Store } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "./account.ts";
import { account } from "./gen/account/v1/account_ego.ts";

export const store: Store = sqliteStore({ filename: "app.db" });
export const entities: EngineOptions["entities"] = [account.implement(accountBehavior)];
`;

const main = `import { Engine } from "@ego/runtime";
import * as app from "./app.ts";
import { account } from "./gen/account/v1/account_ego.ts";

await using engine = await Engine.start(app);
const ann = engine.entity(account).get("ann");
if (!(await engine.entityExists(account, "ann"))) await ann.createAccount({ ownerEmail: "ann@example.org" });
await ann.depositMoney({ amountCents: 100n });
const outcome = await ann.withdrawMoney({ amountCents: 150n }).outcome();
console.log(outcome.case, outcome.case === "insufficientFunds" ? outcome.rejection.missingCents : outcome.state.balanceCents);
`;

const scenario = `import { given } from "@ego/runtime/testing";
import { test } from "vitest";
import { accountBehavior } from "../src/account.ts";
import { account } from "../src/gen/account/v1/account_ego.ts";

test("nobody takes out more than there is", () =>
  given(account.implement(accountBehavior), account.events.accountCreated({}))
    .when.withdrawMoney({ amountCents: 30n })
    .rejects(account.rejections.insufficientFunds({ missingCents: 30n })));
`;

/** Runs what a user types. What npx finds is run without it after the first time: it takes longer than most of what it runs. */
function runLine(project: string, line: string, byNpx: boolean): Promise<Ran> {
  const [program = "", ...args] = line.split(" ");
  if (program !== "npx" || byNpx) return run(project, program, args);
  const bin = join(project, "node_modules/.bin");
  const [found = "", ...rest] = args;
  return run(project, join(bin, found), rest, { PATH: `${bin}${delimiter}${userEnv.PATH}` });
}

/**
 * The daily loop of a user, recorded: from an empty project to a program that keeps an account.
 *
 * @param base a folder for the project
 * @param first a project with the packages installed
 */
export function describeSession(base: string, first: string): void {
  test("a session: init, add, a command by hand, tsc names the gap, sync, fill in, test, run", async () => {
    const project = join(base, "session");
    const transcript: string[] = [];
    const type = async (line: string) => {
      const { exitCode, stdout, stderr } = await runLine(project, line, transcript.length === 0);
      // Progress is only printed where it takes long.
      const said = `${stdout}${stderr.replace(/^(?:Reading the protos|Generating) …\n/gm, "")}`.trimEnd();
      transcript.push(`$ ${line}`, ...(said === "" ? [] : [said]), ...(exitCode === 0 ? [] : [`[${exitCode}]`]));
      return said;
    };
    const write = (file: string, text: string) => writeFileSync(join(project, file), text);

    makeProject(project, packagesOf(first), { example: false });
    linkModules(first, project);
    await type("npx ego add entity account --field owner_email:string");
    await type("npx ego add field Account balance_cents:int64");
    await type("npx ego add command account DepositMoney --field amount_cents:int64 --emits MoneyDeposited");
    write("src/account.ts", behavior);
    write("src/app.ts", app);
    write("src/main.ts", main.replace(/^const outcome[\s\S]*/m, ""));
    await type("npx tsc");

    appendFileSync(join(project, "proto/account/v1/account.proto"), withdrawal);
    await type("npx ego sync");
    await type("npx ego generate");
    await type("npx tsc");
    await type("npx ego sync --check");
    await type("npx ego sync");
    await type("npx tsc");

    let text = readFileSync(join(project, "src/account.ts"), "utf8");
    for (const [from, to] of filledIn) {
      expect(text).toMatch(from);
      text = text.replace(from, to);
    }
    write("src/account.ts", text);
    write("src/main.ts", main);
    write("src/account.test.ts", scenario.replaceAll("../src/", "./"));
    expect(await type("npm test")).toContain("1 passed (1)");
    transcript.splice(-1);
    await type("npm start --silent");
    await type("npm start --silent");
    await type("npx ego sync");

    await expect(transcript.join("\n")).toMatchFileSnapshot(join(import.meta.dirname, "session.txt"));
  }, 120_000);
}

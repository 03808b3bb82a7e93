// What `npm start` runs: a bank on SQLite in two processes, the second of which knows only the file of the first.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "@ego/runtime";
import { sqliteDialect, sqliteStore } from "@ego/runtime/sqlite";
import { Kysely } from "kysely";
import { accountBehavior } from "./account.ts";
import { balancesProjection } from "./balances.ts";
import { type AccountDatabase, account, balances } from "./gen/bank/v1/account_ego.ts";
import { fieldsOf, money } from "./print.ts";
import { queries } from "./queries.ts";

const folder = mkdtempSync(join(tmpdir(), "ego-bank-"));
const filename = join(folder, "bank.db");

console.log(
  `\nA bank, event sourced, on SQLite\n\n1. Commands, and the live stream of events (process ${process.pid})\n`,
);

const engine = await Engine.start({
  store: sqliteStore({ filename }),
  entities: [account.implement(accountBehavior)],
  projections: [balances.implement(balancesProjection)],
});
const accounts = engine.entity(account);
const ann = accounts.get("ann");
const bob = accounts.get("bob");

const stream = engine.subscribe({ entities: [account] });
const printed = (async () => {
  for await (const { entityId, revision, name, event } of stream) {
    console.log(`                stream  ${entityId} #${revision} ${name} ${fieldsOf(event)}`.trimEnd());
  }
})();

const opened = await ann.openAccount({ ownerEmail: "ann@example.org", openingCents: 500_00n });
console.log(`   openAccount    ann   balance ${money(opened.state.balanceCents)}, revision ${opened.revision}`);

const credited = await ann.creditAccount({ amountCents: 250_00n });
console.log(`   creditAccount  ann   balance ${money(credited.state.balanceCents)}, revision ${credited.revision}`);

const outcome = await ann.debitAccount({ amountCents: 1_000_00n }).outcome();
switch (outcome.case) {
  case "accepted":
    console.log(`   debitAccount   ann   balance ${money(outcome.state.balanceCents)}`);
    break;
  case "insufficientFunds":
    console.log(`   debitAccount   ann   refused: insufficientFunds, ${money(outcome.rejection.missingCents)} missing`);
    break;
  case "accountIsClosed":
    console.log("   debitAccount   ann   refused: accountIsClosed");
}

await bob.openAccount({ ownerEmail: "bob@example.org" });
stream.close();
await printed;

// A hundred commands at once: one after the other for the account, stored together.
const before = engine.statistics.transactions;
const paid = await Promise.all(Array.from({ length: 100 }, () => bob.creditAccount({ amountCents: 1_00n })));
const transactions = engine.statistics.transactions - before;
console.log(
  `   creditAccount  bob   100 at once: balance ${money(paid.at(-1)?.state.balanceCents ?? 0n)}, revision ${paid.at(-1)?.revision}, in ${transactions} transaction${transactions === 1 ? "" : "s"}`,
);

// What a query must see is named by the reply: the read model is a moment behind.
console.log("\n2. The read model: a table, filled by a projection, and asked by plain Kysely\n");
const after = engine.positionOf(account, "bob", paid.at(-1)?.position ?? 0);
const db = new Kysely<AccountDatabase>({ dialect: sqliteDialect({ filename, readOnly: true }) });
const ask = queries(db, engine.projection(balances));
const bobs = await ask.balance("bob", after);
console.log(`   balance        bob   ${money(bobs?.balanceCents ?? 0n)}, of ${bobs?.ownerEmail}`);
for (const { accountId, balanceCents } of await ask.richest(10)) {
  console.log(`   richest        ${accountId}   ${money(balanceCents)}`);
}
const { lag } = await engine.projection(balances).status();
console.log(`   lag                  ${lag.events} events`);
await db.destroy();

await engine.stop();

console.log("\n3. The engine has stopped. A second process opens the file and goes on\n");
const { status } = spawnSync(
  process.execPath,
  [...process.execArgv, join(import.meta.dirname, "second.ts"), filename],
  { stdio: "inherit" },
);
rmSync(folder, { recursive: true });
if (status !== 0) process.exit(status ?? 1);

console.log(`
Where to look next
   examples/bank/proto/bank/v1/account.proto   what was written: the messages, marked
   examples/bank/src/gen/bank/v1/              what was generated from it
   examples/bank/src/account.ts                what was filled in: one method per command and event
   examples/bank/src/balances.ts               and what each event does to the read model
   npm run ego -- init ../my-bank              a project of your own
   README.md
`);

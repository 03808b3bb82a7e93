// The second process of the story: all it knows is the file.
import { Engine } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "./account.ts";
import { account } from "./gen/bank/v1/account_ego.ts";
import { fieldsOf, money, table } from "./print.ts";

const filename = process.argv[2] ?? "bank.db";
await using engine = await Engine.start({
  store: sqliteStore({ filename }),
  entities: [account.implement(accountBehavior)],
});
const ann = engine.entity(account).get("ann");

const { state, revision } = await engine.state(account, "ann");
console.log(
  `   recovered      ann   balance ${money(state.balanceCents)}, revision ${revision} (process ${process.pid})`,
);
const debited = await ann.debitAccount({ amountCents: 300_00n });
console.log(`   debitAccount   ann   balance ${money(debited.state.balanceCents)}, revision ${debited.revision}`);
const closed = await ann.closeAccount();
console.log(`   closeAccount   ann   balance ${money(closed.state.balanceCents)}, revision ${closed.revision}, closed`);
const late = await ann.creditAccount({ amountCents: 1_00n }).outcome();
console.log(`   creditAccount  ann   ${late.case === "accepted" ? "accepted" : `refused: ${late.case}`}`);

console.log("\n4. The journal of ann, from first to last\n");
const rows: string[][] = [];
for await (const recorded of engine.history(account, "ann")) {
  rows.push([
    String(recorded.revision),
    recorded.recordedAt.toISOString(),
    recorded.name,
    fieldsOf(recorded.event),
    `${recorded.shard}:${recorded.position}`,
  ]);
}
console.log(table(["#", "recorded at", "event", "fields", "shard:position"], rows));

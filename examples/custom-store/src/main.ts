// What `npm start` runs: the bank's account on a store of one's own, which is closed and opened again.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "@ego/runtime";
import { accountBehavior } from "../../bank/src/account.ts";
import { account } from "../../bank/src/gen/bank/v1/account_ego.ts";
import { jsonStore } from "./json-store.ts";

const folder = mkdtempSync(join(tmpdir(), "ego-json-"));
const filename = join(folder, "bank.jsonl");
const start = () => Engine.start({ store: jsonStore(filename), entities: [account.implement(accountBehavior)] });

const first = await start();
const ann = first.entity(account).get("ann");
await ann.openAccount({ ownerEmail: "ann@example.org", openingCents: 500n });
const { state } = await ann.creditAccount({ amountCents: 250n });
console.log(`stored: balance ${state.balanceCents}`);
await first.stop();

const second = await start();
const reply = await second.entity(account).get("ann").debitAccount({ amountCents: 100n });
console.log(`opened again: balance ${reply.state.balanceCents}, revision ${reply.revision}`);
await second.stop();

console.log(`transactions in the file: ${readFileSync(filename, "utf8").split("\n").length - 1}`);
rmSync(folder, { recursive: true });

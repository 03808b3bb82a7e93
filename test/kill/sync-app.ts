// Sends commands to one account, one after another, and prints how many transactions they took.
import { Engine } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";

const [filename = "", commands = "0"] = process.argv.slice(2);
const store = sqliteStore({ filename });
await using engine = await Engine.start({ store, entities: [account.implement(accountBehavior)] });
for (let i = 0; i < Number(commands); i++) await engine.entity(account).get(`account-${i}`).openAccount({});
console.log(engine.statistics.transactions);

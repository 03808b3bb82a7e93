import { Engine, memoryStore } from "@ego/runtime";
import { accountBehavior } from "./account.ts";
import { account } from "./gen/sample/v1/account_ego.ts";

const engine = await Engine.start({ store: memoryStore(), entities: [account.implement(accountBehavior)] });
const stopped = engine.untilSignal(); // from now on Ctrl+C stops cleanly
const mine = engine.entity(account).get(crypto.randomUUID());

console.log("balance:", (await mine.createAccount({ balance: 500 })).state.balance);
console.log("balance:", (await mine.creditAccount({ amount: 250 })).state.balance);
await stopped;

import { expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { entity } from "../codegen/entity.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { given } from "../testing/given.ts";
import { Engine } from "./engine.ts";

const secretAccount: typeof account = entity({
  ...account.table,
  sensitive: { "bank.v1.Account": { fields: ["ownerEmail"] }, "bank.v1.AccountClosed": { fields: [] } },
});

test("an entity with sensitive fields is refused, since they would be stored in clear", async () => {
  const started = Engine.start({ store: memoryStore(), entities: [secretAccount.implement(accountBehavior)] });

  await expect(started).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringContaining(`The entity "account" has sensitive fields, bank.v1.Account.ownerEmail`),
    details: { entity: "account", fields: ["bank.v1.Account.ownerEmail"] },
  });
});

test("its behavior can be tested: a scenario stores nothing", () =>
  given(secretAccount.implement(accountBehavior))
    .when.openAccount({ ownerEmail: "ann@example.org" })
    .leaves({ ownerEmail: "ann@example.org" }));

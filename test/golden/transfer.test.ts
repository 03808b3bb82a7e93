import { create, isMessage } from "@bufbuild/protobuf";
import { Engine, memoryStore } from "@ego/runtime";
import { type Delivery, saga } from "@ego/runtime/codegen";
import { describe, expect, test } from "vitest";
import { CreditAccountSchema, DebitAccountSchema } from "./gen/golden/bank/v1/account_pb.ts";
import { transfer, transferProcess } from "./gen/golden/bank/v1/transfer_ego.ts";
import { TransferProcessSchema, TransferRequestedSchema } from "./gen/golden/bank/v1/transfer_pb.ts";
import { drive } from "./saga-steps.ts";
import { transferBehavior, transferProcessBehavior } from "./transfer.ts";

const requested = create(TransferRequestedSchema, { transferId: "t", fromId: "ann", toId: "bob", amountCents: 5n });
const to = (entityId: string, step?: string): Delivery => ({ entityId, step });
const accepted = { case: "accepted" };

function started() {
  const instance = drive(transferProcess.implement(transferProcessBehavior), "t");
  const steps = instance.step("events", "transferRequested", requested);
  return { instance, steps };
}

test("the entity beside the saga runs as others do", async () => {
  await using engine = await Engine.start({
    store: memoryStore(),
    entities: [transfer.implement(transferBehavior)],
  });
  const { state } = await engine.entity(transfer).get("t").requestTransfer({ fromId: "ann", amountCents: 5n });
  expect(state).toMatchObject({ transferId: "t", fromId: "ann", amountCents: 5n });
});

test("the table of a saga is data: what it consumes, sends and waits for", () => {
  expect(transferProcess.table).toEqual({
    seam: 1,
    name: "transfer_process",
    state: TransferProcessSchema,
    id: "transferId",
    startsOn: { transferRequested: { entity: "transfer", message: TransferRequestedSchema } },
    sends: {
      debitAccount: { entity: "account", message: DebitAccountSchema },
      creditAccount: { entity: "account", message: CreditAccountSchema },
    },
    timers: { stuck: "stuck" },
  });
});

test("a saga that was printed for another seam is refused", () => {
  expect(() => saga({ ...transferProcess.table, seam: 2 })).toThrow(
    expect.objectContaining({ code: "unsupported", message: expect.stringContaining('"transfer_process"') }),
  );
});

describe("the saga transfer_process", () => {
  test("debits on the event that starts it, and waits for an hour", () => {
    const { instance, steps } = started();
    const [sent, scheduled] = steps;
    expect(sent).toMatchObject({ send: "debitAccount", entity: "account", to: "ann", command: { amountCents: 5n } });
    expect(sent && "command" in sent && isMessage(sent.command, DebitAccountSchema)).toBe(true);
    expect(scheduled).toEqual({ schedule: "stuck", after: { hours: 1 } });
    expect(instance.state).toMatchObject({ transferId: "t", fromId: "ann", toId: "bob", amountCents: 5n });
  });

  test("credits what was debited, and is done", () => {
    const { instance } = started();
    expect(instance.step("outcomes", "debitAccount", accepted, to("ann"))).toMatchObject([
      { send: "creditAccount", to: "bob", command: { amountCents: 5n } },
    ]);
    expect(instance.step("outcomes", "creditAccount", accepted, to("bob"))).toEqual([{ end: "completed" }]);
  });

  test("fails with the reason of the rejection where nothing was debited", () => {
    const rejected = { case: "insufficientFunds", rejection: { missingCents: 3n } };
    expect(started().instance.step("outcomes", "debitAccount", rejected, to("ann"))).toEqual([
      { end: "failed", reason: "3 cents are missing" },
    ]);
  });

  test("gives the money back when it cannot be credited, and knows the one outcome from the other", () => {
    const { instance } = started();
    instance.step("outcomes", "debitAccount", accepted, to("ann"));
    const lost = { case: "undeliverable", reason: "deadline" };
    expect(instance.step("outcomes", "creditAccount", lost, to("bob"))).toMatchObject([
      { compensating: "undeliverable" },
      { send: "creditAccount", to: "ann", step: "refund" },
    ]);
    expect(instance.step("timers", "stuck")).toEqual([]);
    expect(instance.step("outcomes", "creditAccount", accepted, to("ann", "refund"))).toEqual([
      { end: "failed", reason: "undeliverable" },
    ]);
  });

  test("fails when its timer fires", () => {
    expect(started().instance.step("timers", "stuck")).toEqual([{ end: "failed", reason: "not done within an hour" }]);
  });
});

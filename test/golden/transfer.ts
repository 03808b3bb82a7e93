import type { TransferBehavior, TransferProcessBehavior } from "./gen/golden/bank/v1/transfer_ego.ts";

export const transferBehavior: TransferBehavior = {
  commands: {
    requestTransfer: ({ fromId, toId, amountCents }, { emit }) => emit.transferRequested({ fromId, toId, amountCents }),
  },
  events: {},
};

export const transferProcessBehavior: TransferProcessBehavior = {
  events: {
    transferRequested({ fromId, toId, amountCents }, { state, send, schedule }) {
      state.fromId = fromId;
      state.toId = toId;
      state.amountCents = amountCents;
      return [send.debitAccount(fromId, { amountCents }), schedule("stuck", { hours: 1 })];
    },
  },
  outcomes: {
    debitAccount(outcome, { state, send, fail }) {
      if (outcome.case === "insufficientFunds") return fail(`${outcome.rejection.missingCents} cents are missing`);
      if (outcome.case !== "accepted") return fail(outcome.case);
      return send.creditAccount(state.toId, { amountCents: state.amountCents });
    },
    creditAccount(outcome, { state, send, complete, compensating, fail }, { step }) {
      if (step === "refund") return fail(outcome.case === "accepted" ? state.failure : `no refund: ${outcome.case}`);
      if (outcome.case === "accepted") return complete();
      state.failure = outcome.case;
      const { fromId, amountCents } = state;
      return [compensating(outcome.case), send.creditAccount(fromId, { amountCents }, { step: "refund" })];
    },
  },
  timers: {
    stuck: ({ state, fail }) => (state.failure === "" ? fail("not done within an hour") : []),
  },
};

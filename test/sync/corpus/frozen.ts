import type * as bank from "./gen/golden/bank/v1/account_ego.ts"
import * as ego from "@ego/runtime"

/** Nobody changes it any more. */
const behavior: bank.AccountBehavior = Object.freeze<bank.AccountBehavior>({
  commands: Object.freeze<bank.AccountHandlers>({
    closeAccount: (_, { emit }) => emit.accountClosed()
  }),
  events: Object.freeze<bank.AccountAppliers>({
    accountClosed: (_, state) => { state.closed = true }
  })
})

export class NotImplemented extends ego.EgoError {}

export const behaviors: readonly bank.AccountBehavior[] = [behavior]

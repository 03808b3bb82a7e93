import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import { NotImplemented } from "@ego/runtime";

export interface FraudCheck {
	isSuspicious(email: string): Promise<boolean>;
}

export interface Services {
	readonly fraud: FraudCheck;
	readonly fee: (amountCents: bigint) => bigint;
}

/** The behavior needs somebody to ask. */
export const accountBehavior = ({ fraud, fee }: Services): AccountBehavior => ({
	commands: {
		async openAccount(command, { emit }) {
			if (await fraud.isSuspicious(command.ownerEmail)) return [];
			return emit.accountOpened({ ownerEmail: command.ownerEmail });
		},

		debitAccount(command, { state, emit, reject }) {
			if (state.closed) return reject.accountIsClosed();
			const amountCents = command.amountCents + fee(command.amountCents);
			return emit.accountDebited({ amountCents });
		},

		/** Puts money in. */
		creditAccount() {
			// (command, { state, emit, reject }): emit.accountCredited, reject.accountIsClosed
			throw new NotImplemented("golden.bank.v1.CreditAccount");
		},

		/** Pays the rest out and closes the account. */
		closeAccount() {
			// (command, { state, emit }): emit.accountDebited, emit.accountClosed
			throw new NotImplemented("golden.bank.v1.CloseAccount");
		},
	},

	events: {
		accountDebited(event, state) {
			state.balanceCents -= event.amountCents;
		},
		accountCredited() {
			// (event, state): event.amountCents
			throw new NotImplemented("golden.bank.v1.AccountCredited");
		},
		accountClosed() {
			// (event, state)
			throw new NotImplemented("golden.bank.v1.AccountClosed");
		},
	},
});

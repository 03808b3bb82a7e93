import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";

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
	},

	events: {
		accountDebited(event, state) {
			state.balanceCents -= event.amountCents;
		},
	},
});

import type { ContractCase, ContractPart } from "./contract-case.ts";
import { sharedJournal } from "./shared-journal.ts";
import { storeContract } from "./store-contract.ts";
import type { StoreSubject } from "./store-subject.ts";

/** What the contract needs of a test runner: vitest and Jest have it as it is, and `node:test` with its `after`. */
export interface ContractRunner {
  readonly describe: (name: string, suite: () => void) => unknown;
  readonly test: ((name: string, body: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
  /** Runs something after the last test of a suite. */
  readonly afterAll: (body: () => Promise<void>) => unknown;
}

/**
 * Registers the cases of the contract as tests of a store. Cases that need what the store lacks are skipped, with the
 * reason in their names.
 *
 * ```ts
 * import { afterAll, describe, test } from "vitest";
 *
 * describeStore({ name: "mine", journal }, { describe, test, afterAll });
 * ```
 */
export function describeStore(subject: StoreSubject, { describe, test, afterAll }: ContractRunner): void {
  describe(subject.name, () => {
    const shared = sharedJournal(subject);
    afterAll(async () => shared[Symbol.asyncDispose]());
    for (const [part, cases] of Map.groupBy(storeContract, (entry) => entry.part)) {
      describe(part satisfies ContractPart, () => {
        for (const entry of cases) {
          const body = () => entry.run(entry.ownJournal ? subject : shared);
          const missing = missingFor(entry, subject);
          if (missing.length === 0) test(entry.name, body);
          else test.skip(`${entry.name} [lacks ${missing.join(" and ")}]`, body);
        }
      });
    }
  });
}

function missingFor(entry: ContractCase, { lacks = [] }: StoreSubject): readonly string[] {
  return entry.needs.filter((ability) => lacks.includes(ability));
}

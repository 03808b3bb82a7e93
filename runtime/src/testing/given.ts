import type { Message } from "@bufbuild/protobuf";
import type { Sent } from "../codegen/client.ts";
import type { Implementation } from "../codegen/entity.ts";
import { compileEntity } from "../entity/compiled-entity.ts";
import { assertionsOn, type Then } from "./assertions.ts";
import { runScenario, type ScenarioOptions } from "./scenario.ts";
import { ScenarioError } from "./scenario-error.ts";

/** The commands of an entity, each starting a scenario. */
export type When<Client> = {
  readonly [Command in keyof Client]: Client[Command] extends (
    fields: infer F,
    ...rest: never
  ) => Sent<infer State, infer _Rejections>
    ? (fields?: Exclude<F, undefined>, options?: ScenarioOptions) => Then<State>
    : never;
};

/**
 * Starts a scenario: an entity with this history. For an event-sourced entity the history is its events; for a durable
 * one, its state, if it has one. No engine, no store, no clock; works with every test runner.
 *
 * ```ts
 * test("a debit beyond the balance is rejected", () =>
 *   given(accounts, accountOpened(), accountCredited({ amountCents: 100n }))
 *     .when.debitAccount({ amountCents: 130n })
 *     .rejects(insufficientFunds({ missingCents: 30n })));
 * ```
 */
export function given<Behavior, Client, Events, Rejections, State>(
  implementation: Implementation<Behavior, Client, Events, Rejections, State>,
  ...history: readonly Message[]
): { readonly when: When<Client> } {
  if (!implementation?.entity) {
    throw new ScenarioError(
      "given(): an entity with its behavior is needed: account.implement(behavior)",
      "implement(…)",
      implementation,
    );
  }
  const entity = compileEntity(implementation as Implementation, true);
  const when: { [name: string]: unknown } = {};
  for (const [name, command] of entity.commands) {
    when[name] = (fields: object = {}, options: ScenarioOptions = {}) =>
      assertionsOn(entity, runScenario(entity, history, command, fields, options));
  }
  return { when: when as When<Client> };
}

/** One row of the table: how many callers send commands to how many accounts, on which store. */
export interface Scenario {
  readonly store: StoreKind;
  readonly callers: number;
  readonly entities: number;
}

/** Where a benchmark stores. */
export type StoreKind = "memory" | "sqlite" | "postgres";

/** Every caller sends its next command when the last one is answered. */
export const scenarios: readonly Scenario[] = (["memory", "sqlite", "postgres"] as const).flatMap((store) =>
  [1, 64, 512, 2_048].flatMap((callers) => [1, 1_000, 100_000].map((entities) => ({ store, callers, entities }))),
);

/** The scenarios among some that the values of options name, as `sqlite,postgres` and `64,512`; all where none does. */
export function chosen<One extends Scenario>(
  all: readonly One[],
  options: { readonly store?: string; readonly callers?: string; readonly entities?: string },
): readonly One[] {
  const named = (text: string | undefined, value: string | number) =>
    text === undefined || text.split(",").includes(String(value));
  return all.filter(
    ({ store, callers, entities }) =>
      named(options.store, store) && named(options.callers, callers) && named(options.entities, entities),
  );
}

/** The id of the account that a command goes to. */
export function accountId(index: number): string {
  return `account-${index}`;
}

/** What every command says about its caller. */
export const metadata: Readonly<Record<string, string>> = { actor: "ann" };

import type { Store } from "../journal/store.ts";

type AnyMethod = (...args: never) => unknown;

type MethodNames<Part> = {
  [Name in keyof Part & string]-?: NonNullable<Part[Name]> extends AnyMethod ? Name : never;
}[keyof Part & string];

/** The calls that a store takes: `events.append`, `states.save`, `open`, … */
export type StoreCallName = {
  [Part in keyof Store & string]-?: NonNullable<Store[Part]> extends AnyMethod
    ? Part
    : `${Part}.${MethodNames<NonNullable<Store[Part]>>}`;
}[keyof Store & string];

type MethodOf<Name extends StoreCallName> = Name extends `${infer Part extends keyof Store}.${infer Method}`
  ? NonNullable<Store[Part]>[Method & keyof NonNullable<Store[Part]>]
  : NonNullable<Store[Name & keyof Store]>;

/** What a store was asked for. */
export type StoreArgs<Name extends StoreCallName> = Parameters<Extract<MethodOf<Name>, AnyMethod>>;

/** What a store answers. */
export type StoreResult<Name extends StoreCallName> = Awaited<ReturnType<Extract<MethodOf<Name>, AnyMethod>>>;

/** One call of a store; `name` narrows the type of `args`. */
export type StoreCall<Names extends StoreCallName = StoreCallName> = {
  [Name in Names]: { readonly name: Name; readonly args: StoreArgs<Name> };
}[Names];

/** An entity that a call is about. */
export interface CallTarget {
  readonly entityType: string;
  readonly entityId: string;
}

/** The entities that a call is about: those of its batch, or the one that it reads; none where it is about a shard. */
export function targetsOf(args: readonly unknown[]): readonly CallTarget[] {
  const [first, second] = args;
  if (Array.isArray(first)) return first.filter(isTarget);
  return typeof first === "string" && typeof second === "string" ? [{ entityType: first, entityId: second }] : [];
}

function isTarget(item: unknown): item is CallTarget {
  return typeof item === "object" && item !== null && "entityType" in item && "entityId" in item;
}

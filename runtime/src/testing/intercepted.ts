/** What is done instead of a method: `run` calls the method itself. */
export type Intercept = (name: string, args: readonly unknown[], run: () => unknown) => unknown;

/**
 * An object with all that another one has, methods of its class included, each call of which goes through `intercept`.
 * What the original has is asked for at each access: a store knows its shards only once it is open.
 */
export function intercepted<T extends object>(target: T, intercept: Intercept): T {
  const wrapped = {};
  for (const name of membersOf(target)) {
    Object.defineProperty(wrapped, name, {
      enumerable: true,
      configurable: true,
      get() {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => intercept(name, args, () => Reflect.apply(member, target, args));
      },
    });
  }
  return wrapped as T;
}

/** The names of all that an object has, also from its class, without what every object has. */
export function membersOf(target: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: object | null = target; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") names.add(name);
  }
  return names;
}

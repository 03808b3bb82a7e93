const brand = Symbol.for("@ego/runtime/NotImplemented");

/**
 * What a method throws that `ego sync` inserted and nobody has filled in yet. A command that meets it fails with
 * `handler_failed`; nothing is stored, and the entity lives on.
 *
 * `instanceof` works across duplicate installs of this package.
 */
export class NotImplemented extends Error {
  /** Full name of the message that the method is for, as `bank.v1.OpenAccount`; of a timer, `transfer_process.stuck`. */
  readonly type: string;

  constructor(type: string) {
    super(`${type} is not implemented yet`);
    this.name = "NotImplemented";
    this.type = type;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}

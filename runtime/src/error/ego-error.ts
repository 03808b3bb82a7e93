import { textOf } from "./text-of.ts";

/** What went wrong, as a closed list. `unavailable` is the one to try again as it is. */
export type EgoErrorCode =
  | "invalid_argument"
  | "not_found"
  | "already_exists"
  | "rejected"
  | "conflict"
  | "deadline_exceeded"
  | "unavailable"
  | "handler_failed"
  | "permission_denied"
  | "data_loss"
  | "unsupported"
  | "internal";

/** Facts about a failure, for programs: ids, revisions, types. */
export type EgoErrorDetails = Readonly<Record<string, string | number | readonly string[]>>;

const brand = Symbol.for("@ego/runtime/EgoError");

/**
 * The one error of ego. The code says whether to try again (`retryable`), to tell the user, or to mend a program.
 *
 * `instanceof` works across duplicate installs of this package.
 */
export class EgoError extends Error {
  readonly code: EgoErrorCode;
  readonly details: EgoErrorDetails;

  constructor(code: EgoErrorCode, message: string, options: { cause?: unknown; details?: EgoErrorDetails } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "EgoError";
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether the same command may be sent again, under the same command id. */
  get retryable(): boolean {
    return this.code === "unavailable";
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class that extends this one inherits the method, not the meaning
    if (this !== EgoError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && brand in value;
  }

  /** The failure as an `EgoError`: itself, or `internal` with the failure as its cause. */
  static from(failure: unknown): EgoError {
    if (failure instanceof EgoError) return failure;
    return new EgoError("internal", textOf(failure), { cause: failure });
  }
}

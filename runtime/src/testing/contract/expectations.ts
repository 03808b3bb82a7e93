import { EgoError, type EgoErrorCode } from "../../error/ego-error.ts";
import { fnv1a64 } from "../../journal/hash.ts";
import { ContractError } from "./contract-error.ts";

/**
 * Expects values to be the same: numbers, texts and bytes by what they are, lists and objects by what is in them.
 *
 * @throws ContractError
 */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [shown(actual), shown(expected)];
  const [gotText, wantedText] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (gotText === wantedText) return;
  throw new ContractError(`${what}: expected ${shortened(wantedText)}, got ${shortened(gotText)}`, wanted, got);
}

/**
 * Expects a call to fail with an `EgoError` of a code.
 *
 * @throws ContractError
 */
export async function expectFailure(call: Promise<unknown>, code: EgoErrorCode, what: string): Promise<void> {
  const outcome = await call.then(
    () => "no failure",
    (failure: unknown) => (failure instanceof EgoError ? failure.code : failure),
  );
  if (outcome !== code) throw new ContractError(`${what}: expected an EgoError ${code}, got ${outcome}`, code, outcome);
}

/** A value as it is compared, and shown by test runners: what JSON mixes up is text, and bytes are short. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return shownBytes(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([name, field]) => [name, shown(field)]));
  }
  if (typeof value === "bigint") return `bigint ${value}`;
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) return `(${value})`;
  return value;
}

function shownBytes(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 32)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${bytes.length} bytes ${start}${bytes.length > 32 ? `… of hash ${fnv1a64(bytes).join(":")}` : ""}`;
}

function shortened(text: string): string {
  return text.length <= 400 ? text : `${text.slice(0, 400)}…`;
}

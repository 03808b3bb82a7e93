import { Failure } from "../failure.ts";
import type { Host } from "./host.ts";

/**
 * Asks whether something is to be done that cannot be taken back.
 *
 * @param yes whether that was said already
 * @throws Failure if the answer is not yes, or if nobody can be asked
 */
export async function confirm(host: Host, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (host.ask === undefined) {
    throw new Failure("input", `${question} Nobody can be asked here: say \`--yes\`. Nothing was changed.`);
  }
  const answer = (await host.ask(`${question} [y/N] `))?.trim().toLowerCase();
  if (answer !== "y" && answer !== "yes") throw new Failure("input", "Nothing was changed.");
}

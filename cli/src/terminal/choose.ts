import { Failure } from "../failure.ts";
import type { Host } from "./host.ts";
import { nearest } from "./nearest.ts";
import { printableName } from "./printable.ts";

/** One of the answers to a question. */
export interface Choice<Name extends string = string> {
  readonly name: Name;
  /** What it means, in a few words. */
  readonly meaning: string;
}

/**
 * Asks which of some choices it is to be, until the answer is one of them: its number, its name, or nothing for the
 * preferred one. Where nobody can be asked, it is the preferred one.
 *
 * @throws Failure when the input ends
 */
export async function choose<Name extends string>(
  host: Host,
  question: string,
  choices: readonly Choice<Name>[],
  preferred: Name,
): Promise<Name> {
  const { ask } = host;
  if (ask === undefined) return preferred;
  const width = Math.max(...choices.map(({ name }) => name.length));
  const lines = choices.map(({ name, meaning }, index) => `  ${index + 1}  ${name.padEnd(width)}  ${meaning}`);
  host.out(`${question}\n${lines.join("\n")}`);
  const names = choices.map(({ name }) => name);
  for (;;) {
    const answer = (await ask(`[${preferred}] `))?.trim();
    if (answer === undefined) throw new Failure("input", "Nothing was made.");
    if (answer === "") return preferred;
    const chosen = names[Number(answer) - 1] ?? names.find((name) => name === answer.toLowerCase());
    if (chosen !== undefined) return chosen;
    const meant = nearest(answer, names);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    host.out(`"${printableName(answer)}" is none of them.${hint} Type a number, a name, or nothing for ${preferred}.`);
  }
}

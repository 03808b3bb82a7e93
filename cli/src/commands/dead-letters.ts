import { exitCode, Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import { liveOf, type ProjectionsOptions, withProjections } from "../projections/open-projections.ts";
import { counted, letterLines } from "../projections/state-text.ts";
import { placeOf, type TypedPlace, wholeOf } from "../projections/typed.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

/** Options of `ego projections dead-letters list`. */
export interface LettersOptions extends ProjectionsOptions {
  /** The most that are printed, as typed. */
  readonly limit?: string;
}

/** Options of `ego projections dead-letters retry` and `drop`. */
export interface LetterOptions extends ProjectionsOptions, TypedPlace {}

/**
 * `ego projections dead-letters list`: prints the events that a projection passed over. Changes nothing.
 *
 * @throws Failure if there is none of that name
 */
export function deadLettersList(host: Host, name: string, options: LettersOptions): Promise<void> {
  const limit = wholeOf("--limit", options.limit ?? "100", 1);
  return withProjections(host, options, "read", async (projections) => {
    const { control, place } = projections;
    const all = await control.countDeadLetters(await liveOf(projections, name));
    const letters = await control.deadLetters(name, limit);
    if (options.json) {
      host.out(jsonText({ format: 1, place, name, all, letters }));
      return;
    }
    if (all === 0) host.out(`${word(name)} has no dead letters.`);
    for (const letter of letters) for (const line of letterLines(letter)) host.out(line);
    if (all > letters.length) host.out(`… and ${(all - letters.length).toLocaleString("en")} more`);
  });
}

/**
 * `ego projections dead-letters retry`: hands dead letters to the handler of the application again, in this process.
 *
 * @returns the exit code: 1 if one failed again
 * @throws Failure if the application does not have the projection, or if that is no dead letter
 */
export function deadLettersRetry(host: Host, name: string, options: LetterOptions): Promise<number> {
  const which = placeOf(options);
  return withProjections(host, options, "write", async (projections) => {
    const { control, app, place } = projections;
    await liveOf(projections, name);
    const runnable = app.runnable(name, "nobody says who handles its events");
    const retried = await control.retryDeadLetters(runnable as never, which);
    const { succeeded, failed } = retried;
    if (which && succeeded + failed === 0) throw noLetter(name, which);
    const all = succeeded + failed;
    const text =
      all === 0
        ? `${word(name)} has no dead letters.`
        : `${counted(all, "dead letter")} of ${word(name)} tried again: ${succeeded} done, ${failed} failed again.`;
    host.out(options.json ? jsonText({ format: 1, place, name, succeeded, failed }) : text);
    return failed > 0 ? exitCode.input : exitCode.ok;
  });
}

/**
 * `ego projections dead-letters drop`: forgets a dead letter; the event is never projected.
 *
 * @throws Failure if that is no dead letter
 */
export function deadLettersDrop(host: Host, name: string, options: LetterOptions): Promise<void> {
  const which = placeOf(options);
  if (which === undefined) throw new Failure("input", "Say which dead letter: `--shard` and `--position`.");
  return withProjections(host, options, "write", async (projections) => {
    await liveOf(projections, name);
    if (!(await projections.control.dropDeadLetter(name, which))) throw noLetter(name, which);
    const { shard, position } = which;
    const text = `The dead letter at position ${position} of shard ${shard} of ${word(name)} is dropped.`;
    host.out(options.json ? jsonText({ format: 1, place: projections.place, name, ...which, dropped: true }) : text);
  });
}

function noLetter(name: string, { shard, position }: { readonly shard: number; readonly position: number }): Failure {
  return new Failure("input", `${word(name)} has no dead letter at position ${position} of shard ${shard}.`);
}

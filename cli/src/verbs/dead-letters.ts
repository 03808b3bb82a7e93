import type { Command } from "commander";
import { aboutOne, atPlace, projectionExitCodes, type SharedOptions, withShared } from "./projection-options.ts";
import type { VerbContext } from "./verb.ts";

const runsHandler = `
This one runs your code: ego.config.ts loads the application, and its handler is called in this process.
Later events of the same entity were projected before.
`;

/** Declares `ego projections dead-letters`. */
export function declareDeadLetters(parent: Command, { host, exit }: VerbContext): void {
  const letters = parent
    .command("dead-letters")
    .description("Events that a projection passed over, since its handler failed on them.")
    .addHelpText("after", projectionExitCodes);
  const list = aboutOne(letters, "list", "Print them, by shard and position. Changes nothing.");
  withShared(list.option("--limit <number>", "print so many at most (default: 100)")).action(
    async (name: string, options: SharedOptions & { limit?: string }) => {
      const { deadLettersList } = await import("../commands/dead-letters.ts");
      await deadLettersList(host, name, options);
    },
  );
  const retry = aboutOne(
    letters,
    "retry",
    "Hand them to the handler again, all or one: what succeeds is none any more.",
  );
  withShared(atPlace(retry, false), runsHandler).action(
    async (name: string, options: SharedOptions & { shard?: string; position?: string }) => {
      const { deadLettersRetry } = await import("../commands/dead-letters.ts");
      exit(await deadLettersRetry(host, name, options));
    },
  );
  const drop = aboutOne(letters, "drop", "Forget one of them: its event is never projected.");
  withShared(atPlace(drop, true)).action(
    async (name: string, options: SharedOptions & { shard: string; position: string }) => {
      const { deadLettersDrop } = await import("../commands/dead-letters.ts");
      await deadLettersDrop(host, name, options);
    },
  );
}

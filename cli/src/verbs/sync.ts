import type { Verb } from "./verb.ts";

const exitCodes = `
Exit codes:
  0  in sync
  1  something is to be changed: by \`ego sync\` where it only looked, else by you
  2  something was refused, could not be found out, or was typed wrong`;

export const syncVerb: Verb = {
  name: "sync",
  verdict: true,
  declare(ego, { host, exit }) {
    ego
      .command("sync")
      .description(
        "Insert the methods that your behaviors and projections lack. Only adds; each throws until you fill it in.",
      )
      .option("--check", "write nothing, and say what is missing where")
      .option("--dry-run", "write nothing, and print what would be written as a diff")
      .option(
        "--rename <old=new>",
        "give a method that is gone from the protos the name of one that is new; may be given several times",
        (pair: string, pairs: readonly string[]) => [...pairs, pair],
        [],
      )
      .option("--json", "print JSON")
      .addHelpText("after", exitCodes)
      .action(async (options: { check?: true; dryRun?: true; json?: true; rename: readonly string[] }) => {
        const { sync } = await import("../commands/sync.ts");
        exit(await sync(host, options));
      });
  },
};

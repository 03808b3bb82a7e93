import type { Verb } from "./verb.ts";

const exitCodes = `
Exit codes:
  0  stopped, as by ^C
  1  what you typed or wrote is wrong
  2  the machine or the installation is wrong`;

export const devVerb: Verb = {
  name: "dev",
  verdict: false,
  declare(ego, { host }) {
    ego
      .command("dev")
      .description("Run the project's program, and at each change generate, sync, check types and start it again.")
      .argument("[file]", "the program (default: that of the script `start` of package.json, or src/main.ts)")
      .argument("[args...]", "what the program is given, behind `--`")
      .option("--no-sync", "insert no methods")
      .option("--grace <ms>", "how long the program may take to end at SIGTERM, before it is killed", "5000")
      .option("--json", "print a line of JSON for each change; what the program prints goes to standard error")
      .configureOutput({ outputError: (text, write) => write(`${text.trimEnd()}${hintOn(text)}`) })
      .addHelpText("after", exitCodes)
      .action(
        async (
          file: string | undefined,
          args: readonly string[],
          options: { sync: boolean; grace: string; json?: true },
        ) => {
          const { dev } = await import("../commands/dev.ts");
          await dev(host, file, args, options);
        },
      );
  },
};

/** What begins with a dash was perhaps meant for the program. */
function hintOn(message: string): string {
  const [, option] = /^error: unknown option '(.*)'/.exec(message) ?? [];
  return option === undefined ? "" : `\nOptions of the program stand behind \`--\`: \`ego dev -- ${option}\`.`;
}

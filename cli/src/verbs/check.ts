import { Option } from "commander";
import type { Verb } from "./verb.ts";

const help = `
What is looked for:
  EGO30x  generated files that are missing, stale or left over
  EGO20x  bytes that are stored, or sent, and are read as something else: buf's rules
  EGO21x  events that are stored under a name, or in a shape, that nothing reads
  EGO22x  entities whose name, persistence or id is not that under which they are stored
  EGO23x  sensitive fields and their subjects
  EGO24x  tables of durable states
  EGO25x  read models and sagas that would begin anew, or be stuck
  EGO26x  commands and rejections that clients may know

What is stored: an event by the name of its entity, its type name and the numbers of its fields; a
durable state by the name of its entity, and the numbers of its fields or the names of its columns.
Nothing else is, so everything else may change.

Compared with what --against or EGO_CHECK_AGAINST names; without them, with the commit where the
branch left the default branch (origin/HEAD, origin/main, origin/master, main or master). On that
branch itself, with HEAD while protos are edited, and with HEAD~1 otherwise.

Exit codes:
  0  nothing found, or no errors: only warnings and notes
  1  errors found
  2  it could not be found out: no git, no such commit, protos that do not compile`;

export const checkVerb: Verb = {
  name: "check",
  verdict: true,
  declare(ego, { host, exit }) {
    ego
      .command("check")
      .description("For CI: say whether generated files are fresh and what is stored stays readable. Writes nothing.")
      .option("--against <ref>", "the branch, tag or commit to compare with (default: EGO_CHECK_AGAINST, or see below)")
      .addOption(new Option("--no-evolution", "compare with nothing; needs no git").conflicts("against"))
      .option("--json", "print JSON")
      .addHelpText("after", help)
      .action(async (options: { against?: string; evolution?: boolean; json?: true }) => {
        const { checkCommand } = await import("../commands/check.ts");
        exit(await checkCommand(host, options));
      });
  },
};

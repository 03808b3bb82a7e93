import { type Command, Option } from "commander";
import { storeOptions } from "./store-options.ts";
import type { Verb, VerbContext } from "./verb.ts";

const exitCodes = `
Exit codes:
  0  up to date
  1  status: something is pending, or a table cannot hold its states
  2  it could not be found out, or done`;

const verbs = {
  status: "Say which migrations are applied and which tables are there. Changes nothing.",
  up: "Apply what is pending, also the project's own migrations, and create the tables that are missing.",
} as const;

const diffExitCodes = `
Exit codes:
  0  written, or nothing to do
  1  --check: a migration is missing; or there is something that no migration can do
  2  it could not be found out, or done`;

export const migrateVerb: Verb = {
  name: "migrate",
  verdict: true,
  declare(ego, context) {
    const { host, exit } = context;
    const migrate = ego
      .command("migrate")
      .description("Bring the schema of the project's store up to date, say where it stands, or write what it needs.")
      .addHelpText("after", exitCodes);
    for (const [verb, description] of Object.entries(verbs) as [keyof typeof verbs, string][]) {
      storeOptions(migrate.command(verb).description(description))
        .option("--json", "print JSON")
        .addHelpText("after", exitCodes)
        .action(async (options: { store?: string; schema?: string; json?: true }) => {
          const { migrateStatus, migrateUp } = await import("../commands/migrate.ts");
          exit(await (verb === "status" ? migrateStatus : migrateUp)(host, options));
        });
    }
    declareDiff(migrate, context);
  },
};

function declareDiff(migrate: Command, { host, exit }: VerbContext): void {
  const collected = (value: string, before: readonly string[] = []) => [...before, value];
  migrate
    .command("diff")
    .description("Write the migration for what changed in the tables of the protos. Runs none of the project's code.")
    .addOption(
      new Option("--against <ref>", "what was released, for the first migration (default: HEAD)").conflicts("initial"),
    )
    .option("--initial", "the first migration, of a project whose tables were never released")
    .option("--name <name>", "what the migration is called, behind its time")
    .option("--rename <table.old=new>", "a column, or a table (old=new), that has another name; repeatable", collected)
    .addOption(new Option("--dry-run", "print what would be written").conflicts("check"))
    .option("--check", "write nothing; exit with 1 if a migration is missing")
    .option("--json", "print JSON")
    .addHelpText("after", diffExitCodes)
    .action(
      async (options: {
        against?: string;
        initial?: true;
        name?: string;
        rename?: readonly string[];
        dryRun?: true;
        check?: true;
        json?: true;
      }) => {
        const { migrateDiff } = await import("../commands/migrate-diff.ts");
        exit(await migrateDiff(host, options));
      },
    );
}

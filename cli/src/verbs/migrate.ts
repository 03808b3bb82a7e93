import type { Verb } from "./verb.ts";

const exitCodes = `
Exit codes:
  0  up to date
  1  status: something is pending, or a table cannot hold its states
  2  it could not be found out, or done`;

const verbs = {
  status: "Say which migrations are applied and which tables are there. Changes nothing.",
  up: "Apply what is pending and create the tables that are missing, as the start of an engine does.",
} as const;

export const migrateVerb: Verb = {
  name: "migrate",
  verdict: true,
  declare(ego, { host, exit }) {
    const migrate = ego
      .command("migrate")
      .description("Bring the schema of the project's store up to date, or say where it stands.")
      .addHelpText("after", exitCodes);
    for (const [verb, description] of Object.entries(verbs) as [keyof typeof verbs, string][]) {
      migrate
        .command(verb)
        .description(description)
        .option(
          "--store <address>",
          "sqlite:FILE, postgres://… or mysql://… (default: EGO_STORE, or what ego.config.ts says)",
        )
        .option("--schema <name>", "the schema of the journal in Postgres (default: public)")
        .option("--json", "print JSON")
        .addHelpText("after", exitCodes)
        .action(async (options: { store?: string; schema?: string; json?: true }) => {
          const { migrateStatus, migrateUp } = await import("../commands/migrate.ts");
          exit(await (verb === "status" ? migrateStatus : migrateUp)(host, options));
        });
    }
  },
};

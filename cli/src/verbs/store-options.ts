import type { Command } from "commander";

/** Adds the options that say which store it is. */
export function storeOptions(verb: Command): Command {
  return verb
    .option(
      "--store <address>",
      "sqlite:FILE, postgres://… or mysql://… (default: EGO_STORE, or what ego.config.ts says)",
    )
    .option("--schema <name>", "the schema of the journal in Postgres (default: public)");
}

import { Command, CommanderError } from "commander";
import { exitCode, Failure } from "./failure.ts";
import { version } from "./package.ts";
import { origin } from "./scaffold/origin.ts";
import { type Host, processHost } from "./terminal/host.ts";
import { nearest } from "./terminal/nearest.ts";

const exitCodes = `
Exit codes:
  0  done
  1  what you typed or wrote is wrong
  2  the machine or the installation is wrong`;

// Scripts have to tell "pending" from "could not find out".
const migrateExitCodes = `
Exit codes:
  0  up to date
  1  status: something is pending, or a table cannot hold its states
  2  it could not be found out, or done`;

/**
 * Runs `ego` with the arguments after the program's name. Prints; returns the exit code and never throws for a
 * user's mistake.
 */
export async function main(argv: readonly string[], host: Host = processHost()): Promise<number> {
  let exit: number = exitCode.ok;
  const mistake = argv[0] === "migrate" ? exitCode.environment : exitCode.input;
  try {
    await program(host, (code) => {
      exit = code;
    }).parseAsync(argv, { from: "user" });
    return exit;
  } catch (error) {
    // commander has printed its message, help or version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : mistake;
    if (!(error instanceof Failure)) throw error;
    host.err(error.message);
    return error.exitCode === exitCode.input ? mistake : error.exitCode;
  }
}

/** What to add to a message of commander, which knows neither abbreviations nor examples. */
function hintOn(message: string, ego: Command): string {
  const [, verb = ""] = /^error: unknown command '(.*)'$/.exec(message) ?? [];
  const meant = nearest(
    verb,
    ego.commands.map((command) => command.name()),
  );
  if (meant !== undefined) return `\n(Did you mean ${meant}?)`;
  if (message !== "error: missing required argument 'folder'") return "";
  return `\nFor example: ${origin().kind === "clone" ? "npm run ego -- init ../my-bank" : "ego init my-bank"}`;
}

function program(host: Host, exit: (code: number) => void): Command {
  const ego = new Command("ego");
  ego
    .description("Event sourcing for TypeScript, generated from Protocol Buffers.")
    .version(version(), "--version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.out(text.trimEnd()),
      writeErr: (text) => host.err(text.trimEnd()),
      outputError: (text, write) => write(`${text.trimEnd()}${hintOn(text.trimEnd(), ego)}`),
    })
    .addHelpText("after", exitCodes);

  ego
    .command("init")
    .description("Make a new project: a bank account with proto, behavior, test and a program that runs.")
    .argument("<folder>", "where to make it; must be new or empty")
    .option("--name <name>", "name of the npm package (default: the folder's name)")
    .option("--install", "also run `npm install` and generate the code")
    .addHelpText("after", exitCodes)
    .action(async (folder: string, options: { name?: string; install?: true }) => {
      const { init } = await import("./commands/init.ts");
      await init(host, folder, options);
    });

  ego
    .command("generate")
    .description("Generate TypeScript from the project's protos, as buf.gen.yaml says. Works from any folder in it.")
    .option("--quiet", "say nothing if no file changed")
    .addHelpText("after", exitCodes)
    .action(async (options: { quiet?: true }) => {
      const { generate } = await import("./commands/generate.ts");
      await generate(host, options);
    });

  const migrate = ego
    .command("migrate")
    .description("Bring the schema of the project's store up to date, or say where it stands.")
    .addHelpText("after", migrateExitCodes);
  const verbs = {
    status: "Say which migrations are applied and which tables are there. Changes nothing.",
    up: "Apply what is pending and create the tables that are missing, as the start of an engine does.",
  } as const;
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
      .addHelpText("after", migrateExitCodes)
      .action(async (options: { store?: string; schema?: string; json?: true }) => {
        const { migrateStatus, migrateUp } = await import("./commands/migrate.ts");
        exit(await (verb === "status" ? migrateStatus : migrateUp)(host, options));
      });
  }

  return ego;
}

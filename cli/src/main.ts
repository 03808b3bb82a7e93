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

/**
 * Runs `ego` with the arguments after the program's name. Prints; returns the exit code and never throws for a
 * user's mistake.
 */
export async function main(argv: readonly string[], host: Host = processHost()): Promise<number> {
  try {
    await program(host).parseAsync(argv, { from: "user" });
    return exitCode.ok;
  } catch (error) {
    // commander has printed its message, help or version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.input;
    if (!(error instanceof Failure)) throw error;
    host.err(error.message);
    return error.exitCode;
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

function program(host: Host): Command {
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

  return ego;
}

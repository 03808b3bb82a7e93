import { Command, CommanderError } from "commander";
import { exitCode, Failure } from "./failure.ts";
import { version } from "./package.ts";
import { origin } from "./scaffold/origin.ts";
import { type Host, processHost } from "./terminal/host.ts";
import { nearest } from "./terminal/nearest.ts";
import { exitCodes } from "./verbs/verb.ts";
import { verbs } from "./verbs/verbs.ts";

/**
 * Runs `ego` with the arguments after the program's name. Prints; returns the exit code and never throws for a
 * user's mistake.
 */
export async function main(argv: readonly string[], host: Host = processHost()): Promise<number> {
  let exit: number = exitCode.ok;
  // Scripts have to tell a verdict from what could not be found out.
  const mistake = verbs.some(({ name, verdict }) => verdict && name === argv[0])
    ? exitCode.environment
    : exitCode.input;
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
  // What is no verb of it is taken for something to be listed.
  const [, listed = ""] = /^error: too many arguments for 'list'\. .* got \d+: (\S+?)[.,]/.exec(message) ?? [];
  const verbsOf = ego.commands.find((command) => command.name() === "projections")?.commands ?? [];
  const meantVerb = nearest(
    listed,
    verbsOf.map((command) => command.name()),
  );
  if (meantVerb !== undefined) return `\n(Did you mean ego projections ${meantVerb}?)`;
  const [, ref] = /^error: too many arguments for 'check'\. .* got 1: (\S+)\.$/.exec(message) ?? [];
  if (ref !== undefined) return `\n(Did you mean --against ${ref}?)`;
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
  for (const verb of verbs) verb.declare(ego, { host, exit });
  sayUsage(ego, "ego");
  return ego;
}

/** Verbs that answer what is missing with an example. */
const withExamples: readonly string[] = ["init", "add"];

/** Has a command, and those below it, say how it is used where nothing nearer to what was typed can be said. */
function sayUsage(command: Command, name: string): void {
  const { outputError } = command.configureOutput();
  command.configureOutput({
    outputError(text, write) {
      outputError?.(text, write);
      if (text.startsWith("error: missing required argument")) write(`Usage: ${name} ${command.usage()}`);
      if (/^error: unknown command '.*'\n?$/.test(text) && hintOn(text.trimEnd(), command) === "") {
        write(`Run \`${name} --help\` to see all verbs.`);
      }
    },
  });
  for (const below of command.commands) {
    if (!withExamples.includes(below.name())) sayUsage(below, `${name} ${below.name()}`);
  }
}

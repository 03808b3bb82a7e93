import { type Command, Option } from "commander";
import { storeOptions } from "./store-options.ts";

/** Options that each of these verbs has. */
export interface SharedOptions {
  store?: string;
  schema?: string;
  json?: true;
}

/** The end of the help of these verbs. */
export const projectionExitCodes: string = `
Exit codes:
  0  done
  1  what you typed or wrote is wrong; or the projection's handler fails
  2  the machine or the installation is wrong; or no engine that is there does what is wanted`;

/** What each of these verbs has at its end. */
export function withShared(verb: Command, more = ""): Command {
  return storeOptions(verb).option("--json", "print JSON").addHelpText("after", `${more}${projectionExitCodes}`);
}

/** Adds a verb about one projection. */
export function aboutOne(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).argument("<name>", "the name of the projection: balances");
}

/** Adds the options that name an event. */
export function atPlace(verb: Command, isRequired: boolean): Command {
  for (const [flags, description] of [
    ["--shard <number>", "the shard of the event"],
    ["--position <number>", "its position there"],
  ] as const) {
    verb.addOption(new Option(flags, description).makeOptionMandatory(isRequired));
  }
  return verb;
}

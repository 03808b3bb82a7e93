import { type Command, Option } from "commander";
import { storeOptions } from "./store-options.ts";
import { exitCodes, type Verb, type VerbContext } from "./verb.ts";

const atHelp = "up to this revision, or to this time: 3, or 2026-08-01T12:00:00Z";

export const eventsVerb: Verb = {
  name: "events",
  verdict: false,
  declare(ego, context) {
    const events = ego
      .command("events")
      .description("Look at what is stored: the events of one entity, or those that are stored now. Changes nothing.")
      .addHelpText("after", exitCodes);
    declareShow(events, context);
    declareTail(events, context);
  },
};

function declareShow(events: Command, { host }: VerbContext): void {
  const show = events
    .command("show")
    .description("Print the events of an entity, or its state. Of a durable state: its versions, and what it is now.")
    .argument("<entity>", "the name of the entity: account")
    .argument("<id>", "its id")
    .option("--state", "the state instead: made of the events by the behavior, which is code of the project's")
    .option("--at <where>", atHelp)
    .option("--sensitive", "also show what fields hold that are marked as sensitive");
  storeOptions(show)
    .option("--json", "print a line of JSON for each event")
    .addHelpText("after", exitCodes)
    .action(
      async (
        entity: string,
        id: string,
        options: { state?: true; at?: string; sensitive?: true; store?: string; schema?: string; json?: true },
      ) => {
        const { eventsShow } = await import("../commands/events-show.ts");
        await eventsShow(host, entity, id, options);
      },
    );
}

function declareTail(events: Command, { host }: VerbContext): void {
  const tail = events
    .command("tail")
    .description("Print each event as it is stored, by whatever program, until ^C.")
    .option("--entity <name>", "only events of this entity")
    .addOption(new Option("--from <where>", "where to begin").choices(["start", "now"]).default("now"))
    .option("--limit <number>", "end after so many events")
    .option("--sensitive", "also show what fields hold that are marked as sensitive");
  storeOptions(tail)
    .option("--json", "print a line of JSON for each event")
    .addHelpText("after", exitCodes)
    .action(
      async (options: {
        entity?: string;
        from: "start" | "now";
        limit?: string;
        sensitive?: true;
        store?: string;
        schema?: string;
        json?: true;
      }) => {
        const { eventsTail } = await import("../commands/events-tail.ts");
        await eventsTail(host, options);
      },
    );
}

import { type Command, Option } from "commander";
import type { AddRequest } from "../add/requests.ts";
import type { AddOptions } from "../commands/add.ts";
import { exitCodes, type Verb, type VerbContext } from "./verb.ts";

export const addVerb: Verb = {
  name: "add",
  verdict: false,
  declare(ego, context) {
    const add = ego
      .command("add")
      .description(
        "Add to the protos: an entity, a command, … Then generate, and insert the handlers that are missing.",
      )
      .addHelpText("after", exitCodes);
    const { outputError } = add.configureOutput();
    add.configureOutput({
      outputError(text, write) {
        outputError?.(text, write);
        const [, typed] = /^error: unknown command '([\w-]+)'\n?$/.exec(text) ?? [];
        if (typed !== undefined) write(`Say what it is that you add. For example: ego add entity ${typed}\n`);
      },
    });
    for (const declare of [entity, command, event, rejection, readModel, saga, field]) declare(add, context);
  },
};

function entity(add: Command, context: VerbContext): void {
  const verb = add
    .command("entity")
    .description("Add an entity: its state, with a command that makes one, and the event of that.")
    .argument("<name>", "in snake case: invoice. It is part of every stored id: choose it once, and keep it")
    .option("--id <field>", "the field that holds its id (default: <name>_id:string)")
    .option("--durable", "the state itself is stored; there are no events")
    .option("--table [name]", "stored in an SQL table of its own; implies --durable")
    .option("--empty", "the state only");
  place(fields(verb));
  act(verb, context, "ego add entity invoice --field customer:string", (name, options) => ({
    ...options,
    kind: "entity",
    name,
  }));
}

function command(add: Command, context: VerbContext): void {
  const verb = member(add, "command", "FreezeAccount")
    .description("Add a command to an entity, with those of its events and rejections that are not there yet.")
    .addOption(list("--emits <events>", "what it may emit; events that are not there are added"))
    .addOption(list("--rejects <rejections>", "what it may answer; rejections that are not there are added"))
    .addOption(
      new Option(
        "--precondition <what>",
        "what the entity has to be before it (default: present, if another command makes it)",
      ).choices(["present", "absent", "any"]),
    );
  fields(verb);
  act(verb, context, "ego add command account FreezeAccount --emits AccountFrozen", (entity, name, options) => ({
    ...options,
    kind: "command",
    entity,
    name,
  }));
}

function event(add: Command, context: VerbContext): void {
  const verb = member(add, "event", "AccountFrozen")
    .description("Add an event to an entity.")
    .addOption(list("--emitted-by <commands>", "commands that may emit it"))
    .option("--derived", "applied by copying its fields into the state, which gets those that it lacks");
  fields(verb);
  act(verb, context, "ego add event account AccountFrozen --emitted-by FreezeAccount", (entity, name, options) => ({
    ...options,
    kind: "event",
    entity,
    name,
  }));
}

function rejection(add: Command, context: VerbContext): void {
  const verb = member(add, "rejection", "AccountIsFrozen")
    .description("Add a rejection to an entity: the typed answer to a command that is refused.")
    .addOption(list("--rejected-by <commands>", "commands that may answer it"))
    .addOption(new Option("--code <code>", "its class, for callers that do not know it").choices(codes));
  fields(verb);
  act(
    verb,
    context,
    "ego add rejection account AccountIsFrozen --rejected-by DebitAccount",
    (entity, name, options) => ({
      ...options,
      kind: "rejection",
      entity,
      name,
    }),
  );
}

function readModel(add: Command, context: VerbContext): void {
  const verb = add
    .command("read-model")
    .description("Add a read model: an SQL table that is made of events.")
    .argument("<name>", "in snake case: balances")
    .addOption(list("--from <sources>", "entities and events that it is made of").makeOptionMandatory())
    .addOption(list("--id <fields>", "the fields of its key (default: the id of what it is made of)"))
    .option("--row <Name>", "the message that is a row (default: the name in Pascal case)")
    .option("--table <name>", "its SQL table (default: its name)");
  place(fields(verb));
  act(verb, context, "ego add read-model balances --from account --field balance_cents", (name, options) => ({
    ...options,
    kind: "read model",
    name,
  }));
}

function saga(add: Command, context: VerbContext): void {
  const verb = add
    .command("saga")
    .description("Add a saga: a process that answers events with commands.")
    .argument("<name>", "in snake case: transfer_process")
    .addOption(list("--starts-on <events>", "events that start one").makeOptionMandatory())
    .addOption(list("--reacts-to <events>", "events that it reacts to besides"))
    .addOption(list("--sends <commands>", "commands that it may send"))
    .addOption(list("--timer <names>", "its timers, in snake case"))
    .option("--id <field>", "the field by which events find it (default: the id of those that start it)");
  place(fields(verb));
  const example = "ego add saga transfer_process --starts-on TransferRequested --sends DebitAccount,CreditAccount";
  act(verb, context, example, (name, options) => ({ ...options, kind: "saga", name }));
}

function field(add: Command, context: VerbContext): void {
  const verb = add
    .command("field")
    .description("Add fields to a message.")
    .argument("<Message>", "its name, with its package if there are several: Account, bank.v1.Account")
    .argument("<fields...>", fieldHelp)
    .option("--sensitive", "stored encrypted, with a key of the data subject")
    .option("--subject", "says who the data subject is");
  act(comment(verb), context, "ego add field Account frozen:bool", (message, fields, options) => ({
    ...options,
    kind: "field",
    message,
    fields,
  }));
}

const fieldHelp = "name:type, as amount_cents:int64; or the name of a field that messages beside it have";

const codes = [
  "invalid_argument",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "out_of_range",
];

function member(add: Command, kind: string, example: string): Command {
  return add
    .command(kind)
    .argument("<entity>", "the entity that it belongs to")
    .argument("<Name>", `of the message, in Pascal case: ${example}`);
}

function fields(verb: Command): Command {
  const option = new Option("--field <field>", `${fieldHelp}; may be given several times`);
  return comment(verb.addOption(option.argParser((value: string, before: string[] = []) => [...before, value])));
}

function comment(verb: Command): Command {
  return verb.option("--comment <text>", "what is written above it");
}

function place(verb: Command): Command {
  return verb
    .option("--package <package>", "its package (default: that of the rest)")
    .option("--file <file>", "the proto it goes into (default: a new one, named after it)");
}

/** An option for several names: with commas, or given several times. */
function list(flags: string, description: string): Option {
  return new Option(flags, `${description}; with commas between them`).argParser(
    (value: string, before: string[] = []) => [...before, ...value.split(",").map((name) => name.trim())],
  );
}

// biome-ignore lint/suspicious/noExplicitAny: commander types neither arguments nor options; requests.ts has their types
type RequestOf = (...typed: any[]) => AddRequest;

function act(verb: Command, { host, exit }: VerbContext, example: string, requestOf: RequestOf): void {
  const { outputError } = verb.configureOutput();
  verb
    .option("--dry-run", "print what would change in the protos, and write nothing")
    .option("--json", "print JSON")
    .option("--no-generate", "edit the protos only")
    .addHelpText("after", `\nFor example:\n  ${example}\n${exitCodes}`)
    .configureOutput({
      outputError(text, write) {
        outputError?.(text, write);
        if (/^error: (?:missing required argument|required option)/.test(text)) write(`For example: ${example}\n`);
      },
    })
    .action(async (...typed: unknown[]) => {
      const { add } = await import("../commands/add.ts");
      // Behind the arguments and the options, commander gives the command itself.
      const given = typed.slice(0, -1);
      exit(await add(host, requestOf(...given), given.at(-1) as AddOptions));
    });
}

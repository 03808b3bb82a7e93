import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { Entity, EntityTable, Implementation } from "@ego/runtime/codegen";

type Fields = { readonly [name: string]: unknown };
type Maker = (fields: Fields) => Message;
type Makers = { readonly [name: string]: Maker };

interface Context {
  readonly emit: Makers;
  readonly save: Maker;
}

interface Behavior {
  readonly commands: { readonly [name: string]: (command: Message, context: Context) => unknown };
  readonly events: { readonly [name: string]: (event: Message, state: Message) => undefined };
}

interface Answered {
  readonly state: Message;
  readonly revision: number;
}

/** Any client: commands by name. */
export interface Client {
  readonly [command: string]: (fields: Fields) => Promise<Answered>;
}

/** An entity whose types nobody knows. */
export type AnyEntity = Entity<Behavior, Client, Makers, Makers, Message>;

/** Every generated entity below a folder, by name. */
export async function entitiesBelow(folder: string): Promise<readonly AnyEntity[]> {
  const paths = globSync("**/*_ego.ts", { cwd: folder }).toSorted();
  const modules = await Promise.all(
    paths.map((path): Promise<Readonly<Record<string, unknown>>> => import(pathToFileURL(join(folder, path)).href)),
  );
  return modules.flatMap((module) => Object.values(module)).filter(isEntity);
}

/** Tables are exported too. */
function isEntity(value: unknown): value is AnyEntity {
  return typeof value === "object" && value !== null && "implement" in value;
}

/** A behavior that needs no thought: what a command says goes into its first event, or is saved. */
export function implement(entity: AnyEntity): Implementation<Behavior, Client, Makers, Makers, Message> {
  const { table } = entity;
  const commands = Object.entries(table.commands).map(([name, { emits = [] }]) => {
    const [event = ""] = emits;
    const handler = (command: Message, { emit, save }: Context) =>
      (table.kind === "durable" ? save : emit[event])?.(withoutType(command));
    return [name, handler] as const;
  });
  const events = Object.keys(table.events ?? {})
    .filter((name) => !table.derived?.includes(name))
    .map((name) => [name, () => undefined] as const);
  return entity.implement({ commands: Object.fromEntries(commands), events: Object.fromEntries(events) });
}

/** The descriptors of the state, and of a command. */
export function descriptorsOf(table: EntityTable, command = ""): { command: DescMessage; state: DescMessage } {
  return { command: table.commands[command]?.message as DescMessage, state: table.state as DescMessage };
}

function withoutType(message: Message): Fields {
  const { $typeName, ...fields } = message;
  return fields;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, equals, type Message } from "@bufbuild/protobuf";
import { Engine, memoryStore, type Store } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldsOf } from "./arbitrary.ts";
import { type AnyEntity, descriptorsOf, entitiesBelow, implement } from "./every-entity.ts";

const entities = await entitiesBelow(join(import.meta.dirname, "gen"));
const samples = 25;

describe.each([
  { name: "memory", storeOf: inMemory },
  { name: "SQLite", storeOf: inFile },
])("on $name, what a command says is what the state says, and what it says after a restart:", ({ storeOf }) => {
  const reopen = storeOf();
  const start = () => Engine.start({ store: reopen(), entities: entities.map(implement) });
  const trips = new Map<AnyEntity, readonly Trip[] | Error>();
  let second: Engine;
  beforeAll(async () => {
    await using first = await start();
    await Promise.all(
      entities.map(async (entity) => {
        trips.set(entity, await sendAll(first, entity).catch((error: Error) => error));
      }),
    );
    await first.stop();
    second = await start();
  });
  afterAll(() => second.stop());

  test.each(entities.map((entity) => ({ entity, name: entity.table.name })))("$name", async ({ entity }) => {
    const sent = trips.get(entity);
    if (!Array.isArray(sent)) throw sent;
    const { state: descriptor } = descriptorsOf(entity.table);
    expect(sent.length).toBeGreaterThanOrEqual(samples);
    for (const { id, expected, answered } of sent) {
      expect(answered).toEqual(expected);
      const { state } = await second.state(entity, id);
      expect(state).toEqual(expected);
      expect(equals(descriptor, answered, expected) && equals(descriptor, state, expected)).toBe(true);
    }
  });
});

interface Trip {
  readonly id: string;
  readonly expected: Message;
  readonly answered: Message;
}

/** Sends many messages of each command that creates an entity, each to one of its own. */
async function sendAll(engine: Engine, entity: AnyEntity): Promise<readonly Trip[]> {
  const { table } = entity;
  const trips: Trip[] = [];
  const idName = table.id ?? "";
  for (const [name, { precondition }] of Object.entries(table.commands)) {
    if (precondition === "present") continue;
    const { command, state: descriptor } = descriptorsOf(table, name);
    for (const given of fc.sample(fieldsOf(command, { json: table.table !== undefined }), {
      numRuns: samples,
      seed: 1,
    })) {
      const { [idName]: _, ...fields } = given;
      const id = String(trips.length + 1);
      const { state } = (await engine.entity(entity).get(id)[name]?.(fields)) ?? {};
      if (!state) throw new Error(`${table.name} has no ${name}`);
      const filledIn = (state as unknown as { readonly [name: string]: unknown })[idName];
      trips.push({ id, answered: state, expected: create(descriptor, { ...fields, [idName]: filledIn }) });
    }
  }
  return trips;
}

function inMemory(): () => Store {
  const store = memoryStore();
  return () => store;
}

function inFile(): () => Store {
  const folder = mkdtempSync(join(tmpdir(), "ego-shapes-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return () => sqliteStore({ filename: join(folder, "shapes.db") });
}

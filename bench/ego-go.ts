// npm run bench:ego-go [-- --only Batch --ms 500]: the 13 benchmarks of eGo for Go, by name. Writes
// bench/results/ego-go.json, and the table in docs/benchmarks.md, unless only some were asked for.
//
// Where eGo simulates a database by sleeping before it writes to memory, these write to databases. What is called a
// batch there, with a threshold and a window, is group commit here, without a window; without a batch means one
// command in a transaction.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { defaultLimits, Engine } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../examples/inventory/src/inventory.ts";
import { closedLoop, type Load } from "./load.ts";
import { openPlaces, storeAt } from "./place.ts";
import { progressOf, rateOf } from "./progress.ts";
import { rounded, run, tableOf, writeResults } from "./results.ts";
import type { StoreKind } from "./scenario.ts";

interface Case {
  /** As in eGo. */
  readonly name: string;
  readonly variant: string;
  readonly kind: "event-sourced" | "durable";
  readonly store: StoreKind;
  /** At most; undefined for as many as there are. */
  readonly commandsPerTransaction?: number;
  /** Send the next command when the last one is answered; or all of them, when all are answered. */
  readonly callers: number;
  readonly together?: boolean;
  /** One for each caller, or one for all. */
  readonly entities: number;
}

const parallel = Math.max(8, availableParallelism());
const databases: readonly StoreKind[] = ["sqlite", "postgres"];
const one = { callers: 1, entities: 1 };
const many = { callers: parallel, entities: 1 };
const ten = { callers: 10, entities: 10, together: true };
const eventSourced = { kind: "event-sourced", store: "memory" } as const;
const durable = { kind: "durable", store: "memory" } as const;

const cases: readonly Case[] = [
  { name: "EventSourcedActor_NoBatch", variant: "", ...eventSourced, ...one, commandsPerTransaction: 1 },
  { name: "EventSourcedActor_Batch", variant: "", ...eventSourced, ...one },
  { name: "EventSourcedActor_NoBatch_Parallel", variant: "", ...eventSourced, ...many, commandsPerTransaction: 1 },
  { name: "EventSourcedActor_Batch_Parallel", variant: "", ...eventSourced, ...many },
  ...databases.flatMap((store): Case[] => {
    const name = "WriteLatency_NoBatch_vs_Batch";
    return [
      { name, variant: "NoBatch", ...eventSourced, store, ...one, commandsPerTransaction: 1 },
      { name, variant: "Batch", ...eventSourced, store, ...one },
      { name, variant: "NoBatch_Parallel", ...eventSourced, store, ...many, commandsPerTransaction: 1 },
      { name, variant: "Batch_Parallel", ...eventSourced, store, ...many },
    ];
  }),
  // Sequential in eGo, where a threshold then only makes the window pass. Here there are enough callers to fill it.
  ...[1, 5, 10, 25, 50, 100].map((threshold): Case => {
    const name = "BatchThresholds";
    const callers = 100;
    const variant = `threshold_${threshold}`;
    const commandsPerTransaction = threshold;
    return { name, variant, ...eventSourced, store: "sqlite", callers, entities: 1, commandsPerTransaction };
  }),
  ...databases.map(
    (store): Case => ({
      name: "Batch_ConcurrentBurst",
      variant: "10 commands",
      ...eventSourced,
      store,
      callers: 10,
      entities: 1,
      together: true,
    }),
  ),
  ...databases.flatMap((store): Case[] => [
    { name: "MultipleEntities_NoBatch", variant: "", ...eventSourced, store, ...ten, commandsPerTransaction: 1 },
    { name: "MultipleEntities_Batch", variant: "", ...eventSourced, store, ...ten },
  ]),
  { name: "DurableStateActor_Sequential", variant: "", ...durable, ...one },
  { name: "DurableStateActor_Parallel", variant: "", ...durable, ...many },
  ...databases.flatMap((store): Case[] => [
    { name: "DurableStateActor_WriteLatency", variant: "Sequential", ...durable, store, ...one },
    { name: "DurableStateActor_WriteLatency", variant: "Parallel", ...durable, store, ...many },
  ]),
  ...databases.map(
    (store): Case => ({ name: "DurableStateActor_MultipleEntities", variant: "", ...durable, store, ...ten }),
  ),
];

const { values: options } = parseArgs({
  options: { only: { type: "string", default: "" }, ms: { type: "string", default: "500" } },
});
const ms = Number(options.ms);
const asked = cases.filter(({ name }) => name.includes(options.only));
await using places = await openPlaces(asked.map(({ store }) => store));
const progress = progressOf(asked.length);
const rows = [];
for (const each of asked) {
  progress.begin([each.name, each.variant, each.store].filter((text) => text !== "").join(" "));
  const { perSecond, p50Ms, p99Ms } = await runCase(each);
  rows.push({
    name: each.name,
    variant: each.variant,
    store: each.store,
    callers: each.callers,
    entities: each.entities,
    commandsPerSecond: Math.round(perSecond),
    p50Ms: rounded(p50Ms, 3),
    p99Ms: rounded(p99Ms, 3),
  });
  progress.end(`${rateOf(perSecond)} commands/s`);
}

const markdown = tableOf(
  ["benchmark of eGo", "variant", "store", "callers", "entities", "commands/s", "p50 ms", "p99 ms"],
  rows.map((row) => [
    `\`${row.name}\``,
    row.variant,
    row.store,
    row.callers,
    row.entities,
    row.commandsPerSecond,
    row.p50Ms,
    row.p99Ms,
  ]),
);
if (asked.length < cases.length) console.log(markdown.join("\n"));
else writeResults("ego-go", { ...run(), msPerRun: ms, rows }, markdown, `; ${ms} ms each`);

/** Runs one on an engine, then starts another engine on the same store, and checks what each entity holds. */
async function runCase({ kind, store: at, commandsPerTransaction, callers, entities, together }: Case): Promise<Load> {
  const place = places.next();
  const store = storeAt(at, place);
  const start = (from = store) =>
    Engine.start({
      store: from,
      entities: [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)],
      limits: {
        transaction: {
          ...defaultLimits.transaction,
          maxEntries: commandsPerTransaction ?? defaultLimits.transaction.maxEntries,
        },
      },
    });
  const engine = await start();
  const ids = Array.from({ length: entities }, (_, index) => `e-${index}`);
  const sent = new Map(ids.map((id) => [id, 0]));
  for (const id of ids) {
    if (kind === "durable") await engine.entity(inventoryItem).get(id).describeItem({ title: "pen" });
    else await engine.entity(account).get(id).openAccount({ ownerEmail: "ann@example.org" });
  }
  const send = async (id: string) => {
    if (kind === "durable") await engine.entity(inventoryItem).get(id).addStock({ quantity: 1 });
    else await engine.entity(account).get(id).creditAccount({ amountCents: 1n });
    sent.set(id, (sent.get(id) ?? 0) + 1);
  };
  const idOf = (index: number) => ids[index % entities] as string;
  let next = 0;
  const load = await (together ? burst() : closedLoop(callers, ms, () => send(idOf(next++))));
  await engine.stop();

  await using again = await start(at === "memory" ? store : storeAt(at, place));
  for (const [id, count] of sent) {
    const holds =
      kind === "durable"
        ? (await again.state(inventoryItem, id)).state.onHand
        : Number((await again.state(account, id)).state.balanceCents);
    if (holds !== count) throw new Error(`${id} holds ${holds}, and ${count} commands were acknowledged`);
  }
  return load;

  /** All callers at once, and the next time when all are answered: measured is the time of each command. */
  async function burst(): Promise<Load> {
    const { count, ...rest } = await closedLoop(1, ms, () =>
      Promise.all(Array.from({ length: callers }, (_, index) => send(idOf(index)))),
    );
    return {
      ...rest,
      perSecond: rest.perSecond * callers,
      cpuMicros: rest.cpuMicros / callers,
      count: count * callers,
    };
  }
}

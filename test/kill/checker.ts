// The process that compares what was answered with what is stored. It reads the file with SQL of its own: nothing of
// ego but the generated messages is in here. Arguments: the file, the log of answers, the accounts, the commands.
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fromBinary } from "@bufbuild/protobuf";
import { AccountCreditedSchema, AccountOpenedSchema } from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { entityOf } from "./orders.ts";

const [filename = "", log = "", accounts = "0", commands = "0"] = process.argv.slice(2);
const entities = Number(accounts);
const problems: string[] = [];

/** Where a command was found. */
interface Found {
  readonly entity: string;
  readonly revision: number;
  readonly position: number;
  readonly balance: bigint;
  readonly commandId: string | null;
}

const found = new Map<number, Found>();
const database = new DatabaseSync(filename, { readOnly: true });
const rows = database
  .prepare(
    `select e.shard, e.position, e.entity_id, e.revision, e.payload, e.command_id, t.name as type
     from ego_events e join ego_types t on t.id = e.event_type order by e.entity_id, e.revision`,
  )
  .all();

let entity = "";
let revision = 0;
let balance = 0n;
const positions = new Map<number, number[]>();
for (const row of rows) {
  if (row.entity_id !== entity) {
    entity = String(row.entity_id);
    revision = 0;
    balance = 0n;
  }
  revision++;
  if (row.revision !== revision) problems.push(`hole: ${entity} has revision ${row.revision} instead of ${revision}`);
  const shard = Number(row.shard);
  positions.set(shard, [...(positions.get(shard) ?? []), Number(row.position)]);
  if (row.type === AccountOpenedSchema.typeName) {
    if (revision !== 1) problems.push(`doubled: ${entity} was opened at revision ${revision}`);
    continue;
  }
  const { amountCents } = fromBinary(AccountCreditedSchema, row.payload as Uint8Array);
  balance += amountCents;
  const command = Number(amountCents) - 1;
  if (found.has(command)) problems.push(`doubled: command ${command} is stored again at revision ${revision}`);
  if (entityOf(command, entities) !== entity) problems.push(`misplaced: command ${command} is stored for ${entity}`);
  const commandId = row.command_id === null ? null : String(row.command_id);
  found.set(command, { entity, revision, position: Number(row.position), balance, commandId });
}
database.close();

for (const [shard, all] of positions) {
  for (const [i, position] of all.sort((a, b) => a - b).entries()) {
    if (position !== i + 1) problems.push(`hole: shard ${shard} has position ${position} instead of ${i + 1}`);
  }
}

let answers = 0;
for (const line of readFileSync(log, "utf8").split("\n")) {
  if (line === "") continue;
  answers++;
  const [command = "", revisionOf, positionOf, balanceOf] = line.split(" ");
  const stored = found.get(Number(command));
  if (!stored) {
    problems.push(`lost: command ${command} was answered and is not stored`);
    continue;
  }
  const told = `revision ${revisionOf}, position ${positionOf}, balance ${balanceOf}`;
  const is = `revision ${stored.revision}, position ${stored.position}, balance ${stored.balance}`;
  if (told !== is) problems.push(`wrong: command ${command} was answered ${told}, and is stored as ${is}`);
  if (stored.commandId !== `c-${command}`) problems.push(`forgotten: command ${command} has id ${stored.commandId}`);
}
for (let command = 0; command < Number(commands); command++) {
  if (!found.has(command)) problems.push(`missing: command ${command} was sent until it was answered`);
}

const kinds: { [kind: string]: number } = {};
for (const problem of problems) {
  const kind = problem.slice(0, problem.indexOf(":"));
  kinds[kind] = (kinds[kind] ?? 0) + 1;
}
const verdict = { answers, stored: found.size, problems: kinds, examples: problems.slice(0, 20) };
process.stdout.write(JSON.stringify(verdict));

import { type Message, ScalarType } from "@bufbuild/protobuf";
import type { ProjectionContext, ProjectionImplementation, RowContext, RowOf, TableData } from "@ego/runtime/codegen";
import { sqliteDialect } from "@ego/runtime/sqlite";
import { Kysely, type Selectable, sql, type Transaction } from "kysely";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as bank from "./gen/golden/bank/v1/account_ego.ts";
import * as bankMessages from "./gen/golden/bank/v1/account_pb.ts";
import * as daily from "./gen/golden/bank/v1/statements_ego.ts";
import * as dailyMessages from "./gen/golden/bank/v1/statements_pb.ts";
import type { InventoryItem } from "./gen/golden/shop/v1/inventory_pb.ts";
import { InventoryItemSchema } from "./gen/golden/shop/v1/inventory_pb.ts";
import * as shelf from "./gen/golden/shop/v1/shelf_ego.ts";
import type { ShelfLabel } from "./gen/golden/shop/v1/shelf_pb.ts";
import { ShelfLabelSchema } from "./gen/golden/shop/v1/shelf_pb.ts";

type Balance = bankMessages.Balance;
type Statement = dailyMessages.Statement;

// What an application has: the tables of all files, and one of its own.
interface AppDatabase extends bank.AccountDatabase, daily.StatementsDatabase {
  audit: { entry: string };
}

const balancesProjection: bank.BalancesProjection = {
  accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerEmail }),
  accountCredited: ({ amountCents }, { row }) => row.increment({ balanceCents: amountCents }),
  // The same with plain Kysely.
  async accountDebited(event, { tx, entityId }) {
    await tx
      .updateTable("balances")
      .set((eb) => ({ balance_cents: eb("balance_cents", "-", event.amountCents) }))
      .where("account_id", "=", entityId)
      .execute();
  },
  accountClosed: (_, { row }) => row.remove(),
};

const statementsProjection: daily.StatementsProjection<AppDatabase> = {
  feeCharged: ({ cents }, { row }) => row.increment({ feeCents: cents, entries: 1 }),
  accountCredited: ({ amountCents }, context) =>
    context.rowOf(today(context)).increment({ turnoverCents: amountCents, entries: 1 }),
  async accountDebited({ amountCents }, context) {
    await context.rowOf(today(context)).increment({ turnoverCents: amountCents, entries: 1 });
    await context.tx
      .insertInto("audit")
      .values({ entry: `${context.entityId} ${context.revision}` })
      .execute();
  },
};

function today({ entityId, recordedAt }: daily.StatementsContext<AppDatabase>): Pick<Statement, "accountId" | "day"> {
  return { accountId: entityId, day: Number(recordedAt.toISOString().slice(0, 10).replaceAll("-", "")) };
}

describe("what is printed of a read model", () => {
  test("is its table as data, without a revision", () => {
    expect(bank.balances.table.table).toBe(bank.balancesTable);
    expect(bank.balancesTable).toEqual({
      seam: 1,
      name: "balances",
      kind: "read-model",
      message: bankMessages.BalanceSchema,
      key: ["accountId"],
      columns: { accountId: "account_id", ownerEmail: "owner_email", balanceCents: "balance_cents" },
    });
    expectTypeOf<Selectable<bank.BalancesTable>>().toEqualTypeOf<{
      account_id: string;
      owner_email: string;
      balance_cents: number | bigint | string;
    }>();
  });

  test("is what its methods consume, of one entity or of several", () => {
    const { accountOpened, accountCredited } = bank.balances.table.events ?? {};
    expect(accountOpened).toEqual(["account", bankMessages.AccountOpenedSchema]);
    expect(accountCredited).toEqual(["account", bankMessages.AccountCreditedSchema]);
    expect(daily.statements.table).toEqual({
      seam: 1,
      name: "statements",
      table: daily.dailyStatementsTable,
      events: {
        feeCharged: ["fee", dailyMessages.FeeChargedSchema],
        accountCredited: ["account", bankMessages.AccountCreditedSchema],
        accountDebited: ["account", bankMessages.AccountDebitedSchema],
      },
    });
    expect(daily.dailyStatementsTable.key).toEqual(["accountId", "day"]);
  });

  test("is the state of a durable entity, in a file without an entity", () => {
    expect(shelf.shelfLabels.table).toMatchObject({
      name: "shelf_labels",
      table: { message: ShelfLabelSchema, key: ["sku"] },
      states: { inventoryItem: ["inventory_item", InventoryItemSchema] },
    });
    expect(shelf.shelfLabels.table).not.toHaveProperty("events");
    type Method = shelf.ShelfLabelsProjection["inventoryItem"];
    expectTypeOf<Parameters<Method>[0]>().toEqualTypeOf<InventoryItem | null>();
    expectTypeOf<Parameters<Method>[1]["row"]>().toEqualTypeOf<RowOf<ShelfLabel>>();
  });

  test("has a row where the event tells its key, and the key of one everywhere", () => {
    type OfFee = Parameters<daily.StatementsProjection["feeCharged"]>[1];
    type OfCredit = Parameters<daily.StatementsProjection["accountCredited"]>[1];
    expectTypeOf<OfFee>().toExtend<RowContext<Statement, Pick<Statement, "accountId" | "day">, unknown>>();
    expectTypeOf<OfCredit>().not.toHaveProperty("row");
    expectTypeOf<OfCredit["rowOf"]>().parameters.toEqualTypeOf<[Pick<Statement, "accountId" | "day">]>();
    expectTypeOf<bank.BalancesRowContext["rowOf"]>().parameters.toEqualTypeOf<[string]>();
  });

  test("lets numbers be added, set or not, and nothing else", () => {
    type Numbers<Row> = keyof Parameters<RowOf<Row>["increment"]>[0];
    expectTypeOf<Numbers<Balance>>().toEqualTypeOf<"balanceCents">();
    expectTypeOf<Numbers<Statement>>().toEqualTypeOf<"day" | "turnoverCents" | "feeCents" | "entries">();
  });
});

describe("a projection", () => {
  test("is given to its read model", () => {
    expect(bank.balances.implement(balancesProjection)).toEqual({
      readModel: bank.balances,
      projection: balancesProjection,
      tuning: {},
    });
  });

  test("knows the tables of the file, or those of the application, in a variable or as an argument", () => {
    expectTypeOf<bank.BalancesRowContext["tx"]>().toEqualTypeOf<Transaction<bank.AccountDatabase>>();
    expectTypeOf<daily.StatementsContext<AppDatabase>["tx"]>().toEqualTypeOf<Transaction<AppDatabase>>();
    expect(daily.statements.implement(statementsProjection).projection).toBe(statementsProjection);
    bank.balances.implement({
      ...balancesProjection,
      accountOpened(event, { tx, row }) {
        expectTypeOf(event).toEqualTypeOf<bankMessages.AccountOpened>();
        expectTypeOf(tx).toEqualTypeOf<Transaction<bank.AccountDatabase>>();
        return row.remove();
      },
    });
    bank.balances.implement<AppDatabase>({
      accountOpened(_, { tx, row }) {
        expectTypeOf(tx).toEqualTypeOf<Transaction<AppDatabase>>();
        return row.remove();
      },
      accountCredited: async () => {},
      accountDebited: async () => {},
      accountClosed: async () => {},
    });
  });

  test("does what it says to the tables that are printed for it", async () => {
    await using db = new Kysely<AppDatabase>({ dialect: sqliteDialect({ filename: ":memory:" }) });
    await createTable(db, bank.balancesTable);
    await createTable(db, daily.dailyStatementsTable);
    await db.schema.createTable("audit").addColumn("entry", "text").execute();
    const { accountOpened, accountCredited, accountDebited, accountClosed } = bank.account.events;
    const { feeCharged } = daily.fee.events;
    const play = (implementation: ProjectionImplementation, entityId: string, ...events: readonly Message[]) =>
      db.transaction().execute(async (tx) => {
        for (const [index, event] of events.entries()) await project(tx, implementation, entityId, index + 1, event);
      });

    const ofBalances = bank.balances.implement(balancesProjection);
    const credited = accountCredited({ accountId: "ann", amountCents: 70n });
    const debited = accountDebited({ accountId: "ann", amountCents: 20n });
    await play(ofBalances, "ann", accountOpened({ accountId: "ann", ownerEmail: "a@b.org" }), credited, debited);
    await play(ofBalances, "bob", accountOpened({ ownerEmail: "b@b.org" }), accountClosed());
    const ofStatements = daily.statements.implement(statementsProjection);
    await play(ofStatements, "f-1", feeCharged({ feeId: "f-1", accountId: "ann", day: 20261124, cents: 3n }));
    await play(ofStatements, "ann", credited, debited);

    expect(await db.selectFrom("balances").selectAll().execute()).toEqual([
      { account_id: "ann", owner_email: "a@b.org", balance_cents: 50 },
    ]);
    const row = { account_id: "ann", day: 20261124, turnover_cents: 90, fee_cents: 3, entries: 3, remark: "" };
    expect(await db.selectFrom("daily_statements").selectAll().execute()).toEqual([row]);
    expect(await db.selectFrom("audit").selectAll().execute()).toEqual([{ entry: "ann 2" }]);
  });
});

// As much of a runner as is needed to see that the data leads it: no offsets, no stores, numbers and texts only.

async function createTable(db: Kysely<AppDatabase>, { name, key, columns, message }: TableData): Promise<void> {
  const { field } = message as typeof bankMessages.BalanceSchema | typeof dailyMessages.StatementSchema;
  const isText = (local: string) =>
    Object.entries(field).some(([name, { scalar }]) => name === local && scalar === ScalarType.STRING);
  const defined = Object.entries(columns).map(([local, column]) =>
    isText(local) ? sql`${sql.id(column)} text not null default ''` : sql`${sql.id(column)} integer not null default 0`,
  );
  const primary = sql.join(key.map((local) => sql.id(columns[local] ?? "")));
  await sql`create table ${sql.id(name)} (${sql.join(defined)}, primary key (${primary}))`.execute(db);
}

async function project(
  tx: Transaction<AppDatabase>,
  { readModel, projection }: ProjectionImplementation,
  entityId: string,
  revision: number,
  event: Message,
): Promise<void> {
  const { table, events = {} } = readModel.table;
  const [method = ""] = Object.entries(events).find(([, [, { typeName }]]) => typeName === event.$typeName) ?? [];
  const rowOf = (key: object | string) =>
    boundRow(tx, table, typeof key === "string" ? { [table.key[0] ?? ""]: key } : key);
  const ofEvent = Object.entries(event).filter(([local, value]) => table.key.includes(local) && value !== "");
  const row = ofEvent.length === table.key.length ? rowOf(Object.fromEntries(ofEvent)) : rowOf(entityId);
  const metadata = { correlationId: "c-1", causationId: "c-1" };
  const context = {
    tx,
    entityId,
    revision,
    position: 1,
    recordedAt: new Date("2026-11-24"),
    metadata,
    table: "daily_statements",
    rowOf,
    row,
  };
  await (projection as Record<string, (event: Message, context: AnyContext) => Promise<void>>)[method]?.(
    event,
    context,
  );
}

type AnyContext = ProjectionContext<unknown, string, unknown>;

function boundRow(tx: Transaction<AppDatabase>, { name, key, columns }: TableData, of: object): RowOf<object> {
  const column = (local: string) => sql.id(columns[local] ?? "");
  const write = async (fields: object, set: (local: string) => unknown) => {
    const all = { ...fields, ...of };
    const names = sql.join(Object.keys(all).map(column));
    const values = sql.join(Object.values(all));
    const sets = sql.join(Object.keys(fields).map((local) => sql`${column(local)} = ${set(local)}`));
    const conflict = sql`on conflict (${sql.join(key.map(column))}) do update set ${sets}`;
    await sql`insert into ${sql.id(name)} (${names}) values (${values}) ${conflict}`.execute(tx);
  };
  return {
    upsert: (fields) => write(fields, (local) => sql`excluded.${column(local)}`),
    increment: (numbers) =>
      write(numbers, (local) => sql`${sql.id(name)}.${column(local)} + excluded.${column(local)}`),
    async remove() {
      const where = Object.entries(of).map(([local, value]) => sql`${column(local)} = ${value}`);
      await sql`delete from ${sql.id(name)} where ${sql.join(where, sql` and `)}`.execute(tx);
    },
  };
}

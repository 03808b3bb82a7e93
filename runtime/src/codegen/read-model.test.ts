import { expect, test } from "vitest";
import { EgoError } from "../error/ego-error.ts";
import { type ReadModelTable, readModel } from "./read-model.ts";
import { seam } from "./seam.ts";

const message = { kind: "message", typeName: "bank.v1.Balance" } as const;
const table: ReadModelTable = {
  seam,
  name: "balances",
  table: { seam, name: "balances", kind: "read-model", message, key: ["id"], columns: { id: "id" } },
  events: {},
};

test("a read model has its table, and gives a projection back with itself", () => {
  const balances = readModel(table);
  const projection = { accountOpened: async () => {} };
  expect(balances.table).toBe(table);
  expect(balances.implement(projection)).toEqual({ readModel: balances, projection, tuning: {} });
  expect(balances.implement(projection, { retries: 2 }).tuning).toEqual({ retries: 2 });
});

test("a table that was printed for another version of the seam is refused", () => {
  const refused = () => readModel({ ...table, seam: seam + 1 });
  expect(refused).toThrow(EgoError);
  expect(refused).toThrow(`"balances" was generated for seam ${seam + 1}, this runtime has seam ${seam}.`);
});

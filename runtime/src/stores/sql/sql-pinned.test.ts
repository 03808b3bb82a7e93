import { expect, test } from "vitest";
import type { SqlConnection } from "./sql-driver.ts";
import { pinnedConnection } from "./sql-pinned.ts";

test("a pinned connection that is closed while it is made is closed as soon as it is there", async () => {
  const made = Promise.withResolvers<SqlConnection>();
  let lost = false;
  const connection: SqlConnection = {
    get lost() {
      return lost;
    },
    async close() {
      lost = true;
    },
  };
  const pinned = pinnedConnection(
    () => made.promise,
    () => undefined,
  );
  const connecting = pinned.connected();
  const closing = pinned.close();
  made.resolve(connection);
  await closing;

  expect(lost).toBe(true);
  expect(pinned.lost).toBe(true);
  // Who waited for it finds out when it is used.
  expect(await connecting).toBe(connection);
});

test("a pinned connection is closed also if it could not be made", async () => {
  const made = Promise.withResolvers<SqlConnection>();
  const pinned = pinnedConnection(
    () => made.promise,
    () => undefined,
  );
  const connecting = expect(pinned.connected()).rejects.toThrow("refused");
  const closing = pinned.close();
  made.reject(new Error("refused"));

  await connecting;
  await closing;
});

import { describeStore, type StoreSubject, storeContract } from "@ego/runtime/testing";
import { expect, test } from "vitest";
import { healthy } from "./sabotage.ts";
import { saboteurs } from "./saboteurs.ts";

/** What a subject does otherwise than a case says; undefined if it keeps the promise. */
async function broken(subject: StoreSubject, name: string): Promise<unknown> {
  const found = storeContract.find((entry) => entry.name === name);
  if (!found) throw new Error(`There is no case "${name}"`);
  return found.run(subject).then(
    () => undefined,
    (failure: unknown) => failure,
  );
}

test.each([1, 64, 500])("a healthy store of %d shards keeps every promise", async (shardCount) => {
  for (const { name } of storeContract) expect(await broken(healthy(shardCount), name), name).toBeUndefined();
});

test.each(Object.entries(saboteurs))("a store that %s is caught", async (_, { subject, caughtBy }) => {
  expect(await broken(subject, caughtBy)).toMatchObject({ name: expect.stringMatching(/^(AssertionError|EgoError)$/) });
});

test("a case that fails says what was expected, and what came", async () => {
  const { subject, caughtBy } = saboteurs["cuts off what is longer than 64 KiB"] ?? {
    subject: healthy(),
    caughtBy: "",
  };
  const failure = await broken(subject, caughtBy);
  expect(failure).toMatchObject({
    name: "AssertionError",
    message: expect.stringMatching(/^load: expected "65537 bytes 0+1f3e.*", got "65536 bytes 0+1f3e/),
    expected: expect.stringMatching(/^65537 bytes/),
    actual: expect.stringMatching(/^65536 bytes/),
  });
});

test("names of cases are unique", () => {
  expect(new Set(storeContract.map(({ name }) => name)).size).toBe(storeContract.length);
});

test("a store without a part skips the cases that need it, by name, and runs the others", () => {
  const ran: string[] = [];
  const skipped: string[] = [];
  const runner = {
    describe: (_: string, suite: () => void) => suite(),
    test: Object.assign((name: string) => ran.push(name), { skip: (name: string) => skipped.push(name) }),
    afterAll: () => undefined,
  };
  describeStore({ ...healthy(), lacks: ["states", "sharing"] }, runner);

  expect(ran.length + skipped.length).toBe(storeContract.length);
  expect(ran).toEqual(
    storeContract
      .filter(({ needs }) => !needs.includes("states") && !needs.includes("sharing"))
      .map(({ name }) => name),
  );
  expect(skipped).toContain("writers of different entities all win [lacks sharing]");
  expect(skipped).toContain("a journal opened again has its states (contract_note) [lacks states]");
});

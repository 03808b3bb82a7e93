import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** What an example prints to standard output; a failure if it does not exit with 0. */
async function run(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@ego/source", join(root, file)]);
  return stdout;
}

test("the bank tells its story in two processes", async () => {
  const lines = (await run("examples/bank/src/story.ts")).split("\n").map((line) => line.trim().replace(/ +/g, " "));
  const processes = lines.flatMap((line) => line.match(/\(process (\d+)\)/)?.[1] ?? []);

  expect(new Set(processes).size).toBe(2);
  expect(lines).toContain("stream ann #3 accountCredited amountCents 25000");
  expect(lines).toContain("debitAccount ann refused: insufficientFunds, 250.00 missing");
  expect(lines.join("\n")).toMatch(/creditAccount bob 100 at once: balance 100.00, revision 101, in [1-9] transaction/);
  expect(lines.join("\n")).toContain("recovered ann balance 750.00, revision 3");
  const journal = lines.flatMap(
    (line) =>
      line
        .match(/^\d .*Z (\w+) .*?\d+:(\d+)$/)
        ?.slice(1, 3)
        .join(" ") ?? [],
  );
  expect(journal).toEqual([
    "accountOpened 1",
    "accountCredited 2",
    "accountCredited 3",
    "accountDebited 4",
    "accountDebited 5",
    "accountClosed 6",
  ]);
});

test("the inventory is read from its table with plain Kysely", async () => {
  const printed = await run("examples/inventory/src/main.ts");

  expect(printed).toContain("pen: 6 left, revision 3\n");
  expect(printed).toContain("pen: described as before, still revision 3\n");
  expect(printed).toContain("ink: refused, only 2 on hand\n");
  expect(printed).toMatch(/'ink'.*'Ink'.*2.*890.*2/);
  expect(printed).not.toContain("map");
});

test("the bank's account goes on in a store of one's own, opened again", async () => {
  expect((await run("examples/custom-store/src/main.ts")).split("\n")).toEqual([
    "stored: balance 750",
    "opened again: balance 650, revision 4",
    "transactions in the file: 3",
    "",
  ]);
});

test("the quickstart takes at most 25 lines of the user's code", () => {
  const lines = ["account.ts", "main.ts"].flatMap((file) =>
    readFileSync(join(root, "examples/quickstart/src", file), "utf8")
      .trimEnd()
      .split("\n"),
  );

  expect(lines.length).toBeLessThanOrEqual(25);
});

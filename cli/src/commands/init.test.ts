import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { main } from "../main.ts";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";

// What init makes is tried end to end in test/scaffold. Here: what it refuses, before it makes anything.
async function init(cwd: string, ...args: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(cwd);
  const exitCode = await main(["init", ...args], host);
  return { exitCode, printed: host.printed.join("\n") };
}

test("a folder that is not empty is refused", async () => {
  const cwd = temporaryFolder({ "my-bank/notes.txt": "" });
  expect(await init(cwd, "my-bank")).toEqual({
    exitCode: 1,
    printed: `${cwd}/my-bank is not empty:\n  notes.txt\nTake a new folder.`,
  });
});

test("a file in the way is refused", async () => {
  const cwd = temporaryFolder({ "my-bank": "" });
  expect(await init(cwd, "my-bank")).toEqual({
    exitCode: 1,
    printed: `${cwd}/my-bank is in the way: it is not a folder.`,
  });
});

test("a name that npm would not take is refused, and no folder is left", async () => {
  const cwd = temporaryFolder();
  expect(await init(cwd, "My Bank")).toEqual({
    exitCode: 1,
    printed: `The folder's name "My Bank" cannot be the name of an npm package: it has capital letters.
Take another folder, or name the package: \`--name my-bank\`.`,
  });
  expect(readdirSync(cwd)).toEqual([]);
});

test("no folder is not the current folder", async () => {
  expect(await init(temporaryFolder(), "")).toEqual({ exitCode: 1, printed: "The folder has to have a name." });
});

test("a place that cannot be written is the environment's fault", async () => {
  const cwd = temporaryFolder();
  expect(await init(cwd, "x".repeat(300), "--name", "x")).toEqual({
    exitCode: 2,
    printed: `${cwd}/${"x".repeat(300)} cannot be made: the name is too long.`,
  });
});

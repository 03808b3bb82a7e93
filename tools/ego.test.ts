import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** `npm …` in the root of the repository. */
function npm(...args: string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
  return new Promise((done) =>
    execFile("npm", ["--silent", ...args], { cwd: root }, (error, stdout, stderr) =>
      done({ exitCode: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}

test.each([["--install"], ["--name shop"], ["--install --name shop"]])(
  "%s, which npm took for itself, is missed",
  async (taken) => {
    const base = mkdtempSync(join(tmpdir(), "ego-swallowed-"));
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
    const folder = join(base, "x");
    expect(await npm("run", "ego", "init", folder, ...taken.split(" "))).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `npm took ${taken} for itself; write it behind --: npm run ego -- init ${folder} ${taken}\n`,
    });
    expect(existsSync(folder)).toBe(false);
  },
);

test("an option behind -- arrives", async () => {
  expect(await npm("run", "ego", "--", "init", "--install", "--help")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Usage: ego init /),
  });
});

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { install } from "./install.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ego-install-"));
  vi.stubEnv("PATH", [folder, process.env.PATH].join(delimiter));
  vi.spyOn(console, "warn").mockReturnValue();
  lock("1.0.0");
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function lock(version: string): void {
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: { "node_modules/a": { version } } }));
}

/** An npm that does what the lines of shell say. */
function npm(lines: string): void {
  writeFileSync(join(folder, "npm"), `#!/bin/sh\necho "$@" >> calls\n${lines}\n`);
  chmodSync(join(folder, "npm"), 0o755);
}

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length;

test("it is done once for all who ask, and again when the lockfile changes", async () => {
  npm("rm -rf node_modules; mkdir -p node_modules/a");

  const paths = await Promise.all([install("a", folder), install("a", folder)]);

  expect(paths).toEqual([join(folder, "node_modules/a"), join(folder, "node_modules/a")]);
  expect(existsSync(join(folder, "node_modules/a"))).toBe(true);
  expect(await install("a", folder)).toBe(paths[0]);
  expect(calls()).toBe(1);

  lock("1.0.1");
  await install("a", folder);
  expect(calls()).toBe(2);
});

test("what npm could not fetch is an error that says why, and is tried again", async () => {
  npm("mkdir -p node_modules; echo npm http fetch GET a attempt 3 failed with ENOTFOUND >&2");
  await expect(install("a", folder)).rejects.toThrow("npm brought no a (failed with ENOTFOUND)");

  npm("mkdir -p node_modules/a");
  await install("a", folder);

  expect(calls()).toBe(2);
});

test("npm that fails is an error with what it said", async () => {
  npm("echo out of disk >&2; exit 1");
  await expect(install("a", folder)).rejects.toThrow("out of disk");
});

test("nothing is installed for a machine that there is no package for", async () => {
  npm("exit 1");
  await expect(install("b", folder)).rejects.toThrow("there is no b");
  expect(existsSync(join(folder, "calls"))).toBe(false);
});

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeHost } from "../testdata/fake-host.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { runChild } from "./child.ts";

test("what takes longer than a second prints its progress line, once, while it runs", async () => {
  const cwd = temporaryFolder();
  const released = join(cwd, "released");
  const host = fakeHost(cwd);
  // The program ends when its progress has been printed: without that it would run until the test's time is up.
  const err = (line: string) => {
    host.err(line);
    writeFileSync(released, "");
  };
  const program = `
    const { existsSync, watch } = require("node:fs");
    const done = () => existsSync("released") && process.exit(0);
    watch(".", done);
    done();`;

  const ran = await runChild({ ...host, err }, process.execPath, ["-e", program], {
    cwd,
    env: process.env,
    progress: "Generating …",
  });

  expect(ran.exitCode).toBe(0);
  expect(existsSync(released)).toBe(true);
  expect(host.printed).toEqual(["Generating …"]);
});

test("what is quicker prints nothing", async () => {
  const cwd = temporaryFolder();
  const host = fakeHost(cwd);

  const ran = await runChild(host, process.execPath, ["-e", "console.log('done')"], {
    cwd,
    env: process.env,
    progress: "Generating …",
  });

  expect(ran).toEqual({ exitCode: 0, stdout: "done\n", stderr: "" });
  expect(host.printed).toEqual([]);
});

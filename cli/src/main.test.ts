import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "./main.ts";
import { fakeHost } from "./testdata/fake-host.ts";

async function ego(...argv: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost("/");
  const exitCode = await main(argv, host);
  return { exitCode, printed: host.printed.join("\n") };
}

test("--version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  expect(await ego("--version")).toEqual({ exitCode: 0, printed: version });
});

test("--help lists the verbs and the exit codes", async () => {
  const { exitCode, printed } = await ego("--help");
  expect(exitCode).toBe(0);
  expect(printed).toMatch(/^Usage: ego /);
  for (const text of ["init", "generate", "0  done", "1  what you typed", "2  the machine"]) {
    expect(printed).toContain(text);
  }
});

test.each(["init", "generate"])("%s --help has the exit codes too", async (verb) => {
  const { exitCode, printed } = await ego(verb, "--help");
  expect(exitCode).toBe(0);
  expect(printed).toMatch(new RegExp(`^Usage: ego ${verb} `));
  expect(printed).toContain("Exit codes:");
});

test("ego alone shows the help, and is a mistake to a script", async () => {
  const { exitCode, printed } = await ego();
  expect(exitCode).toBe(1);
  expect(printed).toMatch(/^Usage: ego /);
});

test("an unknown verb is answered with the nearest one", async () => {
  expect(await ego("genrate")).toEqual({
    exitCode: 1,
    printed: "error: unknown command 'genrate'\n(Did you mean generate?)",
  });
});

test.each(["gen", "generat", "init-project"])(
  "the verb %s is answered with what was probably meant, if anything",
  async (verb) => {
    const meant = verb === "init-project" ? "\nRun `ego --help` to see all verbs." : "\n(Did you mean generate?)";
    expect(await ego(verb)).toEqual({ exitCode: 1, printed: `error: unknown command '${verb}'${meant}` });
  },
);

test("a ref without its option is answered with the option", async () => {
  expect(await ego("check", "main")).toEqual({
    exitCode: 2,
    printed:
      "error: too many arguments for 'check'. Expected 0 arguments but got 1: main.\n(Did you mean --against main?)",
  });
});

test("an unknown option is answered with the nearest one", async () => {
  expect(await ego("init", "x", "--instal")).toEqual({
    exitCode: 1,
    printed: "error: unknown option '--instal'\n(Did you mean --install?)",
  });
});

test("a missing argument is named, with an example", async () => {
  expect(await ego("init")).toEqual({
    exitCode: 1,
    printed: "error: missing required argument 'folder'\nFor example: npm run ego -- init ../my-bank",
  });
});

test.each([
  [["projections", "pause"], "name", "ego projections pause [options] <name>"],
  [["projections", "dead-letters", "retry"], "name", "ego projections dead-letters retry [options] <name>"],
  [["events", "show", "account"], "id", "ego events show [options] <entity> <id>"],
])("a missing argument of %j is named, with what there has to be", async (argv, missing, usage) => {
  expect((await ego(...argv)).printed).toBe(`error: missing required argument '${missing}'\nUsage: ${usage}`);
});

test("what was typed cannot speak to the terminal", async () => {
  expect((await ego("\u001b[2J")).printed).toContain("'\\x1b[2J'");
});

test("a Node that is too old is told, before anything is loaded", async () => {
  const bin = join(import.meta.dirname, "../bin/ego.js");
  const old = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });`;
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((done) =>
    execFile(process.execPath, ["--import", `data:text/javascript,${old}`, bin, "--help"], (error, _, stderr) =>
      done({ code: error?.code, stderr }),
    ),
  );
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      "ego needs Node >= 22.18, this is 20.20.2. A project made by ego brings its own: run `npm run generate` there, or `npm run ego -- …` for the rest. Elsewhere, update Node.\n",
  });
});

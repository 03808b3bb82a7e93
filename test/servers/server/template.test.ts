import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyTemplate, type Template } from "./template.ts";

let folder: string;
let templates: string;
let made: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ego-template-"));
  templates = join(folder, "templates");
  made = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A template of a folder with one file, which has the key in it. */
function templateOf(...key: readonly string[]): Template {
  return {
    key,
    async make() {
      const making = mkdtempSync(join(folder, "making-"));
      made.push(making);
      mkdirSync(join(making, "data"), { mode: 0o700 });
      writeFileSync(join(making, "data/file"), key.join());
      return {
        folder: join(making, "data"),
        [Symbol.asyncDispose]: async () => rmSync(making, { recursive: true }),
      };
    },
  };
}

const copyTo = (template: Template, name: string) => copyTemplate(template, join(folder, name), templates);
const contentOf = (name: string) => readFileSync(join(folder, name, "file"), "utf8");

test("what was made once is copied for all others, with the modes of its files", async () => {
  await copyTo(templateOf("a"), "one");
  writeFileSync(join(folder, "one/file"), "changed");
  await copyTo(templateOf("a"), "two");

  expect(contentOf("two")).toBe("a");
  expect(statSync(join(folder, "two")).mode & 0o777).toBe(0o700);
  expect(made).toHaveLength(1);
});

test("something else to be made is a template of its own", async () => {
  await copyTo(templateOf("server", "18"), "one");
  await copyTo(templateOf("server", "19"), "two");

  expect([contentOf("one"), contentOf("two")]).toEqual(["server,18", "server,19"]);
});

test("all who ask at once get a whole one, and only one stays", async () => {
  const names = Array.from({ length: 8 }, (_, n) => `copy-${n}`);

  await Promise.all(names.map((name) => copyTo(templateOf("a"), name)));

  expect(names.map(contentOf)).toEqual(names.map(() => "a"));
  expect(readdirSync(templates)).toHaveLength(1);
  expect(readdirSync(folder).toSorted()).toEqual([...names, "templates"]);
});

test("what could not be made leaves nothing, and is tried again", async () => {
  const broken: Template = { key: ["a"], make: async () => Promise.reject(new Error("initdb failed")) };
  await expect(copyTo(broken, "one")).rejects.toThrow("initdb failed");

  const vanished: Template = {
    key: ["a"],
    make: async () => ({ folder: join(folder, "nowhere"), [Symbol.asyncDispose]: async () => undefined }),
  };
  await expect(copyTo(vanished, "one")).rejects.toThrow("nowhere");
  expect(readdirSync(templates)).toEqual([]);

  await copyTo(templateOf("a"), "one");
  expect(contentOf("one")).toBe("a");
});

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** What is loaded along with a module, of the things that only one entry point may load. */
function loadedWith(path: string): string[] {
  const code = `
    import { registerHooks } from "node:module";
    const seen = new Set();
    registerHooks({ resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (/^kysely($|\\/)/.test(specifier)) seen.add("kysely");
      if (found.url === "node:sqlite") seen.add("node:sqlite");
      if (["pg", "mysql2", "pino"].includes(specifier)) seen.add(specifier);
      if (specifier.startsWith("@opentelemetry/")) seen.add(specifier);
      return found;
    } });
    await import(${JSON.stringify(new URL(path, import.meta.url).href)});
    console.log(JSON.stringify([...seen].sort()));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  return JSON.parse(output);
}

test("@ego/runtime loads neither kysely, nor a driver, nor OpenTelemetry, nor pino", () => {
  expect(loadedWith("../index.ts")).toEqual([]);
});

test("@ego/runtime/sqlite loads kysely, and node:sqlite only when a database is opened", () => {
  expect(loadedWith("./sql/sqlite.ts")).toEqual(["kysely"]);
});

test("@ego/runtime/postgres loads kysely, and pg only when a database is opened", () => {
  expect(loadedWith("./sql/postgres.ts")).toEqual(["kysely"]);
});

test("@ego/runtime/mysql loads kysely, and mysql2 only when a database is opened", () => {
  expect(loadedWith("./sql/mysql.ts")).toEqual(["kysely"]);
});

test("@ego/runtime/kysely loads kysely, and no driver", () => {
  expect(loadedWith("../tables/kysely.ts")).toEqual(["kysely"]);
});

test("@ego/runtime/otel loads the API of OpenTelemetry, and none of its SDK", () => {
  expect(loadedWith("../telemetry/otel.ts")).toEqual(["@opentelemetry/api"]);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { onFreePort } from "./free-port.ts";
import { mariadbServer } from "./mariadb-server.ts";
import { postgresServer } from "./postgres-server.ts";
import { startServer } from "./server-process.ts";

interface Traces {
  readonly folder: string;
  readonly pid: number;
}

const kinds = [
  {
    name: "postgres",
    variable: "EGO_TEST_POSTGRES_URL",
    kind: postgresServer,
    gentle: "SIGINT" as const,
    async query(url: string, statement: string): Promise<void> {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(statement);
      await client.end();
    },
    async traces(url: string): Promise<Traces> {
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query("select current_setting('data_directory') as data");
      await client.end();
      const data: string = rows[0].data;
      return { folder: dirname(data), pid: Number.parseInt(readFileSync(join(data, "postmaster.pid"), "utf8"), 10) };
    },
  },
  {
    name: "mariadb",
    variable: "EGO_TEST_MYSQL_URL",
    kind: mariadbServer,
    gentle: "SIGTERM" as const,
    async query(url: string, statement: string): Promise<void> {
      const connection = await createConnection(url);
      await connection.query(statement);
      await connection.end();
    },
    async traces(url: string): Promise<Traces> {
      const connection = await createConnection(url);
      const [rows] = await connection.query("select @@pid_file as file");
      await connection.end();
      const [{ file }] = rows as [{ file: string }];
      return { folder: dirname(file), pid: Number(readFileSync(file, "utf8")) };
    },
  },
];

for (const { name, variable, kind, gentle, query, traces } of kinds) {
  const reason = process.env[variable] ? `${variable} is set` : await kind.missing();

  const title = reason === undefined ? name : `${name} [${reason}]`;
  describe.skipIf(reason !== undefined)(title, { timeout: 60_000 }, () => {
    test("leaves neither a process nor a folder when it is stopped", async () => {
      const server = await onFreePort(kind.start);
      const { folder, pid } = await traces(server.url);
      expect([runs(pid), existsSync(folder)]).toEqual([true, true]);

      await server.stop();

      expect([runs(pid), existsSync(folder)]).toEqual([false, false]);
    });

    test.each(["SIGKILL", gentle] as const)(
      "is taken down by %s, and is there again with what it stored",
      async (signal) => {
        const server = await onFreePort(kind.start);
        await query(server.url, "create table kept (n int)");
        const before = await traces(server.url);

        await server.down(signal);
        expect(runs(before.pid)).toBe(false);
        await expect(query(server.url, "select n from kept")).rejects.toThrow("ECONNREFUSED");
        await server.up();

        await query(server.url, "insert into kept values (1)");
        const { folder, pid } = await traces(server.url);
        expect(folder).toBe(before.folder);
        await server.stop();
        expect([runs(pid), existsSync(folder)]).toEqual([false, false]);
      },
    );

    test("ends with the process that started it, even if that is killed", async () => {
      const program = `
        import { onFreePort } from ${JSON.stringify(join(import.meta.dirname, "free-port.ts"))};
        import * as kinds from ${JSON.stringify(join(import.meta.dirname, `${name}-server.ts`))};
        const server = await onFreePort(kinds.${name}Server.start);
        console.log(server.url);`;
      const starter = spawn(process.execPath, ["--input-type=module", "--eval", program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [url] = await once(createInterface({ input: starter.stdout }), "line");
      const { folder, pid } = await traces(url);
      expect([runs(pid), existsSync(folder)]).toEqual([true, true]);

      starter.kill("SIGKILL");

      await expect.poll(() => [runs(pid), existsSync(folder)], { timeout: 10_000 }).toEqual([false, false]);
    });

    test("says so when its port is taken", async () => {
      const other = createServer().listen(0, "127.0.0.1");
      await once(other, "listening");
      const { port } = other.address() as { port: number };

      await expect(kind.start(port)).rejects.toThrow("Address already in use");

      other.close();
    });
  });
}

test("what a server printed that did not start is shown, and its folder is removed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ego-broken-"));
  const steps = [
    ["sh", "-c", "echo prepared"],
    ["sh", "-c", "echo cannot start >&2; exit 1"],
    ["sh", "-c", "echo ready"],
  ];

  const started = startServer({ folder, steps, stopSignal: "SIGKILL" }, "ready");

  await expect(started).rejects.toThrow(/prepared\ncannot start$/);
  expect(existsSync(folder)).toBe(false);
});

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

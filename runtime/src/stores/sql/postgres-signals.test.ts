import { Pool } from "pg";
import { expect, test } from "vitest";
import { postgres } from "../../../../test/servers/postgres.ts";
import { systemTiming } from "../../clock/clock.ts";
import { postgresSignals } from "./postgres-signals.ts";

const { skipped } = postgres;

test.skipIf(skipped !== undefined)(
  `a connection is given back once, also when it is closed while a signal is on its way${skipped ? ` [${skipped}]` : ""}`,
  async () => {
    await using database = await postgres.open();
    const pool = new Pool({ connectionString: database.url });
    const sending = Promise.withResolvers<void>();
    const failed = Promise.withResolvers<void>();
    let released = 0;
    const signals = postgresSignals(
      {
        async connect() {
          const client = await pool.connect();
          const { query, release } = client;
          return Object.assign(client, {
            query: (...parameters: unknown[]) => {
              const answer: Promise<unknown> = Reflect.apply(query, client, parameters);
              if (String(parameters[0]).includes("pg_notify")) {
                answer.catch(() => failed.resolve());
                sending.resolve();
              }
              return answer;
            },
            release(destroy?: boolean) {
              released++;
              release.call(client, destroy);
            },
          });
        },
        end: () => pool.end(),
      },
      "journal",
      "self",
      systemTiming,
    );
    signals.send();
    await sending.promise;
    await signals.close();
    await failed.promise;
    await new Promise(setImmediate);

    expect(released).toBe(1);
    await pool.end();
  },
);

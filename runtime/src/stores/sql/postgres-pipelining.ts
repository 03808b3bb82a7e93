import { DefaultConnectionProvider, Kysely, PostgresAdapter, type PostgresDialect } from "kysely";
import { type PipeliningAdapter, PipeliningExecutor } from "./pipelining-executor.ts";
import type { JournalDatabase } from "./schema.ts";

class PipeliningPostgresAdapter extends PostgresAdapter implements PipeliningAdapter {
  readonly pipelines = true;
}

/** A Kysely on a dialect whose clients take many statements at once: its transactions wait for none before the next. */
export function pipeliningPostgres(dialect: PostgresDialect): Kysely<JournalDatabase> {
  const driver = dialect.createDriver();
  // Kysely does that with a driver that it makes by itself. There is nothing to wait for: the pool is there.
  void driver.init();
  const adapter = new PipeliningPostgresAdapter();
  const compiler = dialect.createQueryCompiler();
  const executor = new PipeliningExecutor(compiler, adapter, new DefaultConnectionProvider(driver));
  return new Kysely<JournalDatabase>({ config: { dialect }, dialect, driver, executor });
}

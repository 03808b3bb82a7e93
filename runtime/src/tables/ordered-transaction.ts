import { type ConnectionProvider, type Dialect, DummyDriver, Transaction } from "kysely";

/**
 * The same transaction, whose queries run in the order in which they are called, whether or not the one before was awaited.
 *
 * Kysely lets queries of a transaction wait for each other, and wakes all that wait when one is done; a query that is
 * called just then goes before them.
 */
export function orderedTransaction<DB>(transaction: Transaction<DB>): Transaction<DB> {
  const executor = transaction.getExecutor();
  let last: Promise<unknown> = Promise.resolve();
  return transactionThrough(transaction, {
    provideConnection(consumer, options) {
      const turn = last.then(() => executor.provideConnection(consumer, options));
      last = turn.catch(() => undefined);
      return turn;
    },
  });
}

/** The same transaction, whose queries get its connection from somebody in between. */
export function transactionThrough<DB>(transaction: Transaction<DB>, provider: ConnectionProvider): Transaction<DB> {
  const executor = transaction.getExecutor();
  // All that a transaction does with these is to look at the schema: it has its connection.
  const driver = new DummyDriver();
  const dialect: Dialect = {
    createAdapter: () => executor.adapter,
    createDriver: () => driver,
    createIntrospector: () => transaction.introspection,
    createQueryCompiler: () => ({ compileQuery: (node, queryId) => executor.compileQuery(node, queryId) }),
  };
  return new Transaction<DB>({
    config: { dialect },
    dialect,
    driver,
    executor: executor.withConnectionProvider(provider),
  });
}

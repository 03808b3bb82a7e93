import {
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type DialectAdapter,
  type KyselyPlugin,
  type QueryCompiler,
  SingleConnectionProvider,
} from "kysely";
import { EgoError } from "../../error/ego-error.ts";

/** An adapter of Kysely whose transactions send their statements at once; it is shared with them. */
export interface PipeliningAdapter {
  readonly pipelines: true;
}

/** Sends the statements of a transaction at once: Kysely's own executor waits for the answer to one before the next. */
export class PipeliningExecutor extends DefaultQueryExecutor {
  readonly #compiler: QueryCompiler;
  readonly #provider: ConnectionProvider;

  constructor(
    compiler: QueryCompiler,
    adapter: DialectAdapter,
    provider: ConnectionProvider,
    plugins: readonly KyselyPlugin[] = [],
  ) {
    super(compiler, adapter, provider, [...plugins]);
    this.#compiler = compiler;
    this.#provider = provider;
  }

  override withConnectionProvider(provider: ConnectionProvider): PipeliningExecutor {
    return this.#with(provider instanceof SingleConnectionProvider ? pipelined(provider) : provider, this.plugins);
  }

  override withPlugins(plugins: readonly KyselyPlugin[]): PipeliningExecutor {
    return this.#with(this.#provider, [...this.plugins, ...plugins]);
  }

  override withPlugin(plugin: KyselyPlugin): PipeliningExecutor {
    return this.withPlugins([plugin]);
  }

  override withPluginAtFront(plugin: KyselyPlugin): PipeliningExecutor {
    return this.#with(this.#provider, [plugin, ...this.plugins]);
  }

  override withoutPlugins(): PipeliningExecutor {
    return this.#with(this.#provider, []);
  }

  #with(provider: ConnectionProvider, plugins: readonly KyselyPlugin[]): PipeliningExecutor {
    return new PipeliningExecutor(this.#compiler, this.adapter, provider, plugins);
  }
}

/** Gives the one connection of a transaction to everybody who asks, in their order. */
function pipelined(provider: SingleConnectionProvider): ConnectionProvider {
  let connection: DatabaseConnection | undefined;
  const coming = provider.provideConnection(async (given) => {
    connection = given;
  });
  return {
    async provideConnection(consumer) {
      if (connection === undefined) await coming;
      if (connection === undefined) throw new EgoError("internal", "Kysely gave no connection.");
      return consumer(connection);
    },
  };
}

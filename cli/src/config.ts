/** What `ego.config.ts` says of a project. */
export interface EgoConfig {
  /**
   * Loads the module that exports what `Engine.start` takes. Only verbs that need the project's code call it. The module
   * must not start an engine: the program that imports it does.
   */
  readonly app: () => Promise<EgoApp>;
}

/** What an application exports for tools: the options of its engine. */
export interface EgoApp {
  /** The store, not opened. */
  readonly store: object;
  /** The entities, each with its behavior. */
  readonly entities: readonly object[];
}

/**
 * Types the configuration of a project, in its file `ego.config.ts`:
 *
 * ```ts
 * export default defineConfig({ app: () => import("./src/app.ts") });
 * ```
 */
export function defineConfig(config: EgoConfig): EgoConfig {
  return config;
}

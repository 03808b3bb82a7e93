/**
 * What `ego.config.ts` says of a project, as its default export:
 *
 * ```ts
 * const config: EgoConfig = { app: () => import("./src/app.ts") };
 * export default config;
 * ```
 */
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
  /** The projections, each with its handler. */
  readonly projections?: readonly object[];
}

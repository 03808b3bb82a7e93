// For tests of behaviors. Works with every test runner.

export type { Result, Then } from "./assertions.ts";
export { given, type When } from "./given.ts";
export type { ScenarioOptions } from "./scenario.ts";
export { ScenarioError } from "./scenario-error.ts";

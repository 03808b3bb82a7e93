// For tests of behaviors. Works with every test runner.
export { given, type Result, type ScenarioOptions, type Then, type When } from "./given.ts";
export { ScenarioError } from "./scenario-error.ts";

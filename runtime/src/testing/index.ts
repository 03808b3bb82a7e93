// For tests of behaviors. Works with every test runner.

export type { Result, Then } from "./assertions.ts";
// For authors of stores.
export type { ContractCase, ContractPart } from "./contract/contract-case.ts";
export { ContractError } from "./contract/contract-error.ts";
export { type ContractRunner, describeStore } from "./contract/describe-store.ts";
export { storeContract } from "./contract/store-contract.ts";
export type { Ability, StoreSubject, SubjectJournal } from "./contract/store-subject.ts";
export { given, type When } from "./given.ts";
export type { ScenarioOptions } from "./scenario.ts";
export { ScenarioError } from "./scenario-error.ts";

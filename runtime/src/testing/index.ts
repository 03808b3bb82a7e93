// For tests of behaviors. Works with every test runner.

export type { Result, Then } from "./assertions.ts";
// For authors of stores.
export type { ContractCase, ContractPart } from "./contract/contract-case.ts";
export { ContractError } from "./contract/contract-error.ts";
export { type ContractRunner, describeStore } from "./contract/describe-store.ts";
export { storeContract } from "./contract/store-contract.ts";
export type { Ability, StoreSubject, SubjectJournal } from "./contract/store-subject.ts";
export { type FakeClock, type FakeClockOptions, fakeClock } from "./fake-clock.ts";
export { type FakeIds, fakeIds } from "./fake-ids.ts";
export type { CallSelector, Calls, Fault, FaultScript, HangingFault, NamesOf } from "./fault-script.ts";
export { type FaultyStore, type FaultyStoreOptions, faultyStore } from "./faulty-store.ts";
export { given, type When } from "./given.ts";
export { type ClientCall, type MockClient, mockClient, type ReplyFacts, type ScriptedCommand } from "./mock-client.ts";
export { type MockPort, mockPort, type PortCall } from "./mock-port.ts";
export { type LogEntry, type RecordingLogger, recordingLogger } from "./recording-logger.ts";
export type { ScenarioOptions } from "./scenario.ts";
export { ScenarioError } from "./scenario-error.ts";
export type { StoreArgs, StoreCall, StoreCallName, StoreResult } from "./store-call.ts";
export { type TestEngine, type TestEngineOptions, testEngine } from "./test-engine.ts";

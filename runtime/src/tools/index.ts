// The entry point `@ego/runtime/tools`: what the command line needs to look at a journal, and to operate its projections,
// without an engine. Only `ProjectionControl` writes.
export { type DeclaredProjection, declaredProjection, runnableProjection } from "./app-projection.ts";
export type { AuditReport, UnknownType, Violation, ViolationKind } from "./audit-finding.ts";
export { type AuditOptions, type AuditProgress, type AuditStep, auditJournal } from "./audit-journal.ts";
export { type FollowOptions, followJournal } from "./follow-journal.ts";
export { ProjectionControl, type SeenProjections, type SeenVersion } from "./projection-control.ts";
export { eventViewer, type ShownEvent, type ShownPayload } from "./shown-event.ts";
export { entityState, type ShownState, type ShownVersion, type StateSource, stateVersions } from "./shown-state.ts";
export { storedHistory, type Until } from "./stored-history.ts";

export type { Admission, AdmissionFacts, Refusal, RejectedCandidate, Verdict } from './admission.ts';
export { AGENT_ANSWER_SCHEMA, type AgentAnswer, type ProposedCandidate, parseAgentAnswer } from './agent-answer.ts';
export type { AgentEvent, AgentFailure, AgentOutcome, Usage } from './agent-event.ts';
export {
  type Abortable,
  AGENT_ROLES,
  type AgentLimits,
  type AgentOrigin,
  type AgentProvider,
  type AgentRequest,
  type AgentRole,
  type JsonSchema,
  type ProviderHealth,
} from './agent-provider.ts';
export { cycleThrough } from './dependency-cycle.ts';
export type { DiscoveryPass, KnownWork, PassRequest, PassResult } from './discovery-pass.ts';
export { BacklogError, type ErrorDetails, isBacklogError } from './error.ts';
export { ERROR_CODES, type ErrorCode } from './error-codes.ts';
export type { Escape, EscapeWatch } from './escape-watch.ts';
export type {
  AttemptResult,
  BacklogEvent,
  JournalEntry,
  LookFailure,
  PassOutcome,
  PlanOutcome,
  PlanWriting,
} from './event.ts';
export {
  type AttemptRecord,
  EMPTY_HISTORY,
  foldHistory,
  type History,
  NO_TASK_HISTORY,
  type ProviderHistory,
  type RunRecord,
  sumUsage,
  type TaskHistory,
} from './history.ts';
export {
  type AttemptId,
  attemptIdOf,
  type CommitId,
  type EpochMs,
  type Fence,
  type HolderId,
  type InquiryId,
  newTaskId,
  parseTaskId,
  type Revision,
  type RunId,
  type SessionId,
  type TaskId,
  type TreeId,
} from './ids.ts';
export type { Inquiry, Question } from './inquiry.ts';
export {
  type AdmissionRecord,
  acceptanceRate,
  type InquiryHistory,
  type OpenInquiry,
  originOf,
  type ParentHistory,
  type PassHistory,
  type PlannerHistory,
} from './inquiry-history.ts';
export type { Journal, JournalCursor, JournalPage } from './journal.ts';
export { type KeepLeaseOptions, type KeptLease, keepLease } from './keep-lease.ts';
export type {
  CommitMessage,
  LandedCommit,
  LandedPlan,
  Landing,
  LandRequest,
  LandResult,
  MergeResult,
} from './landing.ts';
export type { Lease, LeaseManager, LeaseRequest } from './lease-manager.ts';
export type { Plan, PlannedChild, Planner, PlanParent, PlanProposal, PlanResult } from './planner.ts';
export { MARK_VARIABLE, markFor } from './process-mark.ts';
export { type Redact, redactor } from './redact.ts';
export { isWithin, parseRepoPath, pathsOverlap, type RepoPath } from './repo-path.ts';
export type { Reporter, ReportInput } from './reporter.ts';
export { type ResourceKey, resource, resourcesConflict, resourcesOf } from './resource.ts';
export { retryAtIn } from './retry-at.ts';
export {
  awaitedBy,
  type BlockReason,
  needsPerson,
  type Situation,
  type Standing,
  standingJudge,
  standingOf,
  standingsOf,
  taskOfLease,
} from './standing.ts';
export { storageHint } from './storage-hint.ts';
export { type Cancel, pause, type System, system } from './system.ts';
export {
  type Candidate,
  compareTasks,
  EXECUTION_DOMAINS,
  type ExecutionDomain,
  PRIORITIES,
  type Priority,
  questionOf,
  SOURCE_TYPES,
  TASK_KINDS,
  TASK_STATES,
  type Task,
  type TaskKind,
  type TaskOutline,
  type TaskPatch,
  type TaskSource,
  type TaskState,
} from './task.ts';
export { CANDIDATE_SCHEMA, TASK_LIMITS, TASK_SCHEMA } from './task-schema.ts';
export type {
  AddResult,
  Admit,
  Backlog,
  BacklogOutline,
  DrainReport,
  Inbox,
  RejectedLine,
  RenderedTask,
  SpecProblem,
  TaskFile,
  TaskStore,
  WriteGuard,
} from './task-store.ts';
export { type ToolLimit, toolLimit } from './tool-limit.ts';
export { unreachable } from './unreachable.ts';
export type { Finding, Validation, ValidationRequest, ValidationResult } from './validation.ts';
export type {
  ChangedFile,
  RecoveredWork,
  RetainedAttempt,
  RetainRequest,
  Workspace,
  WorkspaceManager,
  WorkspaceRequest,
} from './workspace.ts';

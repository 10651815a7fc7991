export type { AdmissionParts } from './admit.ts';
export { backgroundOf } from './background.ts';
export { createRunner, type Runner, type RunnerIdentity, type RunSummary } from './create-runner.ts';
export { paceOf } from './decide-passes.ts';
export { type PlanStanding, planStandings } from './decide-plan.ts';
export { drainInbox, type InboxParts } from './drain-inbox.ts';
export { createEmit, type Emit } from './emit.ts';
export type { Memory } from './memory.ts';
export type { OnePass, OnePlan } from './one-look.ts';
export type { AttemptLog, PromptSource, RunnerParts } from './parts.ts';
export {
  type CollectionDecision,
  type CollectionFacts,
  type CollectionPolicy,
  type Leftover,
  planCollection,
} from './plan-collection.ts';
export type { AgentChoice, DiscoveryPolicy, PassPolicy, PlannerPolicy, RunnerPolicy } from './policy.ts';
export { type PlanPreview, previewPlan } from './preview-plan.ts';
export { type Reconciliation, reconcile } from './reconcile.ts';
export { type ReconcileParts, reconcileTasks } from './reconcile-tasks.ts';
export { onlyRemembers } from './remember.ts';
export { retainedEvent } from './retained-event.ts';
export { discovererOf, plannerOf, roleFor } from './route-agent.ts';
export { passRequest } from './run-pass.ts';
export { planRequest } from './run-plan.ts';
export { taskQuestion } from './task-question.ts';
export type { LandingFacts, PlanFacts, RetainedFacts, VerifyFacts, WorktreeFacts } from './verify/facts.ts';
export type { Verdict } from './verify/verdict.ts';
export { verify } from './verify.ts';

export { admission } from './admission.ts';
export { type AgentPassOptions, agentPass } from './agent-pass.ts';
export { CANDIDATE_ANSWER_SCHEMA } from './candidate-answer.ts';
export { type CheckedPlan, checkPlan, type PlanFacts } from './check-plan.ts';
export { type FailingValidationPassOptions, failingValidationPass } from './failing-validation-pass.ts';
export type { Features } from './likeness/features.ts';
export type { Idea } from './likeness/profile.ts';
export { type Comparison, type KnownIdeas, knownIdeas, type NearDuplicate } from './near-duplicate.ts';
export { type PassHeuristics, type PassPolicy, passInstructions, passPrompt } from './pass-prompt.ts';
export { PLAN_ANSWER_SCHEMA } from './plan-answer.ts';
export { planInstructions, planPrompt } from './plan-prompt.ts';
export { type PlannerOptions, planner } from './planner.ts';
export {
  checkDraft,
  DRAFT_ANSWER_SCHEMA,
  type DraftedPass,
  type DraftFacts,
  draftQuestion,
  type PassDraft,
} from './setup/draft-passes.ts';
export { PASS_POLICIES } from './setup/policies.ts';
export { type RecommendedPass, recommend } from './setup/recommend.ts';
export { type RepositoryFacts, repositoryFacts } from './setup/repository-facts.ts';
export type { RunCommand } from './todo/tracked-files.ts';
export { type TodoPassOptions, todoPass } from './todo-pass.ts';

export { createRunner, type Runner, type RunnerIdentity, type RunSummary } from './create-runner.ts';
export type { AttemptLog, PromptSource, RunnerParts } from './parts.ts';
export type { AgentChoice, RunnerPolicy } from './policy.ts';

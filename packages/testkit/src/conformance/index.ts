export {
  type AgentBehaviour,
  agentProviderCases,
  type ProviderCase,
  type ProviderNeed,
  type ProviderSubject,
  type ProviderWorld,
  type Seen,
} from './agent-provider.ts';
export type { ConformanceCase, Level, Subject, World } from './case.ts';
export type { ConformanceClock } from './clock.ts';
export {
  discoveryPassCases,
  type PassCase,
  type PassNeed,
  type PassSubject,
  type PassWorld,
  type ProjectKind,
} from './discovery-pass.ts';
export { type InboxCase, type InboxNeed, type InboxSubject, type InboxWorld, inboxCases } from './inbox.ts';
export { type JournalCase, type JournalNeed, type JournalSubject, type JournalWorld, journalCases } from './journal.ts';
export {
  type LandingCase,
  type LandingNeed,
  type LandingSubject,
  type LandingWorld,
  landingCases,
} from './landing.ts';
export {
  type LeaseCase,
  type LeaseNeed,
  type LeaseSubject,
  type LeaseWorld,
  leaseManagerCases,
} from './lease-manager.ts';
export { type CaseReport, runCases } from './run-cases.ts';
export {
  type BacklogFiles,
  type HandwrittenTask,
  type StoreCase,
  type StoreNeed,
  type StoreSubject,
  type StoreWorld,
  taskStoreCases,
} from './task-store.ts';
export {
  type CheckBehaviour,
  LAST_WORDS,
  type ValidationCase,
  type ValidationNeed,
  type ValidationSubject,
  type ValidationWorld,
  validationCases,
} from './validation.ts';
export {
  type Files,
  type WorkspaceCase,
  type WorkspaceNeed,
  type WorkspaceSubject,
  type WorkspaceWorld,
  workspaceManagerCases,
} from './workspace-manager.ts';

export { foldHistory } from '@backlog-runner/contracts';
export { eventLine } from './event-line.ts';
export { type MarkdownOptions, markdownReport } from './markdown.ts';
export { type Phrase, type PhrasePart, plain } from './phrase.ts';
export { type About, blockPhrase, failurePhrase, lookPhrase, resultPhrase, standingPhrase } from './phrases.ts';
export { type ProjectInput, type ProjectOptions, project } from './project.ts';
export type {
  FailedTask,
  LandedTask,
  LeaseLine,
  LookLine,
  PassLine,
  PlannedTask,
  ProviderLine,
  ReadyTask,
  ReportView,
  RunLine,
  RunningTask,
  Section,
  TaskLine,
  Tries,
  WaitingTask,
  WaitReason,
} from './report-view.ts';
export { type StatusJson, statusJson } from './status-json.ts';
export { type Painter, type StatusOptions, statusText } from './status-text.ts';

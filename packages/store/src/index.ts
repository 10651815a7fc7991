export { type FileAttemptLog, type FileAttemptLogOptions, fileAttemptLog } from './attempt-log.ts';
export { type CandidateReading, candidateFrom } from './candidate-from.ts';
export { type FileStore, type FileStoreOptions, fileStore } from './file-store.ts';
export { type FileInboxOptions, fileInbox } from './inbox.ts';
export { type FileJournalOptions, fileJournal } from './journal.ts';
export type { IndexUse } from './load-backlog.ts';
export type { ProjectOptions } from './places.ts';
export { renderTaskSchema } from './task-json-schema.ts';

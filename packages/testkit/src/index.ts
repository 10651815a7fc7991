export { type MemoryFiles, memoryFiles } from './memory-files.ts';
export { type MemoryInbox, memoryInbox } from './memory-inbox.ts';
export { type MemoryJournalOptions, type MemoryRecord, memoryJournal, memoryRecord } from './memory-journal.ts';
export { type MemoryLeasesOptions, memoryLeases } from './memory-leases.ts';
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './memory-store.ts';
export { type TaskOverrides, taskFixture } from './task-fixture.ts';
export { type TestClock, type TestClockOptions, testClock } from './test-clock.ts';

import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { system, type TaskId } from '@backlog-runner/contracts';
import { testClock } from '@backlog-runner/testkit';
import {
  type HandwrittenTask,
  type InboxSubject,
  inboxCases,
  type JournalSubject,
  journalCases,
  type StoreSubject,
  taskStoreCases,
} from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { fileInbox, fileJournal, fileStore } from '../src/index.ts';

const handwritten: HandwrittenTask = {
  path: 'backlog/tasks/area/by-hand.yaml',
  id: 'by-hand',
  content: '# Mine.\nestimate: 3 # days\ntitle: By hand # for now\nstate: ready\n\n# The last word.\n',
  marks: ['# Mine.', 'estimate: 3 # days', 'title: By hand # for now', '# The last word.'],
};

function project() {
  const directory = mkdtempSync(join(tmpdir(), 'backlog-store-'));
  return { directory, dispose: () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }) };
}

const storeInFiles: StoreSubject = {
  open() {
    const { directory, dispose } = project();
    const fences = new Map<TaskId, number>();
    const options = { directory, highestFence: async (id: TaskId) => fences.get(id) ?? 0 };
    return {
      store: fileStore(options),
      neighbour: fileStore(options),
      files: {
        read: (path) => readFileSync(join(directory, path), 'utf8'),
        write(path, content) {
          mkdirSync(dirname(join(directory, path)), { recursive: true });
          writeFileSync(join(directory, path), content);
        },
      },
      grant: (task, fence) => void fences.set(task, fence),
      handwritten,
      dispose,
    };
  },
};

const inboxInFiles: InboxSubject = {
  open() {
    const { directory, dispose } = project();
    const store = fileStore({ directory });
    const append = (line: string) => appendFileSync(join(directory, 'backlog/inbox.jsonl'), `${line}\n`);
    mkdirSync(join(directory, 'backlog'));
    return { inbox: fileInbox({ directory, store }), store, append, dispose };
  },
};

const journalInFiles: JournalSubject = {
  open() {
    const { directory, dispose } = project();
    const clock = testClock();
    return {
      // A watch has timers of its own, which a clock that stands still would never fire.
      open: (run) => fileJournal({ directory, run, system: { ...system, now: clock.now } }),
      clock,
      tear: (run) => appendFileSync(join(directory, '.backlog-runner/journal', `${run}.jsonl`), '{"type":"war'),
      dispose,
    };
  },
};

const titled = <Case extends { readonly id: string }>(cases: readonly Case[]) =>
  cases.map((one) => [one.id, one] as const);

describe('files keep the contract', () => {
  it.each(titled(taskStoreCases))('%s', (_, one) => one.run(storeInFiles));
  it.each(titled(inboxCases))('%s', (_, one) => one.run(inboxInFiles));
  it.each(titled(journalCases))('%s', (_, one) => one.run(journalInFiles));
});

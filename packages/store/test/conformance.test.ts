import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TaskId } from '@backlog-runner/contracts';
import { type HandwrittenTask, type StoreSubject, taskStoreCases } from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { fileStore } from '../src/index.ts';

const handwritten: HandwrittenTask = {
  path: 'backlog/tasks/area/by-hand.yaml',
  id: 'by-hand',
  content: '# Mine.\nestimate: 3 # days\ntitle: By hand # for now\nstate: ready\n\n# The last word.\n',
  marks: ['# Mine.', 'estimate: 3 # days', 'title: By hand # for now', '# The last word.'],
};

const inFiles: StoreSubject = {
  open() {
    const directory = mkdtempSync(join(tmpdir(), 'backlog-store-'));
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
      dispose: () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }),
    };
  },
};

describe('tasks in files', () => {
  it.each(taskStoreCases.map((one) => [one.id, one] as const))('keep the contract: %s', (_, one) => one.run(inFiles));
});

import { isBacklogError } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';
import { startWorker } from './processes.ts';
import { emptyProject, type Project, taskId } from './project.ts';

const TARGET = 'backlog/tasks/target.yaml';

async function notesOf({ directory }: Project): Promise<readonly string[]> {
  return (await fileStore({ directory }).get(taskId('target')))?.statusNotes ?? [];
}

describe('a store that several processes write to', () => {
  it('loses no update of one task', async () => {
    const project = emptyProject();
    project.write(TARGET, '# mine\ntitle: Target\n');
    const workers = ['a', 'b', 'c', 'd'].map((name) =>
      startWorker('worker.ts', project.directory, 'update', name, '25'),
    );
    await Promise.all(workers.map(({ ended }) => ended));
    const said = workers.flatMap((worker) => worker.said);
    expect(said).toHaveLength(100);
    expect([...(await notesOf(project))].sort()).toEqual([...said].sort());
    expect(project.read(TARGET)).toMatch(/^# mine\n/);
  });

  it('keeps every acknowledged update when writers are killed, and goes on', async () => {
    const project = emptyProject();
    project.write(TARGET, 'title: Target\n');
    const workers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
      startWorker('worker.ts', project.directory, 'update', name, '30'),
    );
    for (const [index, worker] of workers.entries()) {
      await worker.saying(index + 2);
      worker.kill();
    }
    await Promise.all(workers.map(({ ended }) => ended));
    const survivor = startWorker('worker.ts', project.directory, 'update', 'survivor', '2');
    await survivor.ended;
    const notes = await notesOf(project);
    const said = [...workers, survivor].flatMap((worker) => worker.said);
    expect(notes).toEqual(expect.arrayContaining(said));
    expect(new Set(notes).size).toBe(notes.length);
    expect(project.names('.backlog-runner/writes/prepared')).toEqual([]);
  });

  it('adds each idea once', async () => {
    const project = emptyProject();
    const workers = ['a', 'b', 'c', 'd'].map((name) => startWorker('worker.ts', project.directory, 'add', name, '12'));
    await Promise.all(workers.map(({ ended }) => ended));
    const said = workers.flatMap((worker) => worker.said);
    for (let idea = 0; idea < 12; idea += 1) {
      const results = said.filter((line) => line.startsWith(`${idea} `));
      expect(results.sort()).toEqual([`${idea} added`, ...Array(3).fill(`${idea} duplicate`)]);
    }
    expect((await fileStore(project).read()).tasks).toHaveLength(12);
  });

  it('turns each line of the inbox into one task, however many drain it and are killed', async () => {
    const project = emptyProject();
    const titles = Array.from({ length: 60 }, (_, index) => `Line ${index}`);
    project.write('backlog/inbox.jsonl', titles.map((title) => `${JSON.stringify({ title })}\n`).join(''));
    const doomed = [1, 2, 3].map(() => startWorker('worker.ts', project.directory, 'drain'));
    for (const worker of doomed) {
      await worker.saying(1);
      worker.kill();
    }
    await Promise.all(doomed.map(({ ended }) => ended));
    await startWorker('worker.ts', project.directory, 'drain').ended;
    const { tasks } = await fileStore(project).read();
    expect(tasks.map(({ title }) => title).sort()).toEqual([...titles].sort());
    expect(project.names('.backlog-runner/inbox')).toEqual([]);
  });

  it('lets one of two writers win who read the same revision', async () => {
    const project = emptyProject();
    const stores = Array.from({ length: 8 }, () => fileStore(project));
    const added = await fileStore(project).add(candidate('Target'));
    if (added.status !== 'added') throw new Error(added.status);
    const { id, revision } = added.task;
    const results = await Promise.allSettled(
      stores.map((store, index) => store.update(id, { addNotes: [`writer ${index}`] }, { revision })),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const result of refused)
      expect('reason' in result && isBacklogError(result.reason, 'TASK_CHANGED')).toBe(true);
    expect((await fileStore(project).get(id))?.statusNotes).toHaveLength(1);
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_ANSWER_SCHEMA, type AgentEvent, type AttemptId, type SessionId } from '@backlog-runner/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantAgent } from '../src/instant-agent.ts';
import { memoryRepository } from '../src/memory-repository.ts';
import { memoryWorkspaces } from '../src/memory-workspaces.ts';
import { requestFixture } from '../src/request-fixture.ts';
import { writeInto } from '../src/write-files.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'instant-agent-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function eventsOf(run: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe('an instant agent', () => {
  it('writes and deletes files on the disk, tells which, and answers', async () => {
    const agent = instantAgent(({ origin }) => ({
      files: origin.turn === 1 ? { 'src/a.txt': 'a' } : { 'src/a.txt': null },
      answer: { summary: `Turn ${origin.turn}.` },
    }));
    const first = await eventsOf(agent.run(requestFixture({ directory, outputSchema: AGENT_ANSWER_SCHEMA })));
    expect(first).toEqual([
      { type: 'session', session: 'instant-greet.1' },
      { type: 'file', path: 'src/a.txt', change: 'added' },
      {
        type: 'run.ended',
        outcome: {
          status: 'completed',
          text: 'Turn 1.',
          output: { status: 'done', summary: 'Turn 1.', notes: [], candidates: [], patterns: [] },
        },
        usage: {},
      },
    ]);
    expect(await readFile(join(directory, 'src/a.txt'), 'utf8')).toBe('a');
    const again = requestFixture({ directory, resume: 'mine' as SessionId, origin: { turn: 2 } });
    const second = await eventsOf(agent.run(again));
    expect(second.slice(0, 2)).toEqual([
      { type: 'session', session: 'mine' },
      { type: 'file', path: 'src/a.txt', change: 'deleted' },
    ]);
    expect(await readdir(join(directory, 'src'))).toEqual([]);
  });

  it('writes into a workspace in memory', async () => {
    const repository = memoryRepository({ files: { 'a.txt': 'old' } });
    const attempt = 'greet.1' as AttemptId;
    const workspace = await memoryWorkspaces(repository).open({ attempt, base: repository.head() });
    const agent = instantAgent(() => ({ files: { 'a.txt': 'new' } }), { write: writeInto(repository) });
    const events = await eventsOf(agent.run(requestFixture({ directory: workspace.directory })));
    expect(events[1]).toEqual({ type: 'file', path: 'a.txt', change: 'modified' });
    expect(repository.directories.get(workspace.directory)?.read('a.txt')).toBe('new');
  });

  it('ends as it is told to', async () => {
    const outcome = { status: 'failed', failure: { kind: 'turn-limit', message: 'enough' } } as const;
    const events = await eventsOf(instantAgent(() => outcome).run(requestFixture({ directory })));
    expect(events.at(-1)).toEqual({ type: 'run.ended', outcome, usage: {} });
  });

  it('is aborted although its function never answers', async () => {
    const stop = new AbortController();
    const agent = instantAgent(() => {
      stop.abort();
      return new Promise(() => {});
    });
    const events = await eventsOf(agent.run(requestFixture({ directory }), { signal: stop.signal }));
    expect(events.at(-1)).toMatchObject({ type: 'run.ended', outcome: { status: 'aborted' } });
  });

  it('does nothing before it is iterated', () => {
    instantAgent(() => expect.unreachable()).run(requestFixture({ directory }));
  });

  it.each(['../x', '/x', 'a/../../x', ''])('throws for the path %j, a mistake in the test', async (path) => {
    const agent = instantAgent(() => ({ files: { [path]: '' } }));
    await expect(eventsOf(agent.run(requestFixture({ directory })))).rejects.toThrow('no path of a workspace');
  });
});

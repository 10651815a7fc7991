import type { AgentEvent } from '@backlog-runner/contracts';
import { testClock } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';
import type { AgentNote } from './run-agent.ts';

test('at most one sign of life is noted every few seconds, and only of what an agent does', async () => {
  const clock = testClock();
  const notes: AgentNote[] = [];
  const tell = createProgress(async (note) => void notes.push(note), clock);
  const says = (text: string): AgentEvent => ({ type: 'message', text });
  await tell({ type: 'native', record: {} });
  await tell(says('reading\nthe whole file'));
  await tell(says('thinking'));
  await clock.advance(5_000);
  await tell({ type: 'file', change: 'modified', path: 'src/a.ts' });
  expect(notes).toEqual([
    { kind: 'progress', text: 'reading' },
    { kind: 'progress', text: 'modified src/a.ts' },
  ]);
});

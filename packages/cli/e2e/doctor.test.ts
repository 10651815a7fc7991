import { afterEach, expect, test } from 'vitest';
import { type BacklogWorld, backlogWorld } from './backlog-world.ts';

let world: BacklogWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

test('doctor asks the real agents nothing, and with --live one thing each', async () => {
  const w = await backlogWorld({ plan: () => ({ do: 'answer', text: 'ready' }), tasks: {} });
  world = w;
  const silent = await w.run('doctor', '--json');
  expect(silent, silent.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(silent.stdout)).toMatchObject({
    findings: [],
    agents: [
      { id: 'claude', status: 'ready' },
      { id: 'codex', status: 'ready' },
    ],
  });
  expect(w.server.requests).toEqual([]);

  const live = await w.run('doctor', '--live', '--json');
  expect(live, live.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(live.stdout)).toMatchObject({
    findings: [],
    agents: [
      { id: 'claude', live: { status: 'answered' } },
      { id: 'codex', live: { status: 'answered' } },
    ],
  });
  expect(w.server.requests.map(({ prompt }) => prompt)).toHaveLength(2);
  expect(w.git('status', '--porcelain')).toBe('');
});

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelPlan, playByMarker, playSteps } from '@backlog-runner/testkit/model-server';
import { afterEach, expect, test } from 'vitest';
import { type BacklogWorld, backlogWorld } from './backlog-world.ts';

let world: BacklogWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

const child = (key: string, title: string, file: string, after: readonly string[] = []): object => ({
  ...{ key, title, task_kind: 'implementation', priority: 'normal', execution_domain: null, validation_profile: null },
  ...{ touch_paths: [file], capabilities: [], acceptance_criteria: [`${file} says it.`], description: '' },
  ...{ after, depends_on: [] },
});

const candidate = (title: string, file: string): object => ({
  ...{ title, description: 'Nothing says it now.', priority: 'low' },
  ...{ touch_paths: [file], acceptance_criteria: [`${file} says it.`] },
});

const answers = (output: object): ModelPlan => playSteps({ do: 'run', command: 'ls src' }, { do: 'answer', output });

const writes = (file: string, candidates: readonly object[] = []): ModelPlan =>
  playSteps(
    { do: 'write', path: file, content: `${file}\n` },
    { do: 'answer', output: { status: 'done', summary: `Wrote ${file}.`, notes: [], candidates, patterns: [] } },
  );

test('a vague task is planned into three and done, a follow-up and what a pass finds are done too, and the run ends by itself', async () => {
  const w = await backlogWorld({
    tasks: {
      vague: 'id: vague\ntitle: Say more about the weather\nstate: planned\npriority: high\n',
      wind: 'id: wind\ntitle: Name the wind\ntouch_paths: [src/wind.txt]\n',
    },
    config: {
      planner: { readyMark: 3 },
      discovery: { enabled: true, passes: { gaps: { description: 'Finds gaps', every: '1d' } } },
    },
    plan: playByMarker({
      'Plan these tasks': answers({
        summary: 'Rain and snow are told apart before they are compared.',
        supersedes: [{ parent: 'vague', children: ['rain', 'snow', 'both'] }],
        children: [
          child('rain', 'Describe the rain', 'src/rain.txt'),
          child('snow', 'Draw the snow', 'web/snow.txt'),
          child('both', 'Compare rain with snow', 'src/both.txt', ['rain', 'snow']),
        ],
      }),
      'Look for work as the policy says': answers({
        candidates: [candidate('Explain what hail is', 'src/hail.txt'), candidate('Name the wind', 'src/wind.txt')],
      }),
      'title: Describe the rain': writes('src/rain.txt', [candidate('Measure the rain', 'src/measured.txt')]),
      'title: Name the wind': writes('src/wind.txt'),
      'title: Draw the snow': writes('web/snow.txt'),
      'title: Compare rain with snow': writes('src/both.txt'),
      'title: Explain what hail is': writes('src/hail.txt'),
      'title: Measure the rain': writes('src/measured.txt'),
    }),
  });
  world = w;
  await writeFile(path.join(w.project, 'scripts/backlog/passes/gaps.md'), 'Look for weather that nobody describes.\n');
  w.git('add', '--all');
  w.git('commit', '--quiet', '--message', 'Say what to look for');

  const ended = await w.run('start', '--once');
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(ended.stderr).toContain('the backlog is worked off');

  const titles = w.git('log', '--reverse', '--format=%s', '--grep=Backlog-Task').trim().split('\n');
  expect([...titles].sort()).toEqual([
    'Compare rain with snow',
    'Describe the rain',
    'Draw the snow',
    'Explain what hail is',
    'Measure the rain',
    'Name the wind',
  ]);
  const place = (title: string) => titles.indexOf(title);
  expect(place('Compare rain with snow')).toBeGreaterThan(Math.max(place('Describe the rain'), place('Draw the snow')));

  const events = await w.events();
  const ofType = (type: string) => events.filter((event) => event.type === type);
  expect(ofType('candidate.rejected')).toMatchObject([{ title: 'Name the wind' }]);
  const providers = ofType('attempt.started').map(({ provider }) => provider);
  expect(new Set(providers)).toEqual(new Set(['codex', 'claude']));
  expect(await w.file('backlog/tasks/vague.yaml')).toContain('state: superseded');
  const planned = w.git('log', '--format=%H', '--grep=Backlog-Plan').trim().split('\n');
  expect(planned).toHaveLength(1);
  expect(
    w
      .git('show', '--name-only', '--format=', planned[0] ?? '')
      .trim()
      .split('\n'),
  ).toHaveLength(4);
  expect(w.git('status', '--porcelain', '--', 'src', 'web').trim()).toBe('');
  const verified = await w.run('verify');
  expect(verified, verified.stdout + verified.stderr).toMatchObject({ code: 0 });

  const again = await w.run('start', '--once');
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect((await w.events()).filter(({ type }) => type === 'attempt.started')).toHaveLength(6);
});

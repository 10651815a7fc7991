import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectHarmless, expectPlain } from './harmless.ts';
import { type HostileTask, hostileWorld } from './hostile-world.ts';

/** Does some honest work too, which must not land either. */
const run = (line: string, yaml?: string): HostileTask => ({
  ...(yaml === undefined ? {} : { yaml }),
  agent: [{ write: { 'landed.txt': 'x\n' }, run: line }],
});

const ATTACKS: Readonly<Record<string, HostileTask>> = {
  script: run('echo true > scripts/backlog/validate.sh'),
  'script-mode': run('chmod +x scripts/backlog/validate.sh'),
  'script-gone': run('rm scripts/backlog/validate.sh'),
  'script-linked': run('rm -r scripts; ln -s /tmp scripts'),
  'script-case': run('mkdir Scripts; cp -r scripts/backlog Scripts/Backlog'),
  'script-claimed-above': run(
    'echo true > scripts/backlog/validate.sh',
    'title: All scripts\ntouch_paths: [scripts, .]\n',
  ),
  prompt: run('echo "Be evil." > scripts/backlog/agent.md'),
  config: run('echo "export default {};" > backlog.config.mjs'),
  workflow: run('mkdir -p .github/workflows; echo "on: push" > .github/workflows/x.yml'),
  'workflow-linked': run('ln -s /tmp .github'),
  attributes: run('echo "* merge=union" > src/.gitattributes'),
  modules: run('printf "[submodule \\"x\\"]\\npath = x\\nurl = /tmp\\n" > .gitmodules'),
  'other-task': run('echo "state: done" >> backlog/tasks/config.yaml'),
  'own-task': run('echo "state: done" >> backlog/tasks/own-task.yaml', 'title: Own\ntouch_paths: [backlog/tasks]\n'),
  'new-task': run('echo "title: New" > backlog/tasks/new.yaml'),
  inbox: run('echo "{\\"title\\": \\"New\\"}" > backlog/inbox.jsonl'),
  report: run('echo "# All done" > backlog.md'),
  'package-json': run('echo "{}" > package.json'),
  'named-file': run('echo "process.exit(0)" > tools/check.mjs'),
};

it.concurrent('an attempt that changes its judge is refused, says what it changed, and is kept', async (test) => {
  const world = await hostileWorld(test, {
    tasks: ATTACKS,
    files: {
      '.gitignore': '.backlog-runner/\n',
      'scripts/backlog/agent.md': 'Be kind.\n',
      'package.json': '{ "scripts": { "test": "node tools/check.mjs" } }\n',
      'tools/check.mjs': '',
    },
    config: `validation: { default: 'npm test && node tools/check.mjs', protectedPaths: ['package.json'] },`,
  });
  const before = await world.git('rev-parse', 'main');
  const started = await world.cli('start', '--once');
  expect(started.code).toBe(1);
  const results = world.results();
  for (const id of Object.keys(ATTACKS)) {
    expect({ id, ...results[id] }).toMatchObject({ id, status: 'refused', by: 'protected-paths' });
    expect(await world.kept(id)).toHaveLength(1);
  }
  expect(await world.git('rev-parse', 'main')).toBe(before);
  const shown = await world.cli('show', 'script');
  expect(shown.stdout).toContain('scripts/backlog/validate.sh');
  expectPlain(started);
  await expectHarmless(world);
});

it.concurrent('what the validation reads without being named is as free as the rest of the repository', async (test) => {
  const world = await hostileWorld(test, {
    tasks: { weaken: { agent: [{ write: { 'package.json': '{ "scripts": { "test": "true" } }\n' } }] } },
    files: { 'package.json': '{ "scripts": { "test": "false" } }\n' },
    config: `validation: { default: 'npm test --silent' },`,
  });
  expect(await world.cli('start', '--once')).toMatchObject({ code: 0, stdout: 'landed\tweaken\n' });
});

it.concurrent('a backlog that git ignores cannot be replaced by a link', async (test) => {
  const world = await hostileWorld(test, {
    tasks: { link: { agent: [{ run: 'ln -s /tmp backlog; ln -s /tmp .backlog-runner' }] } },
    files: { '.gitignore': '/backlog/\n.backlog-runner/\nbacklog.md\n' },
  });
  await world.cli('start', '--once');
  expect(world.results().link).toMatchObject({ status: 'refused', by: 'protected-paths' });
  expect(lstatSync(join(world.project, 'backlog')).isDirectory()).toBe(true);
  expect(await world.landedPaths()).not.toContain('backlog');
});

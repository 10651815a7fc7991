import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ModelPlan, playSteps } from '@backlog-runner/testkit/model-server';
import { afterEach, describe, expect, test } from 'vitest';
import { type BacklogWorld, backlogWorld } from './backlog-world.ts';

let world: BacklogWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

/** A config that somebody has worked on: code, comments, passes. */
const worked = (generated: string, tool: 'codex' | 'claude'): string => `// The backlog of this project.
import { cpus } from 'node:os';

${generated.replace('export default ', 'const base = ').trim()}

// One worker for every two processors.
const workers = Math.max(1, Math.floor(cpus().length / 2));

/** @type {import('backlog-runner').Config} */
export default {
  validation: base.validation,
  classification: base.classification,
  workspace: { ...base.workspace, workers },
  providers: { ...base.providers, agents: { ...base.providers.agents, discovery: { tool: '${tool}' } } },
  workspaceBootstrap: { installCommand: 'true' },
  discovery: {
    enabled: true, /* since last week */
    passes: {
      // Ours; do not touch.
      docs: {
        description: 'Documents that lie', // as they do
        every: '12h'
      },
    }
  },
};
`;

const pass = (id: string, tool: string | null): object => ({
  ...{ id, description: `Finds ${id}`, policy: `Look for ${id}.`, tool },
  ...{ include_paths: ['src'], exclude_paths: [], capabilities: [] },
});

const drafts =
  (tool: string): ModelPlan =>
  (turn) =>
    playSteps(
      { do: 'run', command: 'ls src' },
      { do: 'answer', output: { passes: [pass('races', tool), pass('docs', tool), pass('leaks', null)] } },
    )(turn);

describe.each(['codex', 'claude'] as const)('setup --agentic with the real %s', (tool) => {
  test('adds what it drafts to a config with comments and code, loses nothing, and changes nothing again', async () => {
    const w = await backlogWorld({ plan: drafts(tool), tasks: {} });
    world = w;
    const file = path.join(w.project, 'backlog.config.mjs');
    const before = worked(await w.file('backlog.config.mjs'), tool);
    await writeFile(file, before);
    w.git('commit', '--quiet', '--all', '--message', 'Work on the config');

    const first = await w.run('setup', '--agentic', '--yes');
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const after = await w.file('backlog.config.mjs');
    // In the quotes that most texts of the file have.
    const added = `      races: {
        enabled: true,
        description: "Finds races",
        every: "7d",
        maxCandidates: 5,
        heuristics: { includePaths: ["src"] },
        runner: { tool: "${tool}" },
      },
      leaks: {
        enabled: true,
        description: "Finds leaks",
        every: "7d",
        maxCandidates: 5,
        heuristics: { includePaths: ["src"] },
      },
`;
    expect(after).toBe(before.replace("        every: '12h'\n      },\n", (entry) => entry + added));
    const { default: config } = await import(pathToFileURL(file).href);
    expect(Object.keys(config.discovery.passes)).toEqual(['docs', 'races', 'leaks']);
    expect(await w.file('scripts/backlog/passes/leaks.md')).toMatch(/-->\nLook for leaks\.\n$/);
    expect(w.server.requests.some(({ prompt }) => prompt.includes('- docs: Documents that lie'))).toBe(true);

    w.git('add', '--all');
    w.git('commit', '--quiet', '--message', 'Set up discovery');
    const second = await w.run('setup', '--agentic', '--yes');
    expect(second, second.stderr).toMatchObject({ code: 0 });
    expect(second.stderr).toContain('There is nothing to change.');
    expect(w.git('status', '--porcelain')).toBe('');
  });

  test('falls back to what the files suggest when the model refuses', async () => {
    const w = await backlogWorld({ plan: () => ({ do: 'fail', status: 400, message: 'No.' }), tasks: {} });
    world = w;
    const file = path.join(w.project, 'backlog.config.mjs');
    await writeFile(file, worked(await w.file('backlog.config.mjs'), tool));
    await writeFile(path.join(w.project, 'src/main.sh'), 'echo hello\n');
    const answer = await w.run('setup', '--agentic', '--yes');
    expect(answer, answer.stderr).toMatchObject({ code: 0 });
    expect(answer.stderr).toContain(`${tool} drafted nothing, so this is what the files alone suggest: `);
    expect(await w.file('backlog.config.mjs')).toContain('code-quality');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoveryPass, RunId, ValidationResult } from '@backlog-runner/contracts';
import { discoveryPassCases, type PassSubject, type ProjectKind } from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { agentPass, failingValidationPass, todoPass } from '../src/index.ts';

const CONTENT: Readonly<Record<ProjectKind, string>> = {
  'with-work': `// TODO: handle zero\n${'\n'.repeat(40)}// FIXME: leaks the file\n`,
  'without-work': 'export {};\n',
};

/** A pass over projects of git in which what there is to do stands in comments. */
function around(pass: DiscoveryPass) {
  const root = mkdtempSync(join(tmpdir(), 'discovery-'));
  const kinds = new Map<string, ProjectKind>();
  return {
    pass,
    kinds,
    project(kind: ProjectKind) {
      const directory = mkdtempSync(join(root, 'project-'));
      kinds.set(directory, kind);
      mkdirSync(join(directory, 'src'));
      writeFileSync(join(directory, 'src/a.ts'), CONTENT[kind]);
      execFileSync('git', ['init', '--quiet'], { cwd: directory });
      execFileSync('git', ['add', '--all'], { cwd: directory });
      return directory;
    },
    picture: (directory: string) => [
      readdirSync(directory).sort(),
      readdirSync(join(directory, 'src')),
      readFileSync(join(directory, 'src/a.ts'), 'utf8'),
    ],
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

const proposed = (title: string) => ({
  title,
  description: 'src/a.ts:1 shows it.',
  priority: 'normal',
  touch_paths: ['src/a.ts'],
  acceptance_criteria: ['It is gone.'],
});

const heuristics = { includePaths: [], excludePaths: [], capabilities: [] };

const asking: PassSubject = {
  cannot: { known: 'The agent is told what is known; what it proposes all the same, admission refuses.' },
  open: () => ({
    ...around(agentPass({ id: 'quality', description: 'Code quality', prompt: 'Look for dead code.', heuristics })),
    answer: (kind) => ({ candidates: kind === 'with-work' ? [proposed('One'), proposed('Two')] : [] }),
  }),
};

const comments: PassSubject = {
  cannot: { answer: 'It asks no agent.' },
  open: () => around(todoPass()),
};

const failing: PassSubject = {
  cannot: { answer: 'It asks no agent.', known: 'A check that fails again is another failure; admission compares.' },
  open() {
    const profiles = ['repo', 'web'].map((name) => ({ name, pathPrefixes: [] }));
    const run = async ({ directory }: { readonly directory: string }): Promise<ValidationResult> => {
      const isBad = world.kinds.get(directory) === 'with-work';
      const findings = [{ command: 'npm test', exitCode: 1, output: '1 failed' }];
      return isBad
        ? { status: 'refused', profile: 'repo', findings }
        : { status: 'passed', profile: 'repo', durationMs: 1 };
    };
    const world = around(failingValidationPass({ validation: { run }, run: 'r1' as RunId, profiles }));
    return world;
  },
};

for (const [name, subject] of [
  ['the pass that asks an agent', asking],
  ['the pass for comments', comments],
  ['the pass for failing validation', failing],
] as const) {
  describe(`${name} keeps the contract`, () => {
    for (const one of discoveryPassCases) {
      it(one.id, (context) => {
        const reason = one.skipped(subject);
        if (reason !== undefined) context.skip(reason);
        return one.run(subject);
      });
    }
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { fileLeases } from '../src/file-leases.ts';
import { readNewest } from '../src/newest.ts';
import { leaseDirectory } from './directory.ts';

const competitor = fileURLToPath(new URL('competitor.ts', import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Competition {
  readonly directory: string;
  readonly grants: number;
  readonly resources: number;
}

function compete({ directory, grants, resources }: Competition) {
  const marks = join(directory, '..', 'marks');
  mkdirSync(marks, { recursive: true });
  const args = ['--conditions', '@backlog-runner/source', competitor, directory, marks, `${grants}`, `${resources}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ fences: fencesIn(output), errors, code, signal }));
  return { child, ended, hasGranted: () => once(child.stdout, 'data') };
}

/** Only whole lines: the last one of a killed process may be cut. */
function fencesIn(output: string): readonly number[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(line.split(' ')[0]));
}

function ascending(fences: readonly number[]): boolean {
  return fences.every((fence, index) => index === 0 || fence > (fences[index - 1] ?? Number.POSITIVE_INFINITY));
}

describe('processes that compete', () => {
  it('get 600 grants with unique growing fences, never two for one resource, every change numbered once', async () => {
    const directory = leaseDirectory();
    const all = Array.from({ length: 6 }, () => compete({ directory, grants: 100, resources: 3 }));
    const ends = await Promise.all(all.map(({ ended }) => ended));
    expect(ends.map(({ code, errors }) => [code, errors])).toEqual(ends.map(() => [0, '']));
    const fences = ends.flatMap((end) => end.fences);
    expect([fences.length, new Set(fences).size]).toEqual([600, 600]);
    expect(ends.every((end) => ascending(end.fences))).toBe(true);
    // Each grant, its release and every fifth renewal took exactly one number: none was lost, none was skipped.
    expect(readNewest(directory, undefined)).toMatchObject({ newest: { number: 600 + 600 + 120, leases: [] } });
    expect(readdirSync(directory).filter((name) => /aside|retired/.test(name))).toEqual([]);
    expect(readdirSync(directory).length).toBeLessThan(6);
  });

  it('lose nothing when some are killed in the middle, and take over from the dead at once', async () => {
    const directory = leaseDirectory();
    const all = Array.from({ length: 6 }, () => compete({ directory, grants: 100, resources: 2 }));
    const victims = all.slice(0, 3);
    await Promise.all(victims.map(({ hasGranted }) => hasGranted()));
    for (const { child } of victims) child.kill('SIGKILL');
    const ends = await Promise.all(all.map(({ ended }) => ended));
    const survivors = ends.slice(3);
    expect(survivors.map(({ code, errors, fences }) => [code, errors, fences.length])).toEqual(
      survivors.map(() => [0, '', 100]),
    );
    const fences = ends.flatMap((end) => end.fences);
    expect(new Set(fences).size).toBe(fences.length);
    expect(await fileLeases({ directory }).list()).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { playByMarker, playPrompts, playSteps } from '@backlog-runner/testkit/model-server';
import { afterEach, describe, expect, test } from 'vitest';
import { answer, type BacklogWorld, backlogWorld, task } from './backlog-world.ts';

let world: BacklogWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

const writes = (place: string, id: string, content = `${id}\n`) =>
  playSteps({ do: 'write', path: `${place}/${id}.txt`, content }, answer(`Wrote ${id}.`));

/** Processes that carry the mark of a run of ours and live in this world. */
function markedProcesses({ root }: BacklogWorld): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0];
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return state !== 'Z' && environment.includes('BACKLOG_RUNNER_MARK=') && environment.includes(root);
      } catch {
        return false;
      }
    });
}

describe('a backlog of four tasks, two for each agent', () => {
  test('lands whole, in parallel; a refused validation is mended in the same session, a limit is waited out', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 4;
    let limited = 0;
    const w = await backlogWorld({
      tasks: {
        'code-plain': task('code-plain', 'src'),
        'code-limited': task('code-limited', 'src', 'depends_on: [code-plain]\n'),
        'web-plain': task('web-plain', 'web'),
        'web-mended': task('web-mended', 'web'),
      },
      plan: playByMarker({
        'id: code-plain': writes('src', 'code-plain'),
        'id: code-limited': (turn) => {
          limited += 1;
          return limited === 1
            ? { do: 'fail', status: 429, type: 'usage_limit_reached', resetsAt }
            : writes('src', 'code-limited')(turn);
        },
        'id: web-plain': writes('web', 'web-plain'),
        'id: web-mended': playPrompts(writes('web', 'web-mended', 'BROKEN\n'), writes('web', 'web-mended')),
      }),
    });
    world = w;

    const ended = await w.run('start', '--once');
    expect(ended, ended.stderr).toMatchObject({ code: 0 });

    expect(w.landed().sort()).toEqual(['code-limited', 'code-plain', 'web-mended', 'web-plain']);
    expect(await w.file('web/web-mended.txt')).toBe('web-mended\n');
    expect(await w.file('backlog/tasks/web-mended.yaml')).toContain('state: done');
    expect(w.git('status', '--porcelain', '--', 'src', 'web', 'backlog/tasks')).toBe('');
    expect(await w.file('backlog.md')).toContain('Write code-limited');

    const events = await w.events();
    const started = events.filter(({ type }) => type === 'attempt.started');
    expect(started.map(({ task: id, provider, tryNumber }) => [id, provider, tryNumber]).sort()).toEqual([
      ['code-limited', 'codex', 1],
      ['code-limited', 'codex', 1],
      ['code-plain', 'codex', 1],
      ['web-mended', 'claude', 1],
      ['web-plain', 'claude', 1],
    ]);
    const returned = events
      .filter(({ type }) => type === 'attempt.returned')
      .map(({ attempt, because, turn }) => [String(attempt).split('.')[0], because, turn]);
    // The limited attempt goes on in its own session once the limit is over.
    expect(returned.sort()).toEqual([
      ['code-limited', 'interruption', 1],
      ['web-mended', 'validation', 2],
    ]);
    const sessions = events.filter(
      ({ type, attempt }) => type === 'attempt.session' && String(attempt).startsWith('web-mended'),
    );
    expect(sessions).toHaveLength(1);
    const [pause] = events.filter(({ type }) => type === 'provider.paused');
    // What codex says of the reset is a minute of the clock.
    expect(pause).toMatchObject({ provider: 'codex' });
    expect(Math.abs(Number(pause?.until) - resetsAt * 1000)).toBeLessThanOrEqual(60_000);
    expect(
      events.some(
        ({ type, usage }) => type === 'attempt.usage' && Number((usage as { inputTokens?: number }).inputTokens) > 0,
      ),
    ).toBe(true);
    expect(markedProcesses(w)).toEqual([]);
  });
});

describe('an agent that is refused by its vendor', () => {
  test('is left out with the command to type, and the other works on', async () => {
    const w = await backlogWorld({
      tasks: { 'code-a': task('code-a', 'src'), 'web-a': task('web-a', 'web') },
      plan: playByMarker({
        'id: code-a': () => ({ do: 'fail', status: 401 }),
        'id: web-a': writes('web', 'web-a'),
      }),
    });
    world = w;
    const ended = await w.run('start', '--once');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/codex login/);
    expect(w.landed()).toEqual(['web-a']);
    expect(await w.file('backlog/tasks/code-a.yaml')).not.toContain('state: failed');
    const stopped = (await w.events()).filter(({ type }) => type === 'provider.stopped');
    expect(stopped).toMatchObject([{ provider: 'codex', reason: 'not-signed-in' }]);
  });
});

describe('a model that never answers', () => {
  test('costs its task a try by the idle limit, and nothing else', async () => {
    const w = await backlogWorld({
      tasks: { 'code-hangs': task('code-hangs', 'src'), 'web-a': task('web-a', 'web') },
      config: { limits: { idleMinutes: 0.15 }, attempts: { max: 1 } },
      plan: playByMarker({
        'id: code-hangs': () => ({ do: 'hang', when: 'before-headers' }),
        'id: web-a': writes('web', 'web-a'),
      }),
    });
    world = w;
    const ended = await w.run('start', '--once');
    expect(ended.code).toBe(1);
    expect(w.landed()).toEqual(['web-a']);
    expect(await w.file('backlog/tasks/code-hangs.yaml')).toContain('state: failed');
    const [result] = (await w.events()).filter(({ type, task: id }) => type === 'attempt.ended' && id === 'code-hangs');
    expect(result).toMatchObject({ result: { status: 'agent-failed', failure: { kind: 'timed-out', limit: 'idle' } } });
    expect(markedProcesses(w)).toEqual([]);
  });
});

describe('Ctrl-C while both agents run commands that started daemons', () => {
  test('ends within seconds, leaves no process and no lease, keeps the work, and the next start lands it', async () => {
    let isStopped = false;
    const busy = (place: string, id: string) => (turn: Parameters<ReturnType<typeof playSteps>>[0]) =>
      isStopped
        ? writes(place, id)(turn)
        : playSteps(
            { do: 'write', path: `${place}/${id}.txt`, content: 'half\n' },
            { do: 'run', command: `setsid sleep 4000 & touch ${place}/started; sleep 4000` },
          )(turn);
    const w = await backlogWorld({
      tasks: { 'code-long': task('code-long', 'src'), 'web-long': task('web-long', 'web') },
      plan: playByMarker({ 'id: code-long': busy('src', 'code-long'), 'id: web-long': busy('web', 'web-long') }),
    });
    world = w;

    const { child, ended } = w.start('start');
    await until(async () => {
      const steps = w.server.requests.filter(({ step }) => step >= 1).map(({ api }) => api);
      return new Set(steps).size === 2 && markedProcesses(w).length >= 6;
    });
    const before = performance.now();
    child.kill('SIGINT');
    const { code } = await ended;
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(code).toBe(130);
    expect(markedProcesses(w)).toEqual([]);
    const status = JSON.parse((await w.run('status', '--json')).stdout) as { leases: unknown[] };
    expect(status.leases).toEqual([]);
    const kept = w.git('for-each-ref', '--format=%(refname)', 'refs/backlog-runner/attempts').trim().split('\n');
    expect(kept).toHaveLength(2);
    for (const ref of kept) expect(w.git('show', '--stat', ref)).toMatch(/(code|web)-long\.txt/);

    isStopped = true;
    const again = await w.run('start', '--once');
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(w.landed().sort()).toEqual(['code-long', 'web-long']);
  });
});

/** Looks again whenever something may have changed: requests and processes tell nobody that they came. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 90_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('What the test waits for did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

import { expect, it } from 'vitest';
import { entry, NOW } from '../test/story.ts';
import { eventLine } from './event-line.ts';

const attempt = 'fix.x.12';
const started = {
  attempt,
  task: 'fix.x',
  fence: 12,
  tryNumber: 2,
  role: 'code',
  provider: 'codex',
  base: 'b',
  question: 'q',
};

it.each<[Parameters<typeof entry>[0], string | undefined]>([
  [
    { type: 'run.started', version: '1', workers: 2, branch: 'refs/heads/main', host: 'h' },
    'run run1 lands on main with 2 workers',
  ],
  [{ type: 'run.stop-requested', runs: ['a', 'b'] }, 'asked 2 runners to stop'],
  [{ type: 'run.recovered', of: 'run0', processes: 2 }, 'run run0 had died: ended 2 processes of it'],
  [{ type: 'run.ended', reason: 'all is done' }, 'run run1 ended: all is done'],
  [{ type: 'attempt.started', ...started }, 'fix.x: try 2 with codex'],
  [{ type: 'attempt.started', ...started, model: 'gpt-5.4' }, 'fix.x: try 2 with codex (gpt-5.4)'],
  [{ type: 'attempt.prepared', attempt, workspace: 'w1' }, undefined],
  [{ type: 'attempt.session', attempt, session: 's' }, undefined],
  [{ type: 'attempt.progress', attempt, text: 'reads' }, undefined],
  [{ type: 'attempt.usage', attempt, usage: {} }, undefined],
  [{ type: 'attempt.retained', attempt, ref: 'r', commit: 'c', base: 'b', files: 1 }, undefined],
  [
    { type: 'attempt.validated', attempt, profile: 'frontend', tree: 't', result: 'passed' },
    'fix.x: validation frontend passed',
  ],
  [
    { type: 'attempt.validated', attempt, profile: 'repo', tree: 't', result: 'inconclusive', reason: 'killed' },
    'fix.x: validation repo inconclusive: killed',
  ],
  [
    { type: 'attempt.returned', attempt, turn: 2, because: 'conflict' },
    'fix.x: returned to the agent because of a conflict with what landed meanwhile',
  ],
  [
    { type: 'attempt.ended', attempt, task: 'fix.x', result: { status: 'blocked', reason: 'no key' }, counts: true },
    'fix.x: the agent says it cannot be done as asked: no key',
  ],
  [
    { type: 'attempt.ended', attempt, task: 'fix.x', result: { status: 'landed', commit: 'c' }, counts: true },
    undefined,
  ],
  [
    { type: 'attempt.collected', attempt, ref: 'refs/backlog-runner/attempts/fix.x/4' },
    `${attempt}: what was retained of it was removed`,
  ],
  [
    { type: 'task.landed', task: 'fix.x', attempt, commit: '0123456789abc', branch: 'refs/heads/main' },
    'fix.x: landed as 0123456789 on main',
  ],
  [
    {
      type: 'plan.started',
      inquiry: 'p.3',
      parents: [{ id: 'p', question: 'q' }],
      fence: 3,
      base: 'b',
      provider: 'codex',
    },
    '`p`: the planner looks, with codex',
  ],
  [
    {
      ...{ type: 'plan.ended', inquiry: 'p.3', parents: ['p'], counts: false },
      outcome: { status: 'landed', commit: '0123456789abc', superseded: ['p'], children: ['a', 'b'], summary: '' },
    },
    '`p` planned as 2 tasks in `0123456789`',
  ],
  [
    { type: 'plan.ended', inquiry: 'p.3', parents: ['p'], counts: true, outcome: { status: 'refused', reason: 'no' } },
    '`p`: refused: no',
  ],
  [
    {
      ...{ type: 'plan.ended', inquiry: 'p.3', parents: ['p'], counts: false },
      outcome: { status: 'proposed', summary: 'In two steps.' },
    },
    '`p`: the plan waits to be accepted: In two steps.',
  ],
  [{ type: 'plan.rejected', inquiry: 'p.3', parents: ['p'], reason: 'no' }, '`p`: the plan was rejected: no'],
  [{ type: 'plan.left', task: 'p', question: 'q', reason: 'too deep' }, 'p: left for a person: too deep'],
  [{ type: 'pass.started', inquiry: 'pass-x.1', pass: 'x', fence: 1, base: 'b' }, 'pass x looks'],
  [
    { type: 'pass.started', inquiry: 'pass-x.1', pass: 'x', fence: 1, base: 'b', provider: 'codex' },
    'pass x looks, with codex',
  ],
  [
    {
      ...{ type: 'pass.ended', inquiry: 'pass-x.1', pass: 'x', counts: true },
      outcome: { status: 'found', proposed: 1 },
    },
    'pass x: 1 candidate proposed',
  ],
  [
    { type: 'candidate.rejected', title: 'Tidy up', reason: 'it is vague', source: { type: 'task-followup' } },
    'Tidy up was not admitted: it is vague',
  ],
  [{ type: 'inquiry.progress', inquiry: 'p.3', text: 'reads' }, undefined],
  [{ type: 'task.deferred', task: 'fix.x', until: NOW, reason: 'r' }, 'fix.x: deferred until 2026-01-01T12:00:00Z: r'],
  [{ type: 'task.failed', task: 'fix.x', reason: 'r' }, 'fix.x: failed: r'],
  [{ type: 'task.added', task: 'fix.x', title: 'Fix it' }, 'fix.x: added: Fix it'],
  [{ type: 'inbox.rejected', line: 3, message: 'no title' }, 'inbox line 3: no title'],
  [
    { type: 'inbox.rejected', line: 3, message: 'no title', keptIn: 'backlog/rejected.jsonl' },
    'inbox line 3: no title (kept in `backlog/rejected.jsonl`)',
  ],
  [
    { type: 'inbox.duplicate', line: 3, title: 'Fix it', of: 'fix.x' },
    'inbox line 3: Fix it is already there as `fix.x`',
  ],
  [
    { type: 'provider.paused', provider: 'codex', until: NOW, reason: '429' },
    'codex rests until 2026-01-01T12:00:00Z: 429',
  ],
  [
    { type: 'provider.stopped', provider: 'codex', reason: 'not-signed-in', message: '401', hint: 'type codex login' },
    'codex cannot run: 401; type codex login',
  ],
  [{ type: 'warning', message: 'a\u001b[2Jb\nc' }, 'a [2Jb c'],
])('%j is told as: %s', (event, line) => {
  expect(eventLine(entry(event))).toBe(line);
});

it('an event of a later version is not told, and is no error', () => {
  expect(eventLine({ ...entry({ type: 'warning', message: 'm' }), type: 'invented.later' } as never)).toBeUndefined();
});

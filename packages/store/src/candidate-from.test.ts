import {
  CANDIDATE_SCHEMA,
  parseRepoPath,
  parseTaskId,
  type RepoPath,
  type Revision,
  TASK_SCHEMA,
} from '@backlog-runner/contracts';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateFrom, fieldsOf } from './candidate-from.ts';
import { readTask } from './read-task.ts';

const PATH = 'backlog/tasks/a.yaml' as RepoPath;
const REVISION = 'r' as Revision;

const odd = fc.oneof(
  fc.constantFrom(
    null,
    1,
    true,
    '',
    ' ',
    'x',
    'ready',
    'high',
    'manual',
    'ui_ux',
    '../x',
    'a/b',
    'x'.repeat(201),
    {},
    [],
  ),
  fc.array(fc.constantFrom('a', '../b', '', 1, null, 'x.lock'), { maxLength: 3 }),
  fc.record(
    { type: fc.constantFrom('pass', 'email', 1), pass_id: fc.constantFrom('p', 1, 'x'.repeat(101)) },
    { requiredKeys: [] },
  ),
);
const keys = [
  'id',
  'title',
  'state',
  'priority',
  'task_kind',
  'execution_domain',
  'depends_on',
  'touch_paths',
  'capabilities',
  'validation_profile',
  'status_notes',
  'acceptance_criteria',
  'description',
  'source',
  'created_at',
  'updated_at',
  'own',
];
const oddFields = fc
  .dictionary(fc.constantFrom(...keys), odd, { noNullPrototype: true })
  .chain((fields) => fc.constantFrom(fields, { title: 'A title', ...fields }, { ...fields, title: 'A title' }));

describe('reading fields', () => {
  const ajv = new Ajv({ strict: false });

  it('accepts exactly what the published schema accepts and whose ids and paths are safe', () => {
    const valid = ajv.compile(TASK_SCHEMA);
    fc.assert(
      fc.property(oddFields, (fields) => {
        const safe = (key: string, parse: (text: string) => unknown) =>
          [fields[key] ?? []].flat().every((value) => parse(String(value)) !== undefined);
        const expected =
          valid(fields) &&
          safe('id', parseTaskId) &&
          safe('depends_on', parseTaskId) &&
          safe('touch_paths', parseRepoPath);
        expect(readTask(fields, PATH, REVISION) !== undefined).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('says why about everything it refuses as a candidate, in one sentence', () => {
    const valid = ajv.compile(CANDIDATE_SCHEMA);
    fc.assert(
      fc.property(fc.oneof(oddFields, odd), (fields) => {
        const reading = candidateFrom(fields);
        if ('message' in reading) expect(reading.message).toMatch(/^\S.*\.$/);
        else expect(valid(fields)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('candidateFrom', () => {
  it('reads back what a candidate is written as', () => {
    const reading = candidateFrom({
      title: 'A title',
      priority: 'low',
      task_kind: 'research',
      execution_domain: 'code_logic',
      depends_on: ['a'],
      touch_paths: ['./src//ui/', 'src/ui'],
      capabilities: ['db'],
      validation_profile: 'web',
      acceptance_criteria: ['one'],
      description: 'text',
      source: { type: 'pass', pass_id: 'deps' },
      unknown: 1,
    });
    if ('message' in reading) throw new Error(reading.message);
    expect(reading.candidate.touchPaths).toEqual(['src/ui']);
    expect(candidateFrom(fieldsOf(reading.candidate))).toEqual(reading);
  });

  it.each([
    [undefined, 'A task is a mapping with at least a `title`.'],
    [[], 'A task is a mapping with at least a `title`.'],
    ['title', 'A task is a mapping with at least a `title`.'],
    [{}, 'There is no `title`, and a task needs one.'],
    [{ title: 'x', priority: 'urgent' }, '`priority` is `urgent`; it must be one of high, normal, low.'],
    [{ title: 'x', priority: 'hihg' }, '`priority` is `hihg`; did you mean `high`?'],
    [
      { title: 'x', touch_paths: ['a', 'C:\\x'] },
      '`touch_paths`: `C:\\x` is not a path inside the project. Write it relative to the project directory.',
    ],
  ])('says about %j: %s', (value, message) => {
    expect(candidateFrom(value)).toEqual({ message });
  });
});

import type { TaskId } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { candidateFrom } from './candidate-from.ts';
import { readStrictYaml } from './read-strict-yaml.ts';
import { writeTaskText } from './write-task-text.ts';

const text = fc.oneof(
  fc.lorem(),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('a', ' ', '\n', ':', '#', '-', '"', '\\', '\t', '\r', '\u2028', '\u0085', '😀'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);
const fields = fc.record(
  {
    title: text.filter((title) => /\S/.test(title) && title.length < 150),
    priority: fc.constantFrom('high', 'low'),
    execution_domain: fc.constantFrom('ui_ux', 'code_logic'),
    depends_on: fc.array(fc.constantFrom('a', '1', '1e3', 'null', 'x.y')),
    capabilities: fc.array(text),
    acceptance_criteria: fc.array(text),
    validation_profile: text,
    description: text,
    source: fc.oneof(
      fc.constant('pass'),
      fc.record({ type: fc.constant('pass'), pass_id: text.filter((id) => id.length < 50) }),
    ),
  },
  { requiredKeys: ['title'] },
);

describe('writeTaskText', () => {
  it('writes what reads back the same, in the form that reads fast', () => {
    fc.assert(
      fc.property(fields, (raw) => {
        const reading = candidateFrom(raw);
        if ('message' in reading) throw new Error(reading.message);
        const written = writeTaskText({
          id: 'x-1' as TaskId,
          state: 'ready',
          candidate: reading.candidate,
          createdAt: '2026-01-01T00:00:00.000Z',
        });
        const value = readStrictYaml(written);
        expect(value).toEqual(parse(written));
        const { id, state, created_at, ...rest } = value ?? {};
        expect({ id, state, created_at }).toEqual({
          id: 'x-1',
          state: 'ready',
          created_at: '2026-01-01T00:00:00.000Z',
        });
        expect(candidateFrom(rest)).toEqual(reading);
      }),
      { numRuns: 1000 },
    );
  });
});

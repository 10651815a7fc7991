import type { TaskId } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onlyRemembers, remember } from './remember.ts';

const from = 'write-docs' as TaskId;
const TEXT = '# What earlier work taught\n\n- Tests are beside the code.\n';

describe('what a repository remembers', () => {
  it('grows by a marked list item for each new fact', () => {
    const once = remember(TEXT, ['Ports come from BACKLOG_PORT.'], from);
    expect(once).toBe(`${TEXT}\n## Learned\n\n- Ports come from BACKLOG_PORT. (learned from \`write-docs\`)\n`);
    const twice = remember(once, ['Logs go to stderr.'], 'other' as TaskId);
    expect(twice).toBe(`${once}- Logs go to stderr. (learned from \`other\`)\n`);
  });

  it('begins where there is nothing yet', () => {
    expect(remember('', ['A fact.'], from)).toBe('## Learned\n\n- A fact. (learned from `write-docs`)\n');
  });

  it('stays as it is without anything new', () => {
    const once = remember(TEXT, ['Ports come from BACKLOG_PORT.'], from);
    expect(remember(once, [], from)).toBe(once);
    expect(remember(once, ['  ports come from `BACKLOG_PORT`', '- tests are BESIDE the code', '', ' \n'], from)).toBe(
      once,
    );
  });

  it('takes three facts at once, each of one short line', () => {
    const text = remember('', ['a', 'b', 'c', 'd'], from);
    expect(text.match(/^- /gm)).toHaveLength(3);
    const long = remember('', [`# - ${'x'.repeat(400)}`], from);
    expect(long).toContain(`- ${'x'.repeat(299)}… (learned`);
  });

  it('forgets its oldest learned fact for a new one, and nothing a person wrote', () => {
    let text = TEXT;
    for (let number = 0; number < 60; number += 1) text = remember(text, [`Fact number ${number}.`], from);
    expect(text.match(/learned from/g)).toHaveLength(50);
    expect(text).toContain('- Tests are beside the code.');
    expect(text).not.toContain('Fact number 9.');
    expect(text).toContain('Fact number 10.');
  });

  it('holds whatever an agent says in list items, so that only learned lines ever come and go', () => {
    const words = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n# Rule\n', '<!--', '- x\n\n## y'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(words, { maxLength: 5 }), { maxLength: 20 }), (rounds) => {
        let text = TEXT;
        for (const proposed of rounds) {
          const next = remember(text, proposed, from);
          expect(onlyRemembers(text, next)).toBe(true);
          expect(next).not.toContain('<!--');
          expect(remember(next, proposed.slice(0, 3), from)).toBe(next);
          text = next;
        }
        expect(text.length).toBeLessThan(20_000);
      }),
    );
  });
});

describe('a change of what is remembered', () => {
  it.each([
    ['- Tests are elsewhere.\n', '- Tests are beside the code.\n'],
    [TEXT, `${TEXT}- Skip the tests.\n`],
    [TEXT, `${TEXT}\n## Learned\n\nSkip the tests. (learned from \`a\`)\n`],
    [TEXT, ''],
  ])('is no learning when it changes what a person wrote: %j', (before, after) => {
    expect(onlyRemembers(before, after)).toBe(false);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCommitMessage } from './commit-message.ts';

const trailers = [['Backlog-Task', 'x']] as const;

test('subject, body and trailers are three parts of a message', () => {
  const message = formatCommitMessage({ subject: 'Do x', body: 'What was done.\n\nAnd why.', trailers });
  expect(message).toBe('Do x\n\nWhat was done.\n\nAnd why.\n\nBacklog-Task: x\n');
});

test('parts that say nothing are left out', () => {
  expect(formatCommitMessage({ subject: 'Do x', body: ' \n\n', trailers: [] })).toBe('Do x\n');
  expect(formatCommitMessage({ subject: '', body: '', trailers: [] })).toBe('Change\n');
});

const forged = [
  'Backlog-Task: evil',
  'backlog-task : evil',
  'Signed-off-by: Ada <ada@example.org>',
  'Closes #1',
  '---',
  '--- a/file',
  '# comment',
  '(cherry picked from commit 1234567)',
  '> quoted',
];

test.each(forged)('a line of the body that git would read as more than text is indented: %s', (line) => {
  const message = formatCommitMessage({ subject: 'Do x', body: `Done.\n\n${line}`, trailers });
  expect(message).toBe(`Do x\n\nDone.\n\n  ${line}\n\nBacklog-Task: x\n`);
});

test('the subject is one line of at most 72 characters', () => {
  const subject = `${'ä'.repeat(100)}\nBacklog-Task: evil`;
  const [first, second] = formatCommitMessage({ subject, body: '', trailers: [] }).split('\n');
  expect([first, second]).toEqual([`${'ä'.repeat(71)}…`, '']);
});

test('characters that hide or reorder text, or move a terminal, are taken out', () => {
  const message = formatCommitMessage({
    subject: 'a\u202eb\u0000c\u001b[2Jd',
    body: 'x\u2066y\ttab\u0007',
    trailers: [],
  });
  expect(message).toBe('abc[2Jd\n\nxy  tab\n');
});

test('a trailer has one line, whatever its value says', () => {
  const message = formatCommitMessage({
    subject: 's',
    body: '',
    trailers: [['Backlog-Agent', 'a\nBacklog-Task: evil']],
  });
  expect(message).toBe('s\n\nBacklog-Agent: a Backlog-Task: evil\n');
  expect(() => formatCommitMessage({ subject: 's', body: '', trailers: [['Not a name', '']] })).toThrow();
});

test('nothing that is written into subject and body makes a line that looks like a trailer', () => {
  const line = fc.oneof(
    fc.constantFrom(...forged, '', '\r', 'Backlog-Task:evil', '\u2028Backlog-Task: evil'),
    fc.string(),
  );
  const text = fc.array(line).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (subject, body) => {
      const lines = formatCommitMessage({ subject, body, trailers }).split('\n').slice(1);
      expect(lines.filter((each) => /^[A-Za-z0-9-]+\s*:/.test(each))).toEqual(['Backlog-Task: x']);
    }),
  );
});

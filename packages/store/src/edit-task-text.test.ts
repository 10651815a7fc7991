import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { editTaskText } from './edit-task-text.ts';

const AT = '2026-11-22T10:00:00.000Z';
const STAMP = `updated_at: ${AT}\n`;

describe('editTaskText', () => {
  it.each([
    ['a plain state', 'title: a\nstate: ready\n', `title: a\nstate: done\n${STAMP}`],
    ['a quoted state with a comment', 'state: "ready"   # why\ntitle: a\n', `state: done   # why\ntitle: a\n${STAMP}`],
    ['no state', 'title: a\n', `title: a\nstate: done\n${STAMP}`],
    ['no line break at the end', 'title: a', `title: a\nstate: done\n${STAMP}`],
    ['an updated_at', `updated_at: 2020-01-01\ntitle: a\nstate: ready\n`, `${STAMP}title: a\nstate: done\n`],
    ['an empty updated_at', `updated_at:\ntitle: a\nstate: ready\n`, `${STAMP}title: a\nstate: done\n`],
    [
      'Windows line ends',
      'title: a\r\nstate: ready\r\n# end\r\n',
      `title: a\r\nstate: done\r\n# end\r\nupdated_at: ${AT}\r\n`,
    ],
    [
      'words in a block that look like a key',
      'description: |\n  state: x\nstate: ready\n',
      `description: |\n  state: x\nstate: done\n${STAMP}`,
    ],
  ])('sets the state where there is %s', (_, before, after) => {
    expect(editTaskText(before, { state: 'done' }, AT)).toBe(after);
  });

  it.each([
    ['none yet', 'title: a # why\n', `title: a # why\nsuperseded_by:\n  - x\n  - y\n`],
    ['an older one', 'superseded_by: [z] # then\ntitle: a # why\n', 'superseded_by:\n  - x\n  - y\ntitle: a # why\n'],
  ])('names what took its place where there is %s', (_, before, after) => {
    const edited = editTaskText(before, { supersededBy: ['x', 'y'] as never }, AT);
    expect(edited).toBe(`${after}${STAMP}`);
  });

  it('keeps the latest notes of more than a task may have', () => {
    const notes = Array.from({ length: 200 }, (_, at) => `note ${at}`);
    const edited = editTaskText(stringify({ title: 'a', status_notes: notes }), { addNotes: ['x', 'y'] }, AT);
    expect(parse(edited)).toEqual({ title: 'a', status_notes: [...notes.slice(2), 'x', 'y'], updated_at: AT });
  });

  it('cuts the end off a note that is longer than a task may have', () => {
    const edited = editTaskText('title: a\n', { addNotes: ['x'.repeat(30_000)] }, AT);
    expect(parse(edited).status_notes).toEqual([`${'x'.repeat(19_999)}…`]);
  });

  it.each([
    ['no notes', 'title: a\n', 'title: a\nstatus_notes:\n  - new\n'],
    ['an empty list', 'status_notes: [] # none\ntitle: a\n', 'status_notes: # none\n  - new\ntitle: a\n'],
    ['nothing after the key', 'status_notes:\ntitle: a\n', 'status_notes:\n  - new\ntitle: a\n'],
    [
      'a block list',
      'status_notes:\n  - one # 1\n  # two\ntitle: a\n',
      'status_notes:\n  - one # 1\n  - new\n  # two\ntitle: a\n',
    ],
    [
      'a list that is not indented',
      'status_notes:\n- one\n- two\n\ntitle: a\n',
      'status_notes:\n- one\n- two\n- new\n\ntitle: a\n',
    ],
    [
      'notes of several lines',
      'status_notes:\n    - one\n      goes on\n    - |\n      two\n\n      three\ntitle: a\n',
      'status_notes:\n    - one\n      goes on\n    - |\n      two\n\n      three\n    - new\ntitle: a\n',
    ],
    [
      'a flow list',
      'status_notes: [one, "two, three"] # x\ntitle: a\n',
      'status_notes: [one, "two, three", "new"] # x\ntitle: a\n',
    ],
    ['the notes last', 'title: a\nstatus_notes:\n  - one\n', 'title: a\nstatus_notes:\n  - one\n  - new\n'],
  ])('adds a note where there is %s', (_, before, after) => {
    expect(editTaskText(before, { addNotes: ['new'] }, AT)).toBe(`${after}${STAMP}`);
  });

  it.each([
    ['a mapping in braces', '{title: a, owner: ann} # mine\n'],
    ['a flow list over several lines', '# mine\ntitle: a\nowner: ann\nstatus_notes: [\n  one,\n  two # 2\n]\n'],
    ['an explicit document', '# mine\n---\ntitle: a\nowner: &x ann # x\nother: *x\n...\n'],
    ['quoted keys', '# mine\n"title": a\nowner: ann\n"state": ready\n'],
  ])('keeps comments and unknown keys of %s', (_, before) => {
    const after = editTaskText(before, { state: 'failed', addNotes: ['a: b'] }, AT);
    const was = parse(before);
    const notes = [...(was.status_notes ?? []), 'a: b'];
    expect(parse(after)).toEqual({ ...was, state: 'failed', status_notes: notes, updated_at: AT });
    expect(after).toContain('# mine');
  });

  it('says what it should and nothing else, whatever the file and the notes', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.lorem(),
      fc.constantFrom('a: b', '- x', 'a\nb', 'null', '#'),
    );
    fc.assert(
      fc.property(
        fc.record(
          { title: text, 'x-own': text, status_notes: fc.array(text, { maxLength: 3 }) },
          { requiredKeys: ['title'] },
        ),
        fc.record({ lineWidth: fc.constantFrom(0, 20), indentSeq: fc.boolean() }),
        fc.array(text, { maxLength: 3 }),
        (fields, options, addNotes) => {
          const edited = parse(editTaskText(stringify(fields, options), { state: 'done', addNotes }, AT));
          const notes = [...(fields.status_notes ?? []), ...addNotes];
          expect(edited).toEqual({
            ...fields,
            state: 'done',
            ...(notes.length > 0 || fields.status_notes ? { status_notes: notes } : {}),
            updated_at: AT,
          });
        },
      ),
      { numRuns: 400 },
    );
  });
});

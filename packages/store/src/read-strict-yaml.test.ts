import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { isPlainText, readStrictYaml } from './read-strict-yaml.ts';

/** What a YAML parser says, or that it is no YAML. */
function byParser(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return 'not YAML';
  }
}

describe('readStrictYaml', () => {
  it.each([
    ['title: Fix the login\nstate: ready\n'],
    ['# yaml-language-server: $schema=../task.schema.json\nid: a\n\ntitle: b   # why\n'],
    ['touch_paths:\n  - src/ui\n  # not src\n  - "a b"\nstate: done\n'],
    ['depends_on:\n- a\n- b\ntitle: x\n'],
    ['depends_on: []\ncapabilities: [db, "a, b"]\n'],
    ['source:\n  type: pass\n  pass_id: deps\ntitle: x\n'],
    ['description: |\n  one\n\n    two\n  three\n\ntitle: x\n'],
    ['description: >-\n  one\n  two\n\n\n  three\ntitle: x\n'],
    ["title: 'it''s'\ndescription: \"a\\tb \\u00e9\"\n"],
    ['status_notes:\n  - one that\n    goes on\n  - |-\n    two\n    lines\n'],
    ['title:\n  one that\n  goes on\n'],
    ['created_at: 2026-11-22T08:45:25.224Z\nestimate: 3\nowner: null\nrisky: true\ncapabilities:\n'],
    ['title: no line break at the end'],
  ])('reads %j as a YAML parser does', (text) => {
    expect(readStrictYaml(text)).toEqual(parse(text));
  });

  it.each([
    ['title: [a\n'],
    ['title: a: b\n'],
    ['title: &anchor a\nother: *anchor\n'],
    ['title: a\ntitle: b\n'],
    ['title: "a\n  b"\n'],
    ['title: !!str 1\n'],
    ['{title: a}\n'],
    ['- a\n'],
    ['---\ntitle: a\n'],
    ['title: a\r\n'],
    ['title:\ta\n'],
    ['\ufefftitle: a\n'],
    ['version: 1.10\n'],
    ['mask: 0x1f\n'],
    ['? a\n: b\n'],
    ['a:\n  b:\n    c: d\n'],
    ['__proto__: a\n'],
    [''],
  ])('leaves %j to the parser', (text) => {
    expect(readStrictYaml(text)).toBeUndefined();
  });

  it('never says anything else than a YAML parser, about what a YAML writer writes', () => {
    fc.assert(
      fc.property(anyTask, writing, (value, options) => {
        const text = stringify(value, options);
        const read = readStrictYaml(text);
        if (read !== undefined) expect(read).toEqual(byParser(text));
      }),
      { numRuns: 1500 },
    );
  });

  it('never says anything else than a YAML parser, about damaged files', () => {
    fc.assert(
      fc.property(anyTask, writing, fc.array(damage, { minLength: 1, maxLength: 4 }), (value, options, damages) => {
        const text = damages.reduce((before, apply) => apply(before), stringify(value, options));
        const read = readStrictYaml(text);
        if (read !== undefined) expect(read).toEqual(byParser(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('never says anything else than a YAML parser, about lines thrown together', () => {
    fc.assert(
      fc.property(fc.array(oddLine, { maxLength: 8 }), fc.boolean(), (lines, ended) => {
        const text = lines.join('\n') + (ended ? '\n' : '');
        const read = readStrictYaml(text);
        if (read !== undefined) expect(read).toEqual(byParser(text));
      }),
      { numRuns: 6000 },
    );
  });
});

describe('isPlainText', () => {
  it('accepts only what a YAML parser reads as the same text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), oddText), (text) => {
        if (isPlainText(text)) expect(byParser(`a: ${text}\nb:\n  - ${text}\n`)).toEqual({ a: text, b: [text] });
      }),
      { numRuns: 1000 },
    );
  });
});

const oddText = fc
  .array(
    fc.constantFrom(
      'a',
      'Z',
      '0',
      '1',
      '-',
      ':',
      ' ',
      '#',
      '"',
      "'",
      '\n',
      '\\',
      '[',
      ']',
      ',',
      '|',
      '>',
      'é',
      '😀',
      '~',
      '.',
      'e',
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));
const someText = fc.oneof(
  fc.lorem({ maxCount: 30 }),
  oddText,
  fc.string(),
  fc.constantFrom(
    'null',
    'true',
    '12',
    '1e3',
    '0o7',
    '2026-01-01',
    '2026-01-01T10:00:00Z',
    '-',
    'yes',
    '~',
    '',
    '.inf',
    'No',
  ),
);
const key = fc.constantFrom('id', 'title', 'state', 'depends_on', 'description', 'source', 'owner', 'no', 'x-y');
const anyTask = fc.dictionary(
  key,
  fc.oneof(
    { weight: 3, arbitrary: someText },
    { weight: 2, arbitrary: fc.array(someText, { maxLength: 4 }) },
    fc.dictionary(key, someText, { maxKeys: 3 }),
    fc.constantFrom(null, true, false, 0, 3, -1, 1.5),
  ),
  { noNullPrototype: true },
);
const writing = fc.record({
  lineWidth: fc.constantFrom(0, 20, 80),
  indentSeq: fc.boolean(),
  indent: fc.constantFrom(2, 4),
  defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
  nullStr: fc.constantFrom('null', '~', ''),
} as const);

const junk = fc.constantFrom(
  ' ',
  '  ',
  '#',
  ' # c',
  '\n',
  '\n\n',
  '- ',
  ':',
  ': ',
  '"',
  "'",
  '|',
  '>',
  '[',
  ']',
  ',',
  '\t',
  '\r',
  'a',
  '---\n',
  '&a ',
  '*a',
  '!',
  '%',
  '?',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\0',
);
const place = fc.double({ min: 0, max: 1, noNaN: true });
const damage = fc.oneof(
  fc.tuple(place, junk).map(([at, text]) => (before: string) => {
    const index = Math.floor(at * before.length);
    return before.slice(0, index) + text + before.slice(index);
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 5 })).map(([at, count]) => (before: string) => {
    const index = Math.floor(at * before.length);
    return before.slice(0, index) + before.slice(index + count);
  }),
);
const oddLine = fc
  .tuple(
    fc.constantFrom('', '', ' ', '  ', '    '),
    fc.constantFrom(
      '',
      'a:',
      'b:',
      'c: ',
      'd: x',
      'e: |',
      'f: >-',
      'g: "q"',
      "h: 'q'",
      'i: [',
      '- ',
      '- x',
      '- y: z',
      '- |',
      '- >',
      '-',
      'text',
      'more text',
      '# c',
      'x # c',
      'a: []',
      'l: [a, b]',
      'j: x # c',
      'k: | # c',
      '...',
      '"q"',
      'z:x',
    ),
    fc.constantFrom('', '', ' ', ' # c'),
  )
  .map((parts) => parts.join(''));

import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotePath, unquotePath } from './quoted-path.ts';

const printed: readonly (readonly [string, Buffer])[] = [
  ['plain/path.txt', Buffer.from('plain/path.txt')],
  ['with space', Buffer.from('with space')],
  ['"tab\\tline\\nquote\\"back\\\\slash"', Buffer.from('tab\tline\nquote"back\\slash')],
  ['"caf\\351"', Buffer.concat([Buffer.from('caf'), Buffer.of(0xe9)])],
  ['"\\303\\274mlaut\\033"', Buffer.from('ümlaut\u001b')],
];

test.each(printed)('what git prints as %s is read byte for byte', (text, bytes) => {
  expect(unquotePath(text)).toEqual(bytes);
});

test('every path survives being quoted and read again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      expect(unquotePath(quotePath(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
    }),
  );
});
